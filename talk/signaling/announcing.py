"""What signaling servers have to be told, written down together with the change itself.

A recorder (see ``talk.signals.record_with``): it runs inside the transaction of a change, so that
nothing is told that did not happen and nothing that happened is lost. Telling is the business of
``talk.signaling.delivery``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import router, transaction
from django.dispatch import Signal
from django.utils import timezone

from talk import signals
from talk.constants import ActorType, AnnouncementKind
from talk.models import Announcement, Attendee, Room, Session
from talk.models.lock import insert_later
from talk.signaling import mode, worker
from talk.signaling.description import entry

REJOIN_DELAY = timedelta(seconds=1)
"""A server knows of a session only after it has read our answer to its joining."""

_SHOWN = {
    "name",
    "description",
    "type",
    "password",
    "read_only",
    "listable",
    "lobby_state",
    "lobby_timer",
    "sip_enabled",
    "recording_consent",
}
"""Fields of a room that clients look at again when they change."""

_Told = Iterable[tuple[AnnouncementKind, dict[str, Any]]]


def record(signal: Signal, *, room: Room, **arguments: Any) -> None:
    """Recorder: write down what the servers have to hear of a change."""
    told = _TOLD.get(signal)
    if told is None:
        return
    for kind, details in told(room, **arguments):
        announce(room, kind, **details)


def announce(
    room: Room, kind: AnnouncementKind, *, delay: timedelta | None = None, **details: Any
) -> None:
    """Put something into the outbox; nothing where the site does the signaling itself."""
    lane = mode.lane_of(room)
    if lane is None:
        return
    due_at = timezone.now() + (delay or timedelta())
    using = room._state.db
    row = Announcement(lane=lane, room_token=room.token, kind=kind, details=details, due_at=due_at)
    insert_later([row], using=using or router.db_for_write(Announcement))
    transaction.on_commit(partial(worker.wake), using=using)


def tell(room: Room, data: dict[str, Any]) -> None:
    """Send something to all clients in a room: they get it as an event ``message``.

    Talk's own clients know ``{"type": "chat", "chat": {"refresh": True}}``; others are left to the
    site's own clients.
    """
    announce(room, AnnouncementKind.MESSAGE, data=data)


def switch_to(room: Room, target: Room, sessions: Iterable[Session]) -> None:
    """Ask the clients of these sessions to go on in another room."""
    ids = [session.session_id for session in sessions]
    announce(room, AnnouncementKind.SWITCH_TO, roomid=target.token, sessions=ids)


def put_out(room: Room, session: Session) -> None:
    """Whoever is on a server with a session that was ended elsewhere has to go there as well."""
    announce(room, AnnouncementKind.DISINVITE, sessionids=[session.session_id])


def rejoined(room: Room, session: Session) -> None:
    """A session that is in the call came (back) to a server, which may not know that it is."""
    changed = [entry(session.attendee, room, session)]
    announce(room, AnnouncementKind.IN_CALL, delay=REJOIN_DELAY, changed=changed)


# Of each signal --------------------------------------------------------------------------


def _in_call_changed(room: Room, *, session: Session, **_arguments: Any) -> _Told:
    yield AnnouncementKind.IN_CALL, {"changed": [entry(session.attendee, room, session)]}


def _call_started(room: Room, **_arguments: Any) -> _Told:
    yield AnnouncementKind.UPDATE, {}


def _call_ended(room: Room, *, reason: str, **_arguments: Any) -> _Told:
    # When the last one left, that was told already.
    if reason != "ended":
        yield AnnouncementKind.CALL_ENDED, {}
    yield AnnouncementKind.UPDATE, {}


def _room_changed(room: Room, *, changes: dict[str, Any], **_arguments: Any) -> _Told:
    if not _SHOWN.isdisjoint(changes):
        yield AnnouncementKind.UPDATE, {}
    if "default_permissions" in changes:
        yield AnnouncementKind.PARTICIPANTS, {"everybody": True}


def _room_deleted(room: Room, **_arguments: Any) -> _Told:
    ids = room.attendees.users().values_list("actor_id", flat=True)
    yield AnnouncementKind.DELETE, {"userids": list(ids)}


def _attendee_added(room: Room, *, attendee: Attendee, **_arguments: Any) -> _Told:
    if attendee.actor_type == ActorType.USERS:
        yield AnnouncementKind.INVITE, {"userids": [attendee.actor_id]}


def _attendee_removed(room: Room, *, attendee: Attendee, **_arguments: Any) -> _Told:
    if attendee.actor_type == ActorType.USERS:
        yield AnnouncementKind.DISINVITE, {"userids": [attendee.actor_id]}


def _session_ended(room: Room, *, session: Session, **_arguments: Any) -> _Told:
    attendee = session.attendee
    if attendee.actor_type == ActorType.USERS and not session.is_dead:
        # Whoever leaves says so to the server; whoever was replaced cannot any more.
        ended = {session.session_id: [session.holder, attendee.actor_id]}
        yield AnnouncementKind.DISINVITE, {"ended": ended}
    else:
        yield AnnouncementKind.DISINVITE, {"sessionids": [session.session_id]}


def _role_changed(room: Room, *, attendee: Attendee, **_arguments: Any) -> _Told:
    yield AnnouncementKind.UPDATE, {}
    yield AnnouncementKind.PARTICIPANTS, {"attendees": [attendee.pk]}


def _attendee_changed(room: Room, *, attendee: Attendee, **_arguments: Any) -> _Told:
    yield AnnouncementKind.PARTICIPANTS, {"attendees": [attendee.pk]}


_TOLD: dict[Signal, Callable[..., _Told]] = {
    signals.call_started: _call_started,
    signals.call_joined: _in_call_changed,
    signals.call_flags_changed: _in_call_changed,
    signals.call_left: _in_call_changed,
    signals.call_ended: _call_ended,
    signals.room_changed: _room_changed,
    signals.room_deleted: _room_deleted,
    signals.attendee_added: _attendee_added,
    signals.attendee_removed: _attendee_removed,
    signals.attendee_role_changed: _role_changed,
    signals.attendee_permissions_changed: _attendee_changed,
    signals.attendee_renamed: _attendee_changed,
    signals.session_ended: _session_ended,
}
