"""When the browsers in a room are told to look who is there (signaling.md §2.1).

Every such change makes ``Room.revision`` grow, together with the change itself. Which revision a
session was last told is remembered by the process that told it: another process tells it once
more, which costs an answer and harms nobody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from talk import signals
from talk.models import EndedSession, Room
from talk.recent import Recent
from talk.signaling import notify
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

TRACES_KEPT_FOR = timedelta(days=1)
REMEMBERED = 50_000
"""How many sessions and rooms a process knows the revision of."""

_told: Recent[int, int] = Recent(REMEMBERED)
_known: Recent[int, int] = Recent(REMEMBERED)


def record(signal: Signal, *, room: Room, **arguments: Any) -> None:
    """Recorder of all signals: note what browsers have to be told of."""
    if signal is signals.session_started:
        _forget_trace(room, arguments["session"])
    if signal is signals.session_ended and arguments["session"].is_dead:
        _leave_trace(room, arguments["session"])
    if signal is signals.room_deleted:
        _wake_after_commit(room, 0)
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
    _wake_after_commit(room, room.revision)


def _wake_after_commit(room: Room, current: int) -> None:
    pk = room.pk

    def wake() -> None:
        room.__dict__.pop("_has_advanced", None)
        _known[pk] = max(current, known(pk))
        hub.wake(room_key(pk))

    notify.send(f"r{pk}:{current}", using=room._state.db)
    transaction.on_commit(wake, using=room._state.db)


def known(room: int) -> int:
    """The latest revision of a room (primary key) that this process has heard of."""
    return _known.get(room, 0)


def notice(room: int, current: int) -> None:
    """Somebody has seen this revision: whoever waits for a later one than theirs is woken."""
    before = _known.get(room)
    if before is None or before < current:
        _known[room] = current
        if before is not None:
            hub.wake(room_key(room))


def hear_of(room: int, current: int) -> None:
    """Another process, or this one, says that a room changed."""
    if known(room) < current or current == 0:
        _known[room] = current
        hub.wake(room_key(room))


def is_news(session: int, revision: int) -> bool:
    """Whether a session (primary key) has not been told this revision of its room yet."""
    return _told.get(session, -1) < revision


def tell(session: int, revision: int) -> None:
    """A session is told the revision now."""
    _told[session] = revision


def forget_all() -> None:
    """Know nothing, as a process that has just started."""
    _told.clear()
    _known.clear()


def purge() -> None:
    """Remove the traces of sessions that ended long ago."""
    EndedSession.objects.filter(ended_at__lt=timezone.now() - TRACES_KEPT_FOR).delete()


def _leave_trace(room: Room, session: Any) -> None:
    EndedSession.objects.using(room._state.db).update_or_create(
        room=room, holder=session.holder, defaults={"attendee_id": session.attendee_id}
    )


def _forget_trace(room: Room, session: Any) -> None:
    EndedSession.objects.using(room._state.db).filter(room=room, holder=session.holder).delete()
