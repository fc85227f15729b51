"""Bans and guest names: the two parts that speak API version 1 (participants.md §11)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from talk import ban, errors, participant
from talk.api.answers import answers
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Parameters, Text
from talk.api.permissions import IsModerator, IsParticipant, NotBanned
from talk.api.shapes.participant import BAN, BANS
from talk.models import Ban


class BanBody(Parameters):
    actorType = Text()
    actorId = Text()
    internalNote = Text(default="")


class GuestNameBody(Parameters):
    displayName = Text()


class BanViewSet(InRoomViewSet):
    """``/ban/{token}``: who may not come back."""

    rules = {
        "create": [IsParticipant, NotBanned, IsModerator],
        "list": [IsParticipant, NotBanned, IsModerator],
        "destroy": [IsParticipant, NotBanned, IsModerator],
    }
    public = frozenset(rules)

    @answers(
        BAN,
        takes=BanBody,
        refuses=[
            errors.BanInvalid(reason)
            for reason in ("room", "bannedActor", "internalNote", "self", "moderator")
        ],
    )
    def create(self, request: Request, token: str) -> Answer:
        """Ban an actor or an address; answers the ban."""
        body = BanBody.of(request)
        made = ban.create(
            self.room,
            body["actorType"],
            body["actorId"],
            by=self.attendee,
            internal_note=body["internalNote"],
        )
        return Answer(_ban_object(made))

    @answers(BANS)
    def list(self, request: Request, token: str) -> Answer:
        """All bans of the room."""
        return Answer([_ban_object(each) for each in self.room.bans.order_by("pk")])

    @answers()
    def destroy(self, request: Request, token: str, ban_id: str) -> Answer:
        """Lift a ban; fine for one that does not exist."""
        ban.lift(self.room, int(ban_id))
        return Answer()


class GuestViewSet(InRoomViewSet):
    """``/guest/{token}/name``: how a guest is called."""

    rules = {"rename": [IsParticipant, NotBanned]}
    public = frozenset(rules)

    @answers(takes=GuestNameBody, refuses=[errors.NotAGuest])
    def rename(self, request: Request, token: str) -> Answer:
        """Take a name; longer ones are cut to 64 characters."""
        body = GuestNameBody.of(request)
        participant.rename_guest(self.attendee, body["displayName"])
        return Answer()


def _ban_object(each: Ban) -> dict[str, Any]:
    return {
        "id": each.pk,
        "moderatorActorType": each.moderator_type,
        "moderatorActorId": each.moderator_id,
        "moderatorDisplayName": each.moderator_name,
        "bannedActorType": each.actor_type,
        "bannedActorId": each.actor_id,
        "bannedDisplayName": each.display_name,
        "bannedTime": int(each.created_at.timestamp()),
        "internalNote": each.internal_note,
    }
