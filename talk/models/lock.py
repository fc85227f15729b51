"""One transaction with the room locked first: how everything about a room is written.

All operations lock in one order (room, attendees, sessions), so nothing deadlocks, and of two
requests that arrive together the second sees what the first one did.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.db import connections, router, transaction
from django.db.models import F, Model

from talk import errors
from talk.models.room import Room, RoomQuerySet

_sqlite_writers = threading.RLock()
"""SQLite has one writer at a time, and its own waiting is slow and unfair (see the docs)."""

_operation = threading.local()
"""``rows``: what the running operation of this thread inserts at its end."""


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
    with _turn(using), transaction.atomic(using=using), _inserting_at_the_end(using):
        yield using


@contextmanager
def writing_once() -> Iterator[str]:
    """For one statement, which needs no transaction of its own; yields the database's alias."""
    using = router.db_for_write(Room)
    with _turn(using):
        yield using


def _turn(using: str) -> AbstractContextManager[Any]:
    """The turn to write."""
    connection = connections[using]
    # Inside somebody else's transaction the file may be locked already: waiting for a thread
    # that waits for that lock would be waiting for ever.
    alone = connection.vendor == "sqlite" and not connection.in_atomic_block
    return _sqlite_writers if alone else nullcontext()


def insert_later(rows: Iterable[Model], *, using: str) -> None:
    """Insert rows at the end of the running operation: all that its steps bring, in one go.

    They come and go with the transaction. At once if no operation is running.
    """
    waiting: list[Model] | None = getattr(_operation, "rows", None)
    if waiting is None:
        _insert(rows, using)
    else:
        waiting.extend(rows)


@contextmanager
def _inserting_at_the_end(using: str) -> Iterator[None]:
    outer: list[Model] | None = getattr(_operation, "rows", None)
    mine: list[Model] = []
    _operation.rows = mine
    try:
        yield
    finally:
        _operation.rows = outer
    # Not reached by an operation that is rolled back.
    if outer is None:
        _insert(mine, using)
    else:
        outer.extend(mine)


def _insert(rows: Iterable[Model], using: str) -> None:
    by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, instances in by_model.items():
        model._default_manager.using(using).bulk_create(instances, batch_size=500)


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
