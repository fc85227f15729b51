"""One thread per process looks for what other processes did, on behalf of all who wait.

Five times a second it reads what is new in the database: that alone is right everywhere. Where
the database is PostgreSQL it hears of it at once, and reads once a second to make sure. It also
writes the pings that were collected. It runs while somebody waits, on one database connection of
its own.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, InterfaceError, connections, models, router

from talk.models import Room, Signal
from talk.models.compiled import CompiledLookUp, CompiledQuery
from talk.signaling import ping, revision
from talk.signaling.hub import hub, room_key, session_key
from talk.signaling.notify import Ear

logger = logging.getLogger("talk.signaling")

TICK = 0.2
"""Seconds between two looks where nobody else tells of changes."""

QUIET_TICK = 1.0
"""The same where the database tells of them, and a look is only to make sure."""

LINGER = 5.0
"""Seconds without anybody waiting after which the thread ends."""

OVERLAP = 10.0
"""Seconds for which messages may become visible later than others with higher ids."""

_lock = threading.Lock()
_running: tuple[int, threading.Thread] | None = None


def ensure_running() -> None:
    """Start the thread of this process, unless it runs."""
    global _running  # noqa: PLW0603  there is one per process
    if _running is not None and _running[0] == os.getpid() and _running[1].is_alive():
        return
    with _lock:
        if _running is None or _running[0] != os.getpid() or not _running[1].is_alive():
            thread = threading.Thread(target=_run, name="talk-watch", daemon=True)
            _running = (os.getpid(), thread)
            thread.start()


def _run() -> None:
    using = router.db_for_write(Signal)
    ear = Ear(using) if connections[using].vendor == "postgresql" else None
    tail = Tail()
    is_well, needed_at = True, time.monotonic()
    try:
        while time.monotonic() - needed_at < LINGER:
            if hub.is_waited_for():
                needed_at = time.monotonic()
            try:
                _pause(ear)
                tail.look()
                ping.flush(older_than=ping.WRITTEN_AFTER)
                is_well = True
            except (DatabaseError, InterfaceError, OSError):
                # The database restarts, or is not to be reached: those who wait go on waiting.
                if is_well:
                    logger.warning("Looking for signaling messages failed", exc_info=True)
                is_well = False
                connections.close_all()
                tail = Tail()
                time.sleep(QUIET_TICK)
    finally:
        connections.close_all()


def _pause(ear: Ear | None) -> None:
    """Let a tick pass, or end it as soon as something is heard."""
    if ear is None:
        time.sleep(TICK)
        return
    ends = time.monotonic() + (QUIET_TICK if ear.works else TICK)
    while (left := ends - time.monotonic()) > 0:
        for payload in ear.hear(left):
            _understand(payload)


def _understand(payload: str) -> None:
    kind, rest = payload[:1], payload[1:]
    if kind == "s":
        hub.wake(*(session_key(int(pk)) for pk in rest.split(",")))
    elif kind == "r":
        room, _colon, current = rest.partition(":")
        revision.hear_of(int(room), int(current))


class Tail:
    """What came into the database since the last look."""

    def __init__(self) -> None:
        # No id is that low; and some databases refuse to look for 0.
        self._floor = -1
        self._seen: deque[tuple[float, int]] = deque()
        """When which id was the highest."""

        self._looked_at: tuple[int | None, int] | None = None

    def look(self) -> None:
        """Wake those for whom there is something.

        Two queries; none if nobody waits. Where the database tells cheaply whether anything was
        written at all since the last look of this connection, that is all that it is asked,
        unless somebody new waits.
        """
        if not hub.is_waited_for():
            return
        state = _state_of_file(), hub.arrivals
        if state[0] is not None and state == self._looked_at:
            return
        sessions = set(hub.waiting("session"))
        if sessions:
            self._look_for_messages(sessions)
        _look_at_rooms(hub.waiting("room"))
        self._looked_at = state

    def _look_for_messages(self, sessions: set[int]) -> None:
        rows = _newer.on(router.db_for_write(Signal), floor=self._floor)
        keys = {session_key(recipient) for _pk, recipient in rows if recipient in sessions}
        if keys:
            hub.wake(*keys)
        now = time.monotonic()
        self._seen.append((now, max((pk for pk, _recipient in rows), default=self._floor)))
        # Whoever took an id long ago has committed by now.
        while self._seen and self._seen[0][0] < now - OVERLAP:
            self._floor = self._seen.popleft()[1]


def _state_of_file() -> int | None:
    """SQLite's count of what other connections have written; None with other databases."""
    connection = connections[router.db_for_write(Signal)]
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        (version,) = cursor.fetchone()
    return int(version)


def _look_at_rooms(rooms: list[int]) -> None:
    found = dict(_revisions.on(router.db_for_write(Room), rooms))
    for room in rooms:
        if room in found:
            revision.notice(room, found[room])
        else:
            hub.wake(room_key(room))


def _query_revisions(rooms: Iterable[int]) -> models.QuerySet[Any, Any]:
    return Room.objects.filter(pk__in=rooms).values_list("pk", "revision")


_revisions = CompiledLookUp(_query_revisions)


def _query_newer(floor: int) -> models.QuerySet[Any, Any]:
    return Signal.objects.filter(pk__gt=floor).order_by("pk").values_list("pk", "recipient_id")


_newer = CompiledQuery(_query_newer, floor=(Signal._meta.get_field("id"), -1))
