"""Polls keep their session alive; the pings of many are written together.

The first ping of a session is written at once. From then on they are collected, and whoever
comes by when the oldest has waited for two seconds writes all of them: one UPDATE, however many
sessions there are.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone

from talk.constants import DEAD_AFTER, FRESH_FOR
from talk.models import Session
from talk.models.lock import writing

WRITTEN_AFTER = timedelta(seconds=2)
TOGETHER = 5
"""Pings within so many seconds are written as one moment."""

BATCH = 500
"""Sessions per UPDATE."""

REMEMBERED = 50_000
"""How many sessions a process knows to have pinged before."""

_lock = threading.Lock()
_known: dict[int, datetime] = {}
_pending: dict[int, datetime] = {}


def note(session: Session) -> None:
    """A session polls now."""
    now = timezone.now()
    with _lock:
        previous = _known.pop(session.pk, None)
        _known[session.pk] = now
        if len(_known) > REMEMBERED:
            del _known[next(iter(_known))]
        # Whoever was silent for a while is to be seen at once.
        at_once = previous is None or now - previous > DEAD_AFTER - FRESH_FOR
        if not at_once:
            _pending[session.pk] = now
    if at_once:
        Session.objects.filter(pk=session.pk).update(last_ping=now)
    flush(older_than=WRITTEN_AFTER)


def flush(*, older_than: timedelta = timedelta(0)) -> None:
    """Write the pings that were noted, if the first of them is that old."""
    with _lock:
        first = next(iter(_pending.values()), None)
        if first is None or timezone.now() - first < older_than:
            return
        moments: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
        for session, moment in _pending.items():
            moments[int(moment.timestamp()) // TOGETHER][session] = moment
        _pending.clear()
    for pings in moments.values():
        sessions = sorted(pings)
        for start in range(0, len(sessions), BATCH):
            _write(sessions[start : start + BATCH], max(pings.values()))


def _write(sessions: list[int], moment: datetime) -> None:
    with writing() as using:
        mine = Session.objects.using(using).filter(pk__in=sessions)
        # Nobody waits for a row here while holding others, so nothing can deadlock.
        can_skip = connections[using].features.has_select_for_update_skip_locked
        rows = mine.select_for_update(skip_locked=True) if can_skip else mine
        free = set(rows.values_list("pk", flat=True))
        mine.filter(pk__in=free).update(last_ping=moment)
    for busy in set(sessions) - free:
        # Being changed just now, or ended.
        Session.objects.filter(pk=busy).update(last_ping=moment)


def forget_all() -> None:
    """Know nothing, as a process that has just started."""
    with _lock:
        _known.clear()
        _pending.clear()
