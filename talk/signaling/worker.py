"""Who empties the outbox: a thread in each process, started when there is something to say.

It never runs inside a request, so no visitor waits for a signaling server.
"""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import socket
import threading

from django.db import connections

from talk.conf import settings
from talk.signaling import delivery
from talk.signaling.wire import Wire

logger = logging.getLogger("talk.signaling")

LINGER = 1.0
"""Seconds that connections are kept for what may come next."""

AFTER_A_BUG = 5.0
LONGEST_GOODBYE = 5.0
"""Seconds that a process stays for the sake of a signaling server that is slow."""


class Worker(threading.Thread):
    """Tells signaling servers what is waiting, whenever it is woken, until it is stopped.

    ``poll``: seconds after which it looks by itself, for what other processes have written.
    """

    def __init__(self, *, poll: float | None = None) -> None:
        super().__init__(name="talk-signaling", daemon=True)
        self._poll = poll
        self._awake, self._stopped, self._has_news = threading.Event(), False, False
        self._id = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._wire = Wire()

    def wake(self) -> None:
        """There may be something to tell."""
        self._has_news = True
        self._awake.set()

    def stop(self) -> None:
        """Say what is known of by now, and no more."""
        self._stopped = True
        self._awake.set()

    def run(self) -> None:
        while not self._stopped:
            self._awake.clear()
            self._has_news = False
            pause = self._wait_for(self.step())
            if self._stopped or self._awake.wait(LINGER if pause is None else min(LINGER, pause)):
                continue
            if pause is None or pause > LINGER:
                self._let_go()
                self._awake.wait(None if pause is None else pause - LINGER)
        if self._has_news:
            self.step()
        self._let_go()

    def step(self) -> float | None:
        """Tell what is waiting; returns as :func:`talk.signaling.delivery.deliver` does."""
        try:
            return delivery.deliver(self._wire, self._id)
        except Exception:
            # The thread has to live on: what is in the outbox is told when the bug is gone.
            logger.exception("Telling signaling servers failed")
            connections.close_all()
            return AFTER_A_BUG

    def _wait_for(self, pause: float | None) -> float | None:
        if self._poll is None:
            return pause
        return self._poll if pause is None else min(self._poll, pause)

    def _let_go(self) -> None:
        """A wait holds nothing."""
        self._wire.close()
        connections.close_all()


_lock = threading.Lock()
_workers: list[Worker] = []
"""The one of this process, once there was something to say."""


def wake() -> None:
    """There may be something to tell; someone of this process, or the command, does it."""
    if settings.TALK_SIGNALING_RELAY != "process":
        return
    with _lock:
        if not _workers:
            _workers.append(Worker())
            _workers[0].start()
    _workers[0].wake()


def finish() -> None:
    """At the end of the process, as that of a command: nobody should have to wait for its lease."""
    for each in _workers:
        each.stop()
        each.join(LONGEST_GOODBYE)


def _forget_worker() -> None:
    """A fork copies the list, but not the thread; the lock may have been held."""
    global _lock  # noqa: PLW0603  the process is another one now
    _lock = threading.Lock()
    _workers.clear()


atexit.register(finish)
os.register_at_fork(after_in_child=_forget_worker)
