"""Participants and sessions of a room (participants.md)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch
from rest_framework.request import Request

from talk import errors, group, host, invitation, link, participant, throttle
from talk import session as sessions
from talk.actor import Actor, new_holder, remember_holder
from talk.api.answers import answers
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Boolean, Integer, Parameters, Text
from talk.api.permissions import (
    IsModerator,
    IsParticipant,
    LobbyPassed,
    NotBanned,
    RoomVisible,
    participant_of,
)
from talk.api.room_object import room_object
from talk.api.shapes.participant import ADDED, PARTICIPANTS
from talk.api.shapes.room import ROOM
from talk.constants import (
    ActorType,
    Guess,
    ParticipantType,
    Permission,
    RoomType,
    SessionState,
)
from talk.models import Attendee, Room, Session
from talk.models.participant import Participant

_UNAVAILABLE: dict[str, type[errors.TalkError]] = {
    "circles": errors.TeamsUnavailable,
    "teams": errors.TeamsUnavailable,
    "federated_users": errors.FederationUnavailable,
    "phones": errors.PhonesUnavailable,
}
"""Sources of participants that this server knows of, and does not have."""


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
        "list": [IsParticipant, NotBanned, LobbyPassed],
        "add": [IsParticipant, NotBanned, IsModerator],
        "leave_for_good": [IsParticipant, NotBanned],
        "enter": [],
        "leave": [],
        "set_state": [IsParticipant, NotBanned],
    }
    public = frozenset({"list", "enter", "leave", "set_state"})

    @answers(PARTICIPANTS, takes=ListQuery, refuses=[errors.ParticipantListHidden])
    def list(self, request: Request, token: str) -> Answer:
        """One entry per attendee, sessions merged (participants.md §2)."""
        ListQuery.of(request)
        if self.attendee.participant_type == ParticipantType.GUEST:
            raise errors.ParticipantListHidden
        return Answer(participant_entries(self.room.attendees, self.participant))

    @answers(
        ADDED,
        takes=AddBody,
        refuses=[
            errors.WrongRoomTypeForPeople,
            errors.NewParticipantNotFound,
            errors.InvalidAddress,
            errors.AddBanned,
            errors.UnknownSource,
            *_UNAVAILABLE.values(),
        ],
    )
    def add(self, request: Request, token: str) -> Answer:
        """Give a user, a group or a reader of mails a seat (participants.md §3)."""
        body = AddBody.of(request)
        participant.require_open_to_people(self.room)
        if body["source"] == ActorType.GROUPS:
            group.add(self.room, group.find(body["newParticipant"]), by=self.attendee)
            return Answer([])
        if body["source"] == ActorType.EMAILS:
            return self._invite(body["newParticipant"].strip())
        if body["source"] != ActorType.USERS:
            raise _UNAVAILABLE.get(body["source"], errors.UnknownSource)
        user = host.find_user(body["newParticipant"])
        if user is None or not self._may_find(user):
            raise errors.NewParticipantNotFound
        participant.add_user(self.room, user, by=self.attendee)
        return Answer([])

    def _may_find(self, user: Any) -> bool:
        caller = self.actor.user
        return caller is not None and host.policy().may_find(caller, user)

    def _invite(self, address: str) -> Answer:
        site_url = link.site_url(self.request._request)
        invitation.invite(self.room, address, by=self.attendee, site_url=site_url)
        room = self.find_again().room
        return Answer({"type": room.type} if room.type == RoomType.PUBLIC else [])

    @answers(refuses=[errors.LastModerator])
    def leave_for_good(self, request: Request, token: str) -> Answer:
        """Give up one's own seat (participants.md §4)."""
        participant.leave_for_good(self.attendee)
        return Answer()

    @answers(
        ROOM,
        takes=EnterBody,
        refuses=[
            errors.RoomNotJoinable,
            errors.JoinBanned,
            errors.WrongPassword,
            errors.JoinConflict(session_id="…", in_call=7, last_ping=0),
            errors.Throttled,
        ],
    )
    def enter(self, request: Request, token: str) -> Answer:
        """Join the room: a session for this browser, which its cookie carries from now on."""
        body = EnterBody.of(request)
        actor = replace(self.actor, holder=self.actor.holder or new_holder())
        session = self._guess(actor, body["password"], force=body["force"])
        remember_holder(request._request.session, actor.holder)
        found = Participant.find(token, actor) or Participant(self.room)
        return Answer(room_object(replace(found, session=session), actor))

    def _guess(self, actor: Actor, password: str, *, force: bool) -> Session:
        """Enter the room; tokens and passwords that are wrong are counted."""
        found, token = participant_of(self.request, self), self.kwargs["token"]
        is_member = found is not None and _has_seat(found, actor)
        if not is_member:
            throttle.refuse_if_spent(Guess.TOKEN, actor.address)
        try:
            if found is None or not RoomVisible().has_permission(self.request, self):
                raise errors.RoomNotJoinable
            room = found.room
            if room.has_password and not (is_member or room.is_listed_for(actor)):
                throttle.refuse_if_spent(Guess.PASSWORD, actor.address)
            session = sessions.enter(room, actor, password=password, force=force)
        except errors.RoomNotJoinable:
            throttle.count(Guess.TOKEN, actor.address, token)
            raise
        except errors.WrongPassword:
            throttle.count(Guess.PASSWORD, actor.address, token)
            raise
        if not is_member:
            throttle.forgive(actor.address, token)
        return session

    @answers()
    def leave(self, request: Request, token: str) -> Answer:
        """Leave the room; fine for whoever is not in it (participants.md §6)."""
        # Whoever the browser belongs to by now: a guest may have logged in since.
        mine = Session.objects.filter(room__token=token, holder=self.actor.holder or None)
        for session in mine.select_related("room"):
            with suppress(errors.RoomNotFound):
                sessions.leave(session)
        return Answer()

    @answers(ROOM, takes=StateBody, refuses=[errors.NoSession, errors.SessionStateUnknown])
    def set_state(self, request: Request, token: str) -> Answer:
        """Say whether the person behind the session is looking (participants.md §7)."""
        body = StateBody.of(request)
        session = self.session
        if body["state"] not in SessionState.values:
            raise errors.SessionStateUnknown
        sessions.set_state(session, SessionState(body["state"]))
        return Answer(room_object(self.find_again(), self.actor))


class AttendeesViewSet(InRoomViewSet):
    """``/room/{token}/attendees`` and ``/moderators``: what moderators do to others."""

    rules = {
        "remove": [IsParticipant, NotBanned, IsModerator],
        "promote": [IsParticipant, NotBanned, IsModerator],
        "demote": [IsParticipant, NotBanned, IsModerator],
    }
    public = frozenset(rules)

    @answers(
        takes=AttendeeBody,
        refuses=[
            errors.AttendeeToRemoveNotFound,
            errors.WrongRoomTypeForPeople,
            errors.OwnerCannotBeRemoved,
            errors.LastModerator,
        ],
    )
    def remove(self, request: Request, token: str) -> Answer:
        """Take somebody's seat away (participants.md §4)."""
        attendee = find_target(
            self.room, AttendeeBody.of(request)["attendeeId"], errors.AttendeeToRemoveNotFound
        )
        participant.require_not_a_pair(self.room)
        if attendee.pk == self.attendee.pk:
            participant.leave_for_good(attendee)
        elif attendee.actor_type == ActorType.GROUPS:
            group.remove(attendee, by=self.attendee)
        else:
            participant.remove(attendee, by=self.attendee)
        return Answer()

    @answers(
        takes=AttendeeBody,
        refuses=[errors.AttendeeNotFound, errors.OwnRoleUnchangeable, errors.RoleUnchangeable],
    )
    def promote(self, request: Request, token: str) -> Answer:
        """Make somebody a moderator (participants.md §8)."""
        participant.promote(self._other(request))
        return Answer()

    @answers(
        takes=AttendeeBody,
        refuses=[errors.AttendeeNotFound, errors.OwnRoleUnchangeable, errors.RoleUnchangeable],
    )
    def demote(self, request: Request, token: str) -> Answer:
        """Take somebody's moderator permissions away (participants.md §8)."""
        participant.demote(self._other(request))
        return Answer()

    def _other(self, request: Request) -> Attendee:
        attendee = find_target(
            self.room, AttendeeBody.of(request)["attendeeId"], errors.AttendeeNotFound
        )
        if attendee.pk == self.attendee.pk:
            raise errors.OwnRoleUnchangeable
        return attendee


def participant_entries(attendees: Any, caller: Participant) -> list[dict[str, Any]]:
    """The attendees of a queryset as their room's list shows them to the caller. Two queries."""
    live = Prefetch("sessions", queryset=Session.objects.alive(), to_attr="live_sessions")
    found = attendees.order_by("pk").prefetch_related(live)
    return [_entry(attendee, caller) for attendee in found if not _is_hidden(attendee)]


def participant_entry(pk: int, caller: Participant) -> dict[str, Any]:
    """One attendee of the caller's room, whether or not the list would show them.

    :raises AttendeeToRemoveNotFound: the seat is gone meanwhile.
    """
    live = Prefetch("sessions", queryset=Session.objects.alive(), to_attr="live_sessions")
    attendee = caller.room.attendees.prefetch_related(live).filter(pk=pk).first()
    if attendee is None:
        raise errors.AttendeeToRemoveNotFound
    return _entry(attendee, caller)


def find_target(room: Room, pk: int, missing: type[errors.TalkError]) -> Attendee:
    """The attendee of this room that a request is about.

    :raises TalkError: ``missing``, when nobody in this room has this id.
    """
    attendee: Attendee | None = room.attendees.select_related("room").filter(pk=pk).first()
    if attendee is None:
        raise missing
    return attendee


def _has_seat(found: Participant, actor: Actor) -> bool:
    """Whether the caller belongs to the room already, also as a guest who comes back."""
    if found.attendee is not None or actor.user is not None:
        return found.attendee is not None
    return Attendee.objects.of_actor(actor).filter(room=found.room).exists()


def _entry(attendee: Any, caller: Participant) -> dict[str, Any]:
    room, own = caller.room, caller.attendee
    sessions = attendee.live_sessions
    in_call = 0
    for session in sessions:
        in_call |= session.in_call
    entry: dict[str, Any] = {
        "roomToken": room.token,
        "attendeeId": attendee.pk,
        "actorType": attendee.actor_type,
        "actorId": attendee.actor_id,
        "displayName": attendee.display_name,
        "participantType": attendee.participant_type,
        "inCall": in_call,
        "lastPing": max((int(s.last_ping.timestamp()) for s in sessions), default=0),
        "sessionIds": [session.session_id for session in sessions],
        "permissions": int(attendee.effective_permissions(room)),
        "attendeePermissions": attendee.permissions,
        "attendeePin": "",
        "phoneNumber": "",
        "callId": "",
    }
    may_know_address = own is not None and (own.is_moderator or attendee.pk == own.pk)
    if attendee.actor_type == ActorType.EMAILS and may_know_address:
        entry["invitedActorId"] = attendee.invited_address
    return entry


def _is_hidden(attendee: Any) -> bool:
    """Whoever is only passing by shows up while they are there; nobody can name some others."""
    if attendee.actor_type == ActorType.USERS and not (attendee.user_id or attendee.display_name):
        return True
    passing_by = attendee.participant_type == ParticipantType.SELF_JOINED or (
        attendee.actor_type == ActorType.GUESTS
        and attendee.participant_type == ParticipantType.GUEST
        and attendee.permissions in {Permission.DEFAULT, Permission.CUSTOM}
    )
    return passing_by and not attendee.live_sessions
