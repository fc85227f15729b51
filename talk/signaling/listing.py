"""``usersInRoom``: every session in a room, as its browsers see each other (signaling.md §2.1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connections, models, router
from django.db.models import Q
from django.utils import timezone

from talk.constants import ActorType
from talk.models import Room, Session
from talk.models.attendee import effective_permissions
from talk.models.compiled import CompiledQuery
from talk.models.unix_time import UnixSeconds, counts_in_utc, from_local

LISTED_FOR = timedelta(seconds=40)
"""How long after its last ping a session is listed; longer than a poll and its journey."""


def users_in_room(room: int, *, own: int) -> list[dict[str, Any]]:
    """All sessions of a room (primary key) that pinged lately, and always the own one."""
    rows = _query(room=room, since=timezone.now() - LISTED_FOR, own=own)
    connection = connections[router.db_for_read(Session)]
    in_utc = counts_in_utc(connection)
    return [
        {
            "userId": actor_id if actor_type == ActorType.USERS else "",
            "roomId": room,
            "lastPing": last_ping if in_utc else from_local(last_ping, connection),
            "sessionId": session_id,
            "inCall": in_call,
            "participantPermissions": int(effective_permissions(role, permissions, default)),
            "actorType": actor_type,
            "actorId": actor_id,
        }
        for (
            session_id,
            in_call,
            last_ping,
            actor_type,
            actor_id,
            role,
            permissions,
            default,
        ) in rows
    ]


def _query_sessions(room: int, since: datetime, own: int) -> models.QuerySet[Any, Any]:
    return (
        Session.objects.filter(Q(last_ping__gte=since) | Q(pk=own), room=room)
        .order_by("pk")
        .values_list(
            "session_id",
            "in_call",
            UnixSeconds("last_ping"),
            "attendee__actor_type",
            "attendee__actor_id",
            "attendee__participant_type",
            "attendee__permissions",
            "room__default_permissions",
        )
    )


_query = CompiledQuery(
    _query_sessions,
    room=(Room._meta.get_field("id"), -1),
    since=(Session._meta.get_field("last_ping"), timezone.now),
    own=(Session._meta.get_field("id"), -2),
)
