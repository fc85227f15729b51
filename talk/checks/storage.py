"""What goes wrong later: sessions, databases and caches that do not hold what they should."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.db import connections, router

from talk.checks.value import Check

PRIVATE_CACHES = frozenset(
    {
        "django.core.cache.backends.locmem.LocMemCache",
        "django.core.cache.backends.dummy.DummyCache",
    }
)
ONE_DAY = 24 * 60 * 60
SERIALIZABLE_IN_POSTGRESQL = 3
"""psycopg's number for REPEATABLE READ; whatever is stricter has a higher one."""


def sessions_last(**kwargs: Any) -> list[CheckMessage]:
    """W004: whoever loses the cookie drops out of the call."""
    if settings.SESSION_COOKIE_AGE >= ONE_DAY:
        return []
    return [
        Warning(
            "SESSION_COOKIE_AGE is shorter than a day: people drop out of calls when it ends.",
            hint="Let sessions live for a day at least; SESSION_EXPIRE_AT_BROWSER_CLOSE may end "
            "them earlier.",
            id="talk.W004",
        )
    ]


def sqlite_queues_writers(**kwargs: Any) -> list[CheckMessage]:
    """W005: a transaction that reads first and writes later fails when others write."""
    database = connections[router.db_for_write(apps.get_model("talk", "Room"))]
    mode = str(database.settings_dict["OPTIONS"].get("transaction_mode") or "").upper()
    if database.vendor != "sqlite" or mode in {"IMMEDIATE", "EXCLUSIVE"}:
        return []
    return [
        Warning(
            f"SQLite's transactions fail at once when several people write ({database.alias!r}).",
            hint='Set OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 20} in DATABASES.',
            id="talk.W005",
        )
    ]


def isolation_lets_locks_work(**kwargs: Any) -> list[CheckMessage]:
    """W006: whoever waited for a lock must see what the one before has written."""
    database = connections[router.db_for_write(apps.get_model("talk", "Room"))]
    options = database.settings_dict["OPTIONS"]
    level = options.get("isolation_level", "read committed")
    if database.vendor == "mysql":
        strict = level is None or level.lower() in {"repeatable read", "serializable"}
    elif database.vendor == "postgresql":
        strict = isinstance(level, int) and level >= SERIALIZABLE_IN_POSTGRESQL
    else:
        strict = False
    if not strict:
        return []
    return [
        Warning(
            f"Transactions of {database.alias!r} read what was there before they waited.",
            hint='Leave "isolation_level" in the OPTIONS of DATABASES at "read committed".',
            id="talk.W006",
        )
    ]


def cache_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """W007, with ``--deploy``: each process would remember something else."""
    backend = settings.CACHES.get("default", {}).get("BACKEND", "")
    if backend not in PRIVATE_CACHES:
        return []
    return [
        Warning(
            f"The default cache, {backend.rpartition('.')[2]}, is not shared between processes: "
            "each verifies passwords and counts wrong ones by itself.",
            hint="Use Redis, Memcached, the database or files for the default cache in CACHES, "
            "unless the site runs in one process.",
            id="talk.W007",
        )
    ]


ALWAYS: list[Check] = [
    sessions_last,
    sqlite_queues_writers,
    isolation_lets_locks_work,
]

DEPLOYED: list[Check] = [cache_is_shared]
