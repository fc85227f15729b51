"""Threads that take turns: as few at a time as get the most done.

Python runs one thread at a time in any case. Threads that are busy together hand over to each
other with every statement that they send to the database, which costs more than the whole rest of
a small request. So one has its turn at a time. Where the database is a server, two fill each
other's pauses once there is a lasting queue; a third would be in the way, and where the database is
a file the second is. Apart from that another one begins only when the process has not had much to
do of late: then those who are at it wait, for a lock or the network.

Clients take turns as well: whoever asks for ten thousand things at once waits for them alone.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connections

MOMENT = 0.02
"""Seconds over which it is seen how busy the process is."""

BUSY = 0.25
"""Part of a processor from which on more threads would only be in each other's way."""

QUEUE = 0.05
"""Seconds for which something has to be waiting all the time until it is a lasting queue."""

STUCK = 0.1
"""Seconds after which whoever has begun something waits, however busy the process is."""

Work = Callable[[], Any]


class Crew:
    """At most so many threads, which are made when they are needed and kept.

    ``at_once`` of them may compute at the same time while there is a lasting queue. Each client's
    work is begun in the order in which it was given.
    """

    def __init__(self, most: int, *, at_once: int = 1) -> None:
        self._most, self._at_once = most, at_once
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, deque[_Job]] = OrderedDict()
        """By client; the one whose turn it is comes first."""
        self._members: list[_Member] = []
        self._idle: list[_Member] = []
        self._is_closed = False
        self._queued_since = 0.0
        self._begun, self._since, self._used = 0.0, time.monotonic(), time.process_time()
        self._waits = False
        self._watched_by: asyncio.AbstractEventLoop | None = None

    def run(self, work: Work, *, client: str = "") -> asyncio.Future[Any]:
        """What the work returns, or raises; to be called in a running event loop."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop)
        with self._lock:
            if not self._waiting:
                self._queued_since = time.monotonic()
            self._waiting.setdefault(client, deque()).append(job)
            self._begin()
            watches = bool(self._waiting) and self._watched_by is not loop
            if watches:
                self._watched_by = loop
        if watches:
            loop.call_later(MOMENT, self._watch, loop)
        return job.future

    def close(self) -> None:
        """Wait until everything is done, and end the threads and their database connections."""
        with self._lock:
            self._is_closed = True
            for member in self._idle:
                member.give(None)
        for member in self._members:
            member.join()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look, as long as anything waits, whether those who are busy only wait."""
        with self._lock:
            self._begin()
            goes_on = bool(self._waiting) and self._watched_by is loop
            if not goes_on and self._watched_by is loop:
                self._watched_by = None
        if goes_on:
            loop.call_later(MOMENT, self._watch, loop)

    def _begin(self) -> None:
        busy = len(self._members) - len(self._idle)
        if not busy:
            self._since, self._used, self._waits = time.monotonic(), time.process_time(), False
        if not self._waiting or not self._has_room(busy):
            return
        if self._idle:
            # The one that was busy last: what it needs is still at hand.
            member = self._idle.pop()
        elif busy < self._most:
            member = _Member(self)
            self._members.append(member)
        else:
            return
        member.give(self._next())

    def _has_room(self, busy: int) -> bool:
        """Whether one more may be busy than so many."""
        now = time.monotonic()
        if now - self._since >= MOMENT:
            used = time.process_time()
            self._waits = used - self._used < BUSY * (now - self._since)
            self._since, self._used = now, used
        most = self._at_once if now - self._queued_since >= QUEUE else 1
        return busy < most or self._waits or now - self._begun >= STUCK

    def _next(self) -> _Job:
        self._begun = time.monotonic()
        client, jobs = self._waiting.popitem(last=False)
        job = jobs.popleft()
        if jobs:
            self._waiting[client] = jobs
        return job

    def next_for(self, member: _Member) -> _Job | None:
        """What a thread that has finished does next; None if it has nothing to do."""
        with self._lock:
            others = len(self._members) - len(self._idle) - 1
            if self._waiting and self._has_room(others):
                return self._next()
            self._idle.append(member)
            if self._is_closed:
                member.give(None)
            return None


class _Job:
    __slots__ = ("_loop", "_work", "future")

    def __init__(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        self._work, self._loop = work, loop
        self.future: asyncio.Future[Any] = loop.create_future()

    def do(self) -> None:
        try:
            result, error = self._work(), None
        except BaseException as raised:  # whoever waits for it gets it
            result, error = None, raised
        with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            self._loop.call_soon_threadsafe(self._tell, result, error)

    def _tell(self, result: Any, error: BaseException | None) -> None:
        if self.future.done():  # whoever waited has been cancelled
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class _Member(threading.Thread):
    def __init__(self, crew: Crew) -> None:
        super().__init__(name="talk", daemon=True)
        self._crew = crew
        self._job: _Job | None = None
        # Locked while there is nothing to do.
        self._has_been_given = threading.Lock()
        self._has_been_given.acquire()
        self.start()

    def give(self, job: _Job | None) -> None:
        """Something to do, or None: the end."""
        self._job = job
        self._has_been_given.release()

    def run(self) -> None:
        while True:
            self._has_been_given.acquire()
            job, self._job = self._job, None
            if job is None:
                connections.close_all()
                return
            while job is not None:
                job.do()
                job = self._crew.next_for(self)
