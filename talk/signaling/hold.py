"""How long a poll may be held by a thread of the server, and by how many (docs/deployment.md)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connections

from talk.conf import settings
from talk.signaling.hub import Waiter, WaitingThread

OF_A_POOL = 2
"""How many may wait in a pool of threads of unknown size: few, as four is a usual one."""

OF_A_THREAD_EACH = 50
"""How many may wait where each request gets a thread of its own."""

_lock = threading.Lock()
_held = 0


class Waitable(Protocol):
    """Something that a waiter can wait for."""

    def wait_with(self, waiter: Waiter) -> None: ...
    def stop_waiting(self, waiter: Waiter) -> None: ...


def in_this_thread(
    awaited: Waitable, seconds: float, *, server: Mapping[str, Any]
) -> WaitingThread | None:
    """Wait, if the server has threads to spare; None if there was no wait.

    ``server`` is what the request knows of it: ``request.META``. The thread gives its database
    connections back before; inside a transaction, where it cannot, there is no wait.
    """
    if seconds <= 0 or any(known.in_atomic_block for known in connections.all(True)):
        return None
    with _slot(_most(server)) as is_free:
        if not is_free:
            return None
        waiter = WaitingThread()
        connections.close_all()
        awaited.wait_with(waiter)
        try:
            waiter.wait(seconds)
        finally:
            awaited.stop_waiting(waiter)
        return waiter


@contextmanager
def _slot(most: int) -> Iterator[bool]:
    """Whether one more may wait; taken until the block ends."""
    global _held  # noqa: PLW0603  counts the waits of this process
    with _lock:
        is_free = _held < most
        _held += is_free
    try:
        yield is_free
    finally:
        with _lock:
            _held -= is_free


def _most(server: Mapping[str, Any]) -> int:
    """How many threads may wait at the same time."""
    # Said by every WSGI server: a worker that answers one request after another never waits.
    if server.get("wsgi.multithread") is False:
        return 0
    most = settings.TALK_SIGNALING_MAX_HELD
    if most is not None:
        return most
    # Django's development server says who it is; its ASGI handler does not speak WSGI at all.
    # Both make a thread for each request.
    is_unlimited = "wsgi.multithread" not in server or (
        server.get("SERVER_SOFTWARE", "").startswith("WSGIServer")
    )
    return OF_A_THREAD_EACH if is_unlimited else OF_A_POOL
