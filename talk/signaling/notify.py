"""PostgreSQL tells other processes of a change as soon as it is committed.

What is sent is part of the transaction. Payloads are ``s1,2,3`` (there are messages for sessions
with these primary keys) and ``r4:17`` (the room with this one has this revision; 0: it is gone),
after the name of the process.
"""

from __future__ import annotations

import os
import secrets
import select
from collections.abc import Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

CHANNEL = "talk_signaling"
_ORIGIN = secrets.token_hex(8)


def is_possible(*, using: str) -> bool:
    """Whether the database can tell other processes of a change."""
    return connections[using].vendor == "postgresql"


def send(payload: str, *, using: str | None) -> None:
    """Tell other processes, where the database can."""
    alias = using or DEFAULT_DB_ALIAS
    if is_possible(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{_process()} {payload}"])


def _process() -> str:
    return f"{_ORIGIN}-{os.getpid()}"


class Ear:
    """Hears what other processes tell, on the Django connection of the thread that made it.

    Behind a pooler that hands out a connection for one transaction at a time nothing arrives that
    others tell: ``works`` says whether anything ever did.
    """

    def __init__(self, using: str) -> None:
        self._connection = connections[using]
        self._listens_on: Any = None
        self._overheard: list[str] = []
        """What came along with the answer to something else."""
        self.works = False

    def hear(self, seconds: float) -> Iterator[str]:
        """What is told within so many seconds; ends with the first that came.

        :raises DatabaseError: the connection broke; the next call makes a new one.
        """
        self._listen()
        raw = self._connection.connection
        if not self._overheard and select.select([raw], [], [], seconds)[0]:
            self._overheard += _received(raw)
        told_now, self._overheard = self._overheard, []
        for told in told_now:
            self.works = True
            process, _space, payload = told.partition(" ")
            if process != _process():
                yield payload

    def _listen(self) -> None:
        self._connection.ensure_connection()
        if self._listens_on is self._connection.connection:
            return
        self.works = False
        raw = self._connection.connection
        if hasattr(raw, "add_notify_handler"):  # psycopg; psycopg2 keeps them itself
            raw.add_notify_handler(lambda told: self._overheard.append(told.payload))
        with self._connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self._listens_on = raw
        self._prove()

    def _prove(self) -> None:
        """Say something to itself. Not on its own connection: a pooler passes that on."""
        another = self._connection.copy()
        try:
            with another.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, _process()])
        finally:
            another.close()


def _received(raw: Any) -> list[str]:
    if hasattr(raw, "pgconn"):  # psycopg
        raw.pgconn.consume_input()
        found = []
        while (told := raw.pgconn.notifies()) is not None:
            found.append(told.extra.decode())
        return found
    raw.poll()  # psycopg2
    found = [told.payload for told in raw.notifies]
    raw.notifies.clear()
    return found
