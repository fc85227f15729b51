"""The lobby: who waits in front of a room, and until when (rooms.md §4)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from talk import call, errors, signals
from talk.constants import (
    LOBBY_OBJECT_TYPES,
    MODERATORS,
    LobbyState,
    RoomType,
)
from talk.models import Attendee, Room, Session
from talk.models.lock import locked


def admits(room: Room, attendee: Attendee) -> bool:
    """Whether the attendee passes: no lobby, a moderator, or somebody who may ignore it."""
    return attendee.passes_lobby(room)


def enable(room: Room, *, until: datetime | None = None) -> Room:
    """Let everybody but moderators wait, until a moment or until somebody opens.

    Non-moderators who are in the call drop out of it, whatever their permissions; the call
    ends when nobody is left.

    :raises WrongRoomType: only group and public rooms have a lobby.
    :raises WrongObjectType: rooms that belong to this kind of object have none.
    """
    return _set(room, LobbyState.NON_MODERATORS_WAIT, until)


def disable(room: Room) -> Room:
    """Let everybody in. Raises what :func:`enable` raises."""
    return _set(room, LobbyState.OPEN, None)


def _set(room: Room, state: LobbyState, until: datetime | None) -> Room:
    with locked(room) as room:
        require_lobby_possible(room)
        if (room.lobby_state, room.lobby_timer) == (state, until):
            return room
        changes = {"lobby_state": room.lobby_state, "lobby_timer": room.lobby_timer}
        room.lobby_state, room.lobby_timer = state, until
        room.last_activity = timezone.now()
        room.save(update_fields=["lobby_state", "lobby_timer", "last_activity"])
        if room.has_lobby:
            call.disconnect(room, _waiting(room))
        signals.send_after_commit(signals.room_changed, room=room, changes=changes)
        return room


def require_lobby_possible(room: Room) -> None:
    """Refuse rooms that cannot have a lobby. Raises what :func:`enable` raises."""
    if room.type not in {RoomType.GROUP, RoomType.PUBLIC}:
        raise errors.WrongRoomType
    if room.object_type not in LOBBY_OBJECT_TYPES:
        raise errors.WrongObjectType


def _waiting(room: Room) -> QuerySet[Session]:
    sessions: QuerySet[Session] = Session.objects.in_call().filter(room=room)
    return sessions.exclude(attendee__participant_type__in=MODERATORS).select_related("attendee")
