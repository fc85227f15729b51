"""The catalogue of events: what each signal is called over HTTP, and what is told of it.

Session ids, the holders of browsers, and passwords stay here: whoever knows a session id is
that session.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.dispatch import Signal
from django.utils import timezone

from talk import signals
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Ban, Notification, Room, Session

TEST = "webhook.test"

MAX_BYTES = 64 * 1024
"""A longer payload tells its room only, and that it was cut."""

_OWN_WORDS = {
    signals.banned: "ban.created",
    signals.unbanned: "ban.lifted",
    signals.throttled: "address.throttled",
}


def _word(signal: Signal, name: str) -> str:
    """``call_flags_changed`` is told as ``call.flags_changed``."""
    return _OWN_WORDS.get(signal) or name.replace("_", ".", 1)


TYPES: dict[Signal, str] = {
    signal: _word(signal, name)
    for name, signal in vars(signals).items()
    if isinstance(signal, Signal)
}
"""The event type of each signal, in the order of ``talk.signals``."""


def new_id() -> str:
    """What receivers know an event by, however often it is sent."""
    return f"evt_{uuid4().hex}"


def payload(type: str, arguments: dict[str, Any]) -> str:
    """The body of an event: ``{"type", "timestamp", "data"}`` as JSON.

    :param arguments: those of the signal, with ``room``, if it has one.
    """
    data = {name: _told(name, value, arguments) for name, value in arguments.items()}
    body = _body(type, data)
    if len(body.encode()) > MAX_BYTES:
        body = _body(type, {"room": data.get("room"), "truncated": True})
    return body


def _body(type: str, data: dict[str, Any]) -> str:
    told = {"type": type, "timestamp": _moment(timezone.now()), "data": data}
    # In ASCII, as what came over the wire may hold characters that no encoding has.
    return json.dumps(told, separators=(",", ":"))


def _told(name: str, value: Any, arguments: dict[str, Any]) -> Any:
    if name == "changes":
        return _changes(arguments["room"], value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """The value in the words of JSON."""
    match value:
        case None | bool() | float():
            return value
        case ParticipantType() | RoomType():
            return value.name.lower()
        case int():
            return int(value)
        case datetime():
            return _moment(value)
        case timedelta():
            return int(value.total_seconds())
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in value]
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case AbstractBaseUser():
            return value.get_username()
    for model, shape in _SHAPES.items():
        if isinstance(value, model):
            return shape(value)
    return str(value)


def _room(room: Room) -> dict[str, Any]:
    return {
        "token": room.token,
        "type": RoomType(room.type).name.lower(),
        "name": str(room),
        "object_type": room.object_type,
        "object_id": room.object_id,
    }


def _attendee(attendee: Attendee) -> dict[str, Any]:
    return {
        "id": attendee.pk,
        "actor_type": str(attendee.actor_type),
        "actor_id": attendee.actor_id,
        "display_name": attendee.display_name,
        "role": ParticipantType(attendee.participant_type).name.lower(),
        "permissions": int(attendee.permissions),
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.pk,
        "attendee": _attendee(session.attendee),
        "flags": int(session.in_call),
    }


def _ban(ban: Ban) -> dict[str, Any]:
    return {
        "id": ban.pk,
        "actor_type": str(ban.actor_type),
        "actor_id": ban.actor_id,
        "display_name": ban.display_name,
        "banned_by": {
            "actor_type": str(ban.moderator_type),
            "actor_id": ban.moderator_id,
            "display_name": ban.moderator_name,
        },
    }


def _notification(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.pk,
        "kind": str(notification.kind),
        "sender_id": notification.sender_id,
    }


_SHAPES: dict[type[Model], Callable[[Any], dict[str, Any]]] = {
    Room: _room,
    Attendee: _attendee,
    Session: _session,
    Ban: _ban,
    Notification: _notification,
}


def _changes(room: Room, changes: dict[str, Any]) -> dict[str, Any]:
    """What each field was and is; of those that nobody edits as they are, only that it changed."""
    return {
        name: {"from": _value(name, before), "to": _value(name, getattr(room, name))}
        if room._meta.get_field(name).editable
        else {}
        for name, before in changes.items()
    }


def _value(field: str, value: Any) -> Any:
    return _plain(RoomType(value) if field == "type" else value)


def _moment(moment: datetime) -> str:
    aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
