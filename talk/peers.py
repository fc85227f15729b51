"""Who is in the call of a room, as clients read it (call.md §2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connections, models, router
from django.utils import timezone

from talk import host
from talk.constants import ActorType
from talk.models import Room, Session
from talk.models.compiled import CompiledQuery
from talk.models.session import fresh_since
from talk.models.unix_time import UnixSeconds, counts_in_utc, from_local

PeerRow = tuple[str, str, str, int, str]
"""Actor type, actor id, display name, last ping (unix seconds), session id."""


def in_call(room: Room) -> list[PeerRow]:
    """Everybody in the call, one row per session, in the order of joining the room.

    :returns: actor type, actor id, display name, last ping (unix seconds), session id. Plain
        tuples, because a call may have a thousand of them. One query, compiled once, and a
        second one only if a user's seat bears no name.
    """
    rows = _peers(room=room.pk, since=fresh_since())
    nameless = {row[1] for row in rows if not row[2] and row[0] == ActorType.USERS}
    if nameless:
        rows = _named_after_accounts(rows, nameless)
    connection = connections[router.db_for_read(Session)]
    if counts_in_utc(connection):
        return rows
    unix = {local: from_local(local, connection) for local in {row[3] for row in rows}}
    return [(kind, who, name, unix[local], sid) for kind, who, name, local, sid in rows]


def _named_after_accounts(rows: list[PeerRow], nameless: set[str]) -> list[PeerRow]:
    """The rows with the account's name, or else the user id, for these users."""
    users = host.find_users(nameless)
    names = {user_id: host.policy().display_name(user) for user_id, user in users.items()}
    return [
        (kind, who, name or names.get(who) or who, ping, sid)
        if kind == ActorType.USERS
        else (kind, who, name, ping, sid)
        for kind, who, name, ping, sid in rows
    ]


def _query_peers(room: int, since: datetime) -> models.QuerySet[Any, Any]:
    return (
        Session.objects.filter(room=room, last_ping__gte=since)
        .in_call()
        .order_by("pk")
        .values_list(
            "attendee__actor_type",
            "attendee__actor_id",
            "attendee__display_name",
            UnixSeconds("last_ping"),
            "session_id",
        )
    )


_peers = CompiledQuery(
    _query_peers,
    room=(Room._meta.get_field("id"), -1),
    since=(Session._meta.get_field("last_ping"), timezone.now),
)
