"""Polls keep their session alive; the pings of many are written together.

The first ping of a session is written at once. From then on they are collected, and whoever
comes by when the oldest has waited for two seconds writes all of them: one UPDATE, however many
sessions there are.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connections, models, router
from django.db.models.sql import UpdateQuery
from django.utils import timezone

from talk.constants import DEAD_AFTER, FRESH_FOR
from talk.models import Session
from talk.models.compiled import PLACES, CompiledLookUp, padded
from talk.models.lock import writing, writing_once
from talk.recent import Recent

WRITTEN_AFTER = timedelta(seconds=2)
TOGETHER = 5
"""Pings within so many seconds are written as one moment."""

REMEMBERED = 50_000
"""How many sessions a process knows to have pinged before."""

_lock = threading.Lock()
_known: Recent[int, datetime] = Recent(REMEMBERED)
_pending: dict[int, datetime] = {}
_pending_since: list[datetime] = []
"""When the first of those was noted, however often its session has polled since."""


def note(session: Session) -> None:
    """A session polls now."""
    now = timezone.now()
    with _lock:
        previous = _known.get(session.pk)
        _known[session.pk] = now
        # Whoever was silent for a while is to be seen at once.
        at_once = previous is None or now - previous > DEAD_AFTER - FRESH_FOR
        if not at_once:
            if not _pending:
                _pending_since[:] = [now]
            _pending[session.pk] = now
    if at_once:
        with writing_once() as using:
            Session.objects.using(using).filter(pk=session.pk).update(last_ping=now)
    flush(older_than=WRITTEN_AFTER)


def flush(*, older_than: timedelta = timedelta(0)) -> None:
    """Write the pings that were noted, if the first of them was so long ago."""
    with _lock:
        if not _pending or timezone.now() - _pending_since[0] < older_than:
            return
        moments: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
        for session, moment in _pending.items():
            moments[int(moment.timestamp()) // TOGETHER][session] = moment
        _pending.clear()
    for pings in moments.values():
        sessions = sorted(pings)
        for start in range(0, len(sessions), PLACES[-1]):
            _write(sessions[start : start + PLACES[-1]], max(pings.values()))


def _write(sessions: list[int], moment: datetime) -> None:
    using = router.db_for_write(Session)
    if not connections[using].features.has_select_for_update_skip_locked:
        with writing_once():
            _update(using, sessions, moment)
        return
    with writing():
        # Nobody waits for a row here while holding others, so nothing can deadlock.
        free = {pk for (pk,) in _free.on(using, sessions)}
        _update(using, sorted(free), moment)
    for busy in set(sessions) - free:
        # Being changed just now, or ended.
        Session.objects.using(using).filter(pk=busy).update(last_ping=moment)


# The statements, compiled once --------------------------------------------------------------


def _update(using: str, sessions: list[int], moment: datetime) -> None:
    if sessions:
        field = Session._meta.get_field("last_ping")
        moment_in_database = field.get_db_prep_save(moment, connections[using])
        pks = padded(sessions)
        with connections[using].cursor() as cursor:
            cursor.execute(_update_sql(using, len(pks)), [moment_in_database, *pks])


@cache
def _update_sql(using: str, places: int) -> str:
    rows = Session.objects.using(using).filter(pk__in=range(places))
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values({"last_ping": timezone.now()})
    return str(query.get_compiler(using).as_sql()[0])


def _query_free(sessions: Iterable[int]) -> models.QuerySet[Any, Any]:
    mine = Session.objects.filter(pk__in=sessions)
    return mine.select_for_update(skip_locked=True).values_list("pk")


_free = CompiledLookUp(_query_free)


def forget_all() -> None:
    """Know nothing, as a process that has just started."""
    with _lock:
        _known.clear()
        _pending.clear()
