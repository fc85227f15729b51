"""When the browsers in a room are told to look who is there (signaling.md §2.1).

Every such change makes ``Room.revision`` grow, together with the change itself. Which revision a
session was last told is remembered by the process that told it: another process tells it once
more, which costs an answer and harms nobody.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal

from talk import signals
from talk.models import EndedSession, Room
from talk.signaling.hub import hub, room_key

TOLD_OF = frozenset(
    {
        signals.session_started,
        signals.session_ended,
        signals.attendee_removed,
        signals.attendee_renamed,
        signals.attendee_role_changed,
        signals.attendee_permissions_changed,
        signals.call_joined,
        signals.call_flags_changed,
        signals.call_left,
        signals.call_ended,
    }
)
"""Changes of who is there, and of what they may do and are doing."""

REMEMBERED = 50_000
"""How many sessions a process knows the told revision of."""

_told: dict[int, int] = {}


def record(signal: Signal, *, room: Room, **arguments: Any) -> None:
    """Recorder of all signals: note what browsers have to be told of."""
    if signal is signals.session_started:
        _forget_trace(room, arguments["session"])
    if signal is signals.session_ended and arguments["session"].is_dead:
        _leave_trace(room, arguments["session"])
    if signal is signals.room_deleted:
        _wake_after_commit(room)
    elif signal in TOLD_OF or (
        signal is signals.room_changed and "default_permissions" in arguments["changes"]
    ):
        advance(room)


def advance(room: Room) -> None:
    """A locked room changed in a way that its browsers are told of. Once per transaction."""
    if room.__dict__.get("_has_advanced"):
        return
    Room.objects.using(room._state.db).filter(pk=room.pk).update(revision=F("revision") + 1)
    room.revision += 1
    room.__dict__["_has_advanced"] = True
    _wake_after_commit(room)


def _wake_after_commit(room: Room) -> None:
    key = room_key(room.pk)

    def wake() -> None:
        room.__dict__.pop("_has_advanced", None)
        hub.wake(key)

    transaction.on_commit(wake, using=room._state.db)


def is_news(session: int, revision: int) -> bool:
    """Whether a session (primary key) has not been told this revision of its room yet."""
    return _told.get(session, -1) < revision


def tell(session: int, revision: int) -> None:
    """A session is told the revision now."""
    _told.pop(session, None)
    _told[session] = revision
    if len(_told) > REMEMBERED:
        del _told[next(iter(_told))]


def forget_all() -> None:
    """Know nothing, as a process that has just started."""
    _told.clear()


def _leave_trace(room: Room, session: Any) -> None:
    EndedSession.objects.using(room._state.db).update_or_create(
        room=room, holder=session.holder, defaults={"attendee_id": session.attendee_id}
    )


def _forget_trace(room: Room, session: Any) -> None:
    EndedSession.objects.using(room._state.db).filter(room=room, holder=session.holder).delete()
