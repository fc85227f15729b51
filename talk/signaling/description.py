"""How signaling servers are told of rooms and of those in them (signaling.md §3.2 and §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from talk.constants import ActorType, Permission
from talk.models import Attendee, Room, Session

ABSENT = "0"
"""Session id of somebody who has a seat, but is not there."""

_PUBLISHING = {
    Permission.PUBLISH_AUDIO: "publish-audio",
    Permission.PUBLISH_VIDEO: "publish-video",
    Permission.PUBLISH_SCREEN: "publish-screen",
}


def properties(room: Room) -> dict[str, Any]:
    """What everybody in the room may know of it: nothing in it depends on who asks.

    The server shows what the first one who joined was answered to all the others. Costs a query
    while a call is noted.
    """
    return {
        "name": str(room),
        "type": room.type,
        "lobby-state": int(room.has_lobby),
        "lobby-timer": _seconds(room.lobby_opens_at),
        "read-only": int(room.read_only),
        "listable": room.listable,
        "active-since": _seconds(room.call_started_at) if room.has_call else None,
        "sip-enabled": room.sip_enabled,
        "description": room.description,
    }


def permissions(attendee: Attendee, room: Room) -> list[str]:
    """What the server lets an attendee do; always a list, as without one it allows everything."""
    held = attendee.effective_permissions(room)
    allowed = [name for permission, name in _PUBLISHING.items() if held & permission]
    return [*allowed, "control"] if attendee.is_moderator else allowed


def entry(attendee: Attendee, room: Room, session: Session | None) -> dict[str, Any]:
    """One line of ``users`` or ``changed``: a session, or somebody who is not there."""
    described: dict[str, Any] = {
        "sessionId": ABSENT if session is None else session.session_id,
        "inCall": 0 if session is None else session.in_call,
        "lastPing": 0 if session is None else _seconds(session.last_ping),
        "participantType": attendee.participant_type,
        "participantPermissions": int(attendee.effective_permissions(room)),
        "actorType": attendee.actor_type,
        "actorId": attendee.actor_id,
    }
    if attendee.actor_type == ActorType.USERS:
        described["userId"] = attendee.actor_id
    return described


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
