"""One transaction with the room locked first: how everything about a room is written.

All operations lock in one order (room, attendees, sessions), so nothing deadlocks, and of two
requests that arrive together the second sees what the first one did.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import connections, router, transaction
from django.db.models import F

from talk import errors
from talk.models.room import Room, RoomQuerySet

_sqlite_writers = threading.RLock()
"""SQLite has one writer at a time, and its own waiting is slow and unfair (see the docs)."""


@contextmanager
def locked(room: Room, *, gone: type[errors.TalkError] = errors.RoomNotFound) -> Iterator[Room]:
    """The room as it is now, locked until the transaction ends.

    :raises RoomNotFound: the room was deleted meanwhile; ``gone`` is raised instead, if given.
    """
    with writing() as using:
        fresh = _lock(Room.objects.using(using), room.pk).first()
        if fresh is None:
            raise gone
        yield fresh


@contextmanager
def writing() -> Iterator[str]:
    """A transaction on the database that rooms are written to; yields its alias."""
    using = router.db_for_write(Room)
    connection = connections[using]
    # Inside somebody else's transaction the file may be locked already: waiting for a thread
    # that waits for that lock would be waiting for ever.
    alone = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _sqlite_writers if alone else nullcontext(), transaction.atomic(using=using):
        yield using


def _lock(rooms: RoomQuerySet, pk: int) -> RoomQuerySet:
    features = connections[rooms.db].features
    mine = rooms.filter(pk=pk)
    if not features.has_select_for_update:
        # SQLite: a write takes the lock that SELECT FOR UPDATE would; reading first and writing
        # later would fail whenever somebody else wrote in between.
        mine.update(call_flags=F("call_flags"))
        return mine
    if features.has_select_for_no_key_update:
        # Leaves others free to insert rows that point to this room.
        return mine.select_for_update(no_key=True)
    return mine.select_for_update()
