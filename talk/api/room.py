"""Conversations: list, find, create, arrange (rooms.md)."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import Prefetch
from rest_framework.request import Request

from talk import access, errors, lobby
from talk import room as rooms
from talk.api import creation
from talk.api.answers import MODIFIED_BEFORE, NO_VALUE, TALK_HASH, answers
from talk.api.capabilities import talk_capabilities, talk_hash
from talk.api.envelope import Answer, OCSViewSet
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Boolean, Integer, Parameters, Text
from talk.api.permissions import IsModerator, IsParticipant, NotBanned, RoomVisible
from talk.api.room_object import room_object, room_objects
from talk.api.shapes.capabilities import TALK_CAPABILITIES
from talk.api.shapes.room import ROOM, ROOM_WITHOUT_SOME, ROOMS
from talk.constants import NAME_LENGTH, RoomType
from talk.filters import LAST_DAY, RoomFilterSet, moment
from talk.models import Attendee, Room, Session
from talk.models.participant import Participant


class ListQuery(Parameters):
    noStatusUpdate = Boolean(default=False)
    includeStatus = Boolean(default=False)
    modifiedSince = Integer(min_value=0, max_value=LAST_DAY, default=0)
    includeLastMessage = Boolean(default=True)


class SearchQuery(Parameters):
    searchTerm = Text(max_length=NAME_LENGTH, default="")


class NameBody(Parameters):
    roomName = Text()


class DescriptionBody(Parameters):
    description = Text()


class PasswordBody(Parameters):
    password = Text()


class GuestsBody(Parameters):
    password = Text(default="")


class MentionBody(Parameters):
    mentionPermissions = Integer()


class ExpirationBody(Parameters):
    seconds = Integer()


class ConsentBody(Parameters):
    recordingConsent = Integer()


class SwitchBody(Parameters):
    state = Integer()


class ScopeBody(Parameters):
    scope = Integer()


class LobbyBody(Parameters):
    state = Integer()
    timer = Integer(default=0)


class RoomsViewSet(OCSViewSet):
    """``/room`` and ``/listed-room``: the caller's rooms, new rooms, open rooms."""

    # Creating says itself, in its own words, that it needs an account.
    public = frozenset({"create"})

    @answers(ROOMS, takes=ListQuery, headers=[TALK_HASH, MODIFIED_BEFORE])
    def list(self, request: Request) -> Answer:
        """The caller's rooms, or those that changed since a moment (rooms.md §1.1)."""
        query = ListQuery.of(request)
        now = int(time.time())
        attended = Room.objects.attended_by(self.actor).order_by("pk")
        filtered = RoomFilterSet(
            {"modifiedSince": query["modifiedSince"]}, queryset=attended, actor=self.actor
        ).qs
        if query["modifiedSince"] and query["includeStatus"]:
            filtered |= attended.filter(type=RoomType.ONE_TO_ONE)
        response = Answer(room_objects(_with_caller(filtered, self), self.actor))
        response["X-Nextcloud-Talk-Hash"] = talk_hash(self.actor)
        response["X-Nextcloud-Talk-Modified-Before"] = str(now)
        return response

    @answers(ROOMS, takes=SearchQuery)
    def listed(self, request: Request) -> Answer:
        """Open rooms that the caller does not attend (rooms.md §1.4)."""
        query = SearchQuery.of(request)
        open_rooms = (
            Room.objects.listed_for(self.actor)
            .exclude(pk__in=Room.objects.attended_by(self.actor).values("pk"))
            .with_call_state()
            .order_by("pk")
        )
        found = RoomFilterSet({"searchTerm": query["searchTerm"]}, queryset=open_rooms).qs
        return Answer(room_objects([Participant(room) for room in found], self.actor))

    @answers(
        ROOM,
        also={201: ROOM, 202: ROOM_WITHOUT_SOME},
        takes=creation.NewRoomBody,
        refuses=creation.REFUSALS,
    )
    def create(self, request: Request) -> Answer:
        """A new room; a one-to-one that exists already answers 200 (rooms.md §2)."""
        made = creation.of(request, self.actor)
        found = Participant.find(made.room.token, self.actor)
        if found is None:
            raise errors.RoomNotFound
        shown = room_object(found, self.actor)
        if made.unknown:
            shown["invalidParticipants"] = made.unknown
        return Answer(shown, code=made.code)


class RoomViewSet(InRoomViewSet):
    """``/room/{token}``: one room and its properties (rooms.md §1.2, §3, §4)."""

    rules = {
        "retrieve": [RoomVisible],
        "rename": [IsParticipant, NotBanned, IsModerator],
        "describe": [IsParticipant, NotBanned, IsModerator],
        "destroy": [IsParticipant, NotBanned, IsModerator],
        "set_password": [IsParticipant, NotBanned, IsModerator],
        "set_read_only": [IsParticipant, NotBanned, IsModerator],
        "set_listable": [IsParticipant, NotBanned, IsModerator],
        "set_lobby": [IsParticipant, NotBanned, IsModerator],
        "allow_guests": [IsParticipant, NotBanned, IsModerator],
        "disallow_guests": [IsParticipant, NotBanned, IsModerator],
        "set_mention_permissions": [IsParticipant, NotBanned, IsModerator],
        "set_message_expiration": [IsParticipant, NotBanned, IsModerator],
        "set_recording_consent": [IsParticipant, NotBanned, IsModerator],
        "set_sip": [IsParticipant, NotBanned, IsModerator],
        "unbind": [IsParticipant, NotBanned, IsModerator],
        "capabilities": [IsParticipant, NotBanned],
    }
    public = frozenset(
        {
            "retrieve",
            "rename",
            "describe",
            "destroy",
            "set_password",
            "set_message_expiration",
            "unbind",
            "capabilities",
        }
    )

    @answers(ROOM, headers=[TALK_HASH])
    def retrieve(self, request: Request, token: str) -> Answer:
        """The room as the caller may see it."""
        response = self._current()
        response["X-Nextcloud-Talk-Hash"] = talk_hash(self.actor)
        return response

    @answers(
        ROOM, takes=NameBody, refuses=[errors.WrongRoomType, NO_VALUE, errors.InvalidValue("event")]
    )
    def rename(self, request: Request, token: str) -> Answer:
        rooms.rename(self.room, NameBody.of(request)["roomName"])
        return self._changed()

    @answers(
        ROOM,
        takes=DescriptionBody,
        refuses=[errors.WrongRoomType, NO_VALUE, errors.InvalidValue("event")],
    )
    def describe(self, request: Request, token: str) -> Answer:
        rooms.describe(self.room, DescriptionBody.of(request)["description"])
        return self._changed()

    @answers(refuses=[errors.RoomNotDeletable])
    def destroy(self, request: Request, token: str) -> Answer:
        rooms.delete(self.room)
        return Answer()

    @answers(
        ROOM, takes=PasswordBody, refuses=[errors.WrongRoomType, errors.InvalidValue("value", "…")]
    )
    def set_password(self, request: Request, token: str) -> Answer:
        rooms.set_password(self.room, PasswordBody.of(request)["password"])
        return self._changed()

    @answers(ROOM, takes=SwitchBody, refuses=[errors.WrongRoomType, NO_VALUE])
    def set_read_only(self, request: Request, token: str) -> Answer:
        state = _switch(SwitchBody.of(request)["state"])
        (rooms.make_read_only if state else rooms.make_writable)(self.room)
        return self._changed()

    @answers(ROOM, takes=ScopeBody, refuses=[errors.WrongRoomType, NO_VALUE])
    def set_listable(self, request: Request, token: str) -> Answer:
        rooms.set_listable(self.room, ScopeBody.of(request)["scope"])
        return self._changed()

    @answers(
        ROOM, takes=LobbyBody, refuses=[errors.WrongRoomType, errors.WrongObjectType, NO_VALUE]
    )
    def set_lobby(self, request: Request, token: str) -> Answer:
        """Close or open the lobby; ``timer`` is when it opens by itself, in unix seconds."""
        body = LobbyBody.of(request)
        lobby.require_lobby_possible(self.room)
        timer = body["timer"]
        if timer < 0:
            raise errors.InvalidValue("value")
        if _switch(body["state"]):
            lobby.enable(self.room, until=_moment(timer) if timer else None)
        else:
            lobby.disable(self.room)
        return self._changed()

    @answers(
        ROOM, takes=GuestsBody, refuses=[errors.WrongRoomType, errors.InvalidValue("password", "…")]
    )
    def allow_guests(self, request: Request, token: str) -> Answer:
        """Make the room public, with a password or without."""
        access.allow_guests(self.room, password=GuestsBody.of(request)["password"])
        return self._changed()

    @answers(ROOM, refuses=[errors.WrongRoomType])
    def disallow_guests(self, request: Request, token: str) -> Answer:
        """Make the room a group room again; guests go."""
        access.disallow_guests(self.room)
        return self._changed()

    @answers(ROOM, takes=MentionBody, refuses=[errors.WrongRoomType, NO_VALUE])
    def set_mention_permissions(self, request: Request, token: str) -> Answer:
        rooms.set_mention_permissions(self.room, MentionBody.of(request)["mentionPermissions"])
        return self._changed()

    @answers(ROOM, takes=ExpirationBody, refuses=[errors.WrongRoomType, NO_VALUE])
    def set_message_expiration(self, request: Request, token: str) -> Answer:
        rooms.set_message_expiration(self.room, ExpirationBody.of(request)["seconds"])
        return self._changed()

    @answers(never_succeeds=True, takes=ConsentBody, refuses=[errors.NotConfigured])
    def set_recording_consent(self, request: Request, token: str) -> Answer:
        """There is no recording server to consent to."""
        ConsentBody.of(request)
        raise errors.NotConfigured

    @answers(never_succeeds=True, takes=SwitchBody, refuses=[errors.NotConfigured])
    def set_sip(self, request: Request, token: str) -> Answer:
        """There is no telephone line."""
        SwitchBody.of(request)
        raise errors.NotConfigured

    @answers(ROOM, refuses=[errors.InvalidValue("object-type")])
    def unbind(self, request: Request, token: str) -> Answer:
        """Let the room live on without the object that it was made for."""
        rooms.unbind(self.room)
        return self._changed()

    @answers(TALK_CAPABILITIES, headers=[TALK_HASH])
    def capabilities(self, request: Request, token: str) -> Answer:
        """What works here, for somebody who is in the room (rooms.md §1.5)."""
        response = Answer(talk_capabilities(self.actor))
        response["X-Nextcloud-Talk-Hash"] = talk_hash(self.actor)
        return response

    def _changed(self) -> Answer:
        self.find_again()
        return self._current()

    def _current(self) -> Answer:
        return Answer(room_object(self.participant, self.actor))


def _with_caller(rooms_found: Any, view: OCSViewSet) -> list[Participant]:
    """The rooms with the caller's seat and this browser's session in each. Three queries."""
    # With the account, which the site's policy may ask about in every room.
    seats = Attendee.objects.of_actor(view.actor).select_related("user")
    sessions = Session.objects.alive().filter(holder=view.actor.holder or None)
    prefetched = rooms_found.with_call_state().prefetch_related(
        Prefetch("attendees", queryset=seats, to_attr="own_seats"),
        Prefetch("sessions", queryset=sessions, to_attr="own_sessions"),
    )
    found = []
    for room in prefetched:
        seat = next(iter(room.own_seats), None)
        own = (s for s in room.own_sessions if seat is not None and s.attendee_id == seat.pk)
        found.append(Participant(room, seat, next(own, None)))
    return found


def _switch(state: int) -> bool:
    if state not in {0, 1}:
        raise errors.InvalidValue("value")
    return state == 1


def _moment(seconds: int) -> Any:
    from django.core.exceptions import ValidationError

    try:
        return moment(seconds)
    except ValidationError as error:
        raise errors.InvalidValue("value") from error
