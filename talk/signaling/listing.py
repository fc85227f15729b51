"""``usersInRoom``: every session in a room, as its browsers see each other (signaling.md §2.1).

When something changes, everybody who waits in the room is told the same list: it is read and
written once for all of them.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
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
from talk.signaling import revision

LISTED_FOR = timedelta(seconds=40)
"""How long after its last ping a session is listed; longer than a poll and its journey."""

SHARED_FOR = 0.5
"""Seconds for which a list is good for others as well, as long as nothing changes."""

REMEMBERED = 200
"""How many rooms' lists a process keeps."""

User = dict[str, Any]


@dataclass
class Listing:
    """The sessions of a room at one moment."""

    revision: int
    sessions: frozenset[int]
    """Primary keys of those that are listed."""

    users: list[User]
    made_at: float
    written: bytes | None = None
    """The users as they are sent, once somebody has written them."""


def read(room: int, *, own: int) -> Listing | None:
    """The sessions that pinged lately, and always the own one; None if that one is gone.

    Rooms and sessions by their primary keys. One query.
    """
    listing = _make(room, own)
    return listing if listing is not None and own in listing.sessions else None


def share(room: int, *, own: int, good_for: float = SHARED_FOR) -> Listing | None:
    """The same, made once for all who ask at the same time; not older than what is known.

    Without a change one is good enough that was made in the last ``good_for`` seconds.
    """
    with _guard:
        lock = _locks[room]
    with lock:
        listing = _shared.get(room)
        if listing is None or _is_outdated(room, listing, good_for):
            listing = _make(room, own)
            _keep(room, listing)
    if listing is not None and own in listing.sessions:
        return listing
    # Listed to nobody else, as it pinged long ago; or gone.
    return read(room, own=own)


def peek(room: int, *, own: int) -> Listing | None:
    """What :func:`share` would hand out if somebody has just made it. Costs no query."""
    found = _shared.get(room)
    is_good = (
        found is not None and own in found.sessions and not _is_outdated(room, found, SHARED_FOR)
    )
    return found if is_good else None


def forget_all() -> None:
    """Know nothing, as a process that has just started."""
    with _guard:
        _shared.clear()
        _locks.clear()


_guard = threading.Lock()
_shared: dict[int, Listing] = {}
_locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)


def _is_outdated(room: int, listing: Listing, good_for: float) -> bool:
    return listing.revision < revision.known(room) or (
        time.monotonic() - listing.made_at > good_for
    )


def _keep(room: int, listing: Listing | None) -> None:
    with _guard:
        _shared.pop(room, None)
        if listing is not None:
            _shared[room] = listing
        if len(_shared) > REMEMBERED:
            oldest = next(iter(_shared))
            del _shared[oldest]
            # Whoever is waiting for it makes a list for themselves.
            _locks.pop(oldest, None)


def _make(room: int, own: int) -> Listing | None:
    # Where it is written: a copy that lags behind has not heard of what everybody was woken for.
    using = router.db_for_write(Session)
    rows = _query.on(using, room=room, since=timezone.now() - LISTED_FOR, own=own)
    return _listing(room, rows, connections[using]) if rows else None


def _listing(room: int, rows: Sequence[tuple[Any, ...]], connection: Any) -> Listing:
    in_utc = counts_in_utc(connection)
    users = [
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
            _pk,
            session_id,
            in_call,
            last_ping,
            actor_type,
            actor_id,
            role,
            permissions,
            default,
            _revision,
        ) in rows
    ]
    return Listing(
        revision=rows[0][-1],
        sessions=frozenset(row[0] for row in rows),
        users=users,
        made_at=time.monotonic(),
    )


def _query_sessions(room: int, since: datetime, own: int) -> models.QuerySet[Any, Any]:
    return (
        Session.objects.filter(Q(last_ping__gte=since) | Q(pk=own), room=room)
        .order_by("pk")
        .values_list(
            "pk",
            "session_id",
            "in_call",
            UnixSeconds("last_ping"),
            "attendee__actor_type",
            "attendee__actor_id",
            "attendee__participant_type",
            "attendee__permissions",
            "room__default_permissions",
            "room__revision",
        )
    )


_query = CompiledQuery(
    _query_sessions,
    room=(Room._meta.get_field("id"), -1),
    since=(Session._meta.get_field("last_ping"), timezone.now),
    own=(Session._meta.get_field("id"), -2),
)
