"""Who waits for what in this process, and how they are woken.

The database is the truth; a wake-up is only a hint to look. What is handed over instead is told
without a look (:mod:`talk.signaling.handover`). Whoever wants to wait asks :meth:`Hub.now` before
looking, so that what happens between the look and the wait is not lost.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

Key = tuple[str, int]

MOST_PER_SESSION = 3
"""How often one session may wait at the same time, in several tabs; the oldest makes room."""

REMEMBERED = 4096
"""How many wake-ups are remembered for those who looked before and wait after."""


def session_key(pk: int) -> Key:
    """What wakes whoever waits for messages to a session."""
    return ("session", pk)


def room_key(pk: int) -> Key:
    """What wakes whoever waits for changes of a room."""
    return ("room", pk)


def shared(keys: tuple[Key, ...]) -> frozenset[Key]:
    """Those of ``keys`` that others wait for as well: whoever is woken by them is told the same."""
    return frozenset(key for key in keys if key[0] != "session")


class Waiter:
    """Something that can be woken once, from any thread."""

    def __init__(self) -> None:
        self.woken_by: frozenset[Key] = frozenset()
        self.mail: Any = None
        """What it was handed, if it was not only told to look."""

    def wake(self) -> None:
        raise NotImplementedError


class WaitingThread(Waiter):
    """A thread that waits."""

    def __init__(self) -> None:
        super().__init__()
        self._event = threading.Event()

    def wake(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)


class WaitingTask(Waiter):
    """A task of an event loop that waits for ``future``; holds no thread."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[None] = self._loop.create_future()

    def wake(self) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            self._loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        if not self.future.done():
            self.future.set_result(None)


class Hub:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Key, dict[Waiter, tuple[Key, ...]]] = {}
        self._woken: dict[Key, int] = {}
        self._time = self._forgotten = 0
        self.arrivals = 0
        """How often somebody has come to wait."""

        self._size = 0
        self._is_closed = False

    def now(self) -> int:
        """A moment, to be taken before looking whether there is something to wait for."""
        return self._time

    def wait_for(self, keys: tuple[Key, ...], waiter: Waiter, *, since: int) -> None:
        """Wake ``waiter`` as soon as one of ``keys`` is, or was since that moment."""
        with self._lock:
            self.arrivals += 1
            missed = frozenset(
                keys
                if self._is_closed or since < self._forgotten
                else (key for key in keys if self._woken.get(key, 0) > since)
            )
            if not missed:
                surplus = self._add(keys, waiter)
        if missed:
            waiter.woken_by = missed
            waiter.wake()
        elif surplus is not None:
            surplus.wake()

    def forget(self, keys: tuple[Key, ...], waiter: Waiter) -> None:
        """The waiter has gone, woken or not."""
        with self._lock:
            self._remove(keys, waiter)

    def wake(self, *keys: Key) -> None:
        """Wake whoever waits for one of ``keys``."""
        with self._lock:
            self._time += 1
            woken: dict[Waiter, tuple[Key, ...]] = {}
            for key in keys:
                self._remember(key)
                woken |= self._waiting.get(key, {})
            for waiter, waited_for in woken.items():
                waiter.woken_by = frozenset(keys).intersection(waited_for)
                self._remove(waited_for, waiter)
        _wake_each(woken)

    def hand(self, key: Key, mail: Any) -> bool:
        """Wake whoever waits for ``key``, one with something in their hands; False if nobody does.

        It is the one who came last: others may be connections that were left behind. These are
        to end as well, so that what comes next is not handed to them.
        """
        with self._lock:
            woken = {} if self._is_closed else self._waiting.get(key, {}).copy()
            for waiter, waited_for in woken.items():
                waiter.woken_by = frozenset((key,))
                self._remove(waited_for, waiter)
            if woken:
                next(reversed(woken)).mail = mail
        _wake_each(woken)
        return bool(woken)

    def close(self) -> None:
        """Wake everybody, and whoever comes later at once: the process ends.

        May be called by a signal handler, that is, in the middle of anything else.
        """
        self._is_closed = True
        threading.Thread(target=self._wake_everybody, daemon=True).start()

    def open(self) -> None:
        """Wait again, as a process that has just started."""
        self._is_closed = False

    def _wake_everybody(self) -> None:
        with self._lock:
            woken = {waiter: None for waiters in self._waiting.values() for waiter in waiters}
            self._waiting.clear()
            self._size = 0
        _wake_each(woken)

    def waiting(self, kind: str) -> list[int]:
        """Primary keys of the sessions (``"session"``) or rooms that somebody waits for."""
        with self._lock:
            return [pk for known, pk in self._waiting if known == kind]

    def is_waited_for(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def has_waiter(self, key: Key) -> bool:
        """Whether anybody waits for ``key``."""
        return key in self._waiting

    def size(self) -> int:
        """How many wait."""
        return self._size

    def _add(self, keys: tuple[Key, ...], waiter: Waiter) -> Waiter | None:
        """Returns who has to go, if a session waits more often than its tabs could."""
        surplus = None
        self._size += 1
        for key in keys:
            waiters = self._waiting.setdefault(key, {})
            if key[0] == "session" and len(waiters) >= MOST_PER_SESSION:
                surplus = next(iter(waiters))
                self._remove(waiters[surplus], surplus)
            self._waiting.setdefault(key, {})[waiter] = keys
        return surplus

    def _remember(self, key: Key) -> None:
        self._woken.pop(key, None)
        self._woken[key] = self._time
        if len(self._woken) > REMEMBERED:
            oldest = next(iter(self._woken))
            self._forgotten = self._woken.pop(oldest)

    def _remove(self, keys: tuple[Key, ...], waiter: Waiter) -> None:
        """Removing it again is no harm."""
        self._size -= waiter in self._waiting.get(keys[0], ())
        for key in keys:
            waiters = self._waiting.get(key)
            if waiters is not None and waiters.pop(waiter, None) is not None and not waiters:
                del self._waiting[key]


def _wake_each(waiters: Iterable[Waiter]) -> None:
    for waiter in waiters:
        waiter.wake()


hub = Hub()
"""The one of this process."""
