"""Participants and sessions of a room (participants.md)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch
from rest_framework.request import Request

from talk import errors, host, participant
from talk.actor import new_holder, remember_holder
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Boolean, Integer, Parameters, Text
from talk.api.permissions import IsModerator, IsParticipant, LobbyPassed, RoomVisible
from talk.api.room_object import room_object
from talk.constants import ActorType, ParticipantType, Permission, SessionState
from talk.models import Attendee, Session
from talk.models.participant import Participant


class ListQuery(Parameters):
    includeStatus = Boolean(default=False)


class AddBody(Parameters):
    newParticipant = Text()
    source = Text(default=str(ActorType.USERS))  # type: ignore[assignment]  # of the wire, not of DRF


class EnterBody(Parameters):
    password = Text(default="")
    force = Boolean(default=True)


class StateBody(Parameters):
    state = Integer()


class AttendeeBody(Parameters):
    attendeeId = Integer(min_value=0)


class ParticipantsViewSet(InRoomViewSet):
    """``/room/{token}/participants``: who belongs to the room, and how they come and go."""

    rules = {
        "list": [IsParticipant, LobbyPassed],
        "add": [IsParticipant, IsModerator],
        "leave_for_good": [IsParticipant],
        "enter": [],
        "leave": [],
        "set_state": [IsParticipant],
    }
    public = frozenset({"list", "enter", "leave", "set_state"})

    def list(self, request: Request, token: str) -> Answer:
        """One entry per attendee, sessions merged (participants.md §2)."""
        ListQuery.of(request)
        if self.attendee.participant_type == ParticipantType.GUEST:
            raise errors.ParticipantListHidden
        live = Prefetch("sessions", queryset=Session.objects.alive(), to_attr="live_sessions")
        attendees = self.room.attendees.order_by("pk").prefetch_related(live)
        return Answer([self._entry(attendee) for attendee in attendees if not _is_hidden(attendee)])

    def add(self, request: Request, token: str) -> Answer:
        """Give a user of the site a seat (participants.md §3)."""
        body = AddBody.of(request)
        participant.require_open_to_people(self.room)
        if body["source"] != ActorType.USERS:
            raise errors.UnknownSource
        user = host.find_user(body["newParticipant"])
        if user is None:
            raise errors.NewParticipantNotFound
        participant.add_user(self.room, user, by=self.attendee)
        return Answer([])

    def leave_for_good(self, request: Request, token: str) -> Answer:
        """Give up one's own seat (participants.md §4)."""
        participant.leave_for_good(self.attendee)
        return Answer()

    def enter(self, request: Request, token: str) -> Answer:
        """Join the room: a session for this browser, which its cookie carries from now on."""
        body = EnterBody.of(request)
        if not RoomVisible().has_permission(request, self):
            raise errors.RoomNotJoinable
        actor = replace(self.actor, holder=self.actor.holder or new_holder())
        session = participant.enter(
            self.room, actor, password=body["password"], force=body["force"]
        )
        remember_holder(request._request.session, actor.holder)
        found = Participant.find(token, actor) or Participant(self.room)
        return Answer(room_object(replace(found, session=session), actor))

    def leave(self, request: Request, token: str) -> Answer:
        """Leave the room; fine for whoever is not in it (participants.md §6)."""
        # Whoever the browser belongs to by now: a guest may have logged in since.
        mine = Session.objects.filter(room__token=token, holder=self.actor.holder or None)
        for session in mine.select_related("room"):
            with suppress(errors.RoomNotFound):
                participant.leave(session)
        return Answer()

    def set_state(self, request: Request, token: str) -> Answer:
        """Say whether the person behind the session is looking (participants.md §7)."""
        body = StateBody.of(request)
        session = self.session
        if body["state"] not in SessionState.values:
            raise errors.SessionStateUnknown
        participant.set_state(session, SessionState(body["state"]))
        return Answer(room_object(self.find_again(), self.actor))

    def _entry(self, attendee: Attendee) -> dict[str, Any]:
        sessions = attendee.live_sessions  # type: ignore[attr-defined]  # prefetched in list()
        in_call = 0
        for session in sessions:
            in_call |= session.in_call
        entry: dict[str, Any] = {
            "roomToken": self.room.token,
            "attendeeId": attendee.pk,
            "actorType": attendee.actor_type,
            "actorId": attendee.actor_id,
            "displayName": attendee.display_name,
            "participantType": attendee.participant_type,
            "inCall": in_call,
            "lastPing": max((int(s.last_ping.timestamp()) for s in sessions), default=0),
            "sessionIds": [session.session_id for session in sessions],
            "permissions": int(attendee.effective_permissions(self.room)),
            "attendeePermissions": attendee.permissions,
            "attendeePin": "",
            "phoneNumber": "",
            "callId": "",
        }
        may_know_address = self.attendee.is_moderator or attendee.pk == self.attendee.pk
        if attendee.actor_type == ActorType.EMAILS and may_know_address:
            entry["invitedActorId"] = attendee.invited_address
        return entry


class AttendeesViewSet(InRoomViewSet):
    """``/room/{token}/attendees`` and ``/moderators``: what moderators do to others."""

    rules = {
        "remove": [IsParticipant, IsModerator],
        "promote": [IsParticipant, IsModerator],
        "demote": [IsParticipant, IsModerator],
    }
    public = frozenset(rules)

    def remove(self, request: Request, token: str) -> Answer:
        """Take somebody's seat away (participants.md §4)."""
        attendee = self._target(request, errors.AttendeeToRemoveNotFound)
        participant.require_not_a_pair(self.room)
        if attendee.pk == self.attendee.pk:
            participant.leave_for_good(attendee)
        else:
            participant.remove(attendee, by=self.attendee)
        return Answer()

    def promote(self, request: Request, token: str) -> Answer:
        """Make somebody a moderator (participants.md §8)."""
        participant.promote(self._other(request))
        return Answer()

    def demote(self, request: Request, token: str) -> Answer:
        """Take somebody's moderator permissions away (participants.md §8)."""
        participant.demote(self._other(request))
        return Answer()

    def _other(self, request: Request) -> Attendee:
        attendee = self._target(request, errors.AttendeeNotFound)
        if attendee.pk == self.attendee.pk:
            raise errors.OwnRoleUnchangeable
        return attendee

    def _target(self, request: Request, missing: type[errors.TalkError]) -> Attendee:
        number = AttendeeBody.of(request)["attendeeId"]
        attendee: Attendee | None = (
            self.room.attendees.select_related("room").filter(pk=number).first()
        )
        if attendee is None:
            raise missing
        return attendee


def _is_hidden(attendee: Attendee) -> bool:
    """Whoever is only passing by shows up while they are there; nobody can name some others."""
    if attendee.actor_type == ActorType.USERS and not (attendee.user_id or attendee.display_name):
        return True
    passing_by = attendee.participant_type == ParticipantType.SELF_JOINED or (
        attendee.actor_type == ActorType.GUESTS
        and attendee.participant_type == ParticipantType.GUEST
        and attendee.permissions in {Permission.DEFAULT, Permission.CUSTOM}
    )
    return passing_by and not attendee.live_sessions  # type: ignore[attr-defined]  # prefetched in list()
