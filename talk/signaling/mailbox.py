"""Undelivered messages: kept in the order of sending, and each handed out once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models, router, transaction
from django.utils import timezone

from talk.models import Room, Session, Signal
from talk.models.compiled import CompiledDelete, CompiledInsert, CompiledQuery
from talk.models.lock import writing, writing_once
from talk.signaling import notify
from talk.signaling.hub import hub, session_key

BATCH = 500
"""Most messages in one answer; the next poll gets the rest at once."""

KEPT_FOR = timedelta(minutes=5)
"""After this long nobody is left who could fetch a message."""


def put(sender: int, messages: Iterable[tuple[int, str]]) -> None:
    """Leave messages of one session (primary keys) for others, and wake those up."""
    now = timezone.now()
    rows = [(recipient, sender, text, now) for recipient, text in messages]
    if not rows:
        return
    # One of them alone needs no transaction round it, unless telling of it would be a second one:
    # each of them waits for the disk.
    is_one = len(rows) == 1 and not notify.is_possible(using=router.db_for_write(Room))
    with writing_once() if is_one else writing() as using:
        _insert.on(using, rows)
        recipients = sorted({row[0] for row in rows})
        keys = [session_key(recipient) for recipient in recipients]
        notify.send(f"s{','.join(map(str, recipients))}", using=using)
        transaction.on_commit(lambda: hub.wake(*keys), using=using)


def take(recipient: int) -> list[str]:
    """Hand out what waits for a session, oldest first. One query if nothing does.

    Of two polls of one session only one gets each message: whoever removed it.
    """
    rows = _waiting.on(router.db_for_write(Signal), recipient=recipient)
    if not rows:
        return []
    with writing_once() if len(rows) == 1 else writing() as using:
        return [text for pk, text in rows if _remove.on(using, pk=pk)]


def purge() -> None:
    """Remove what nobody will fetch any more."""
    Signal.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()


def _query_waiting(recipient: int) -> models.QuerySet[Any, Any]:
    mine = Signal.objects.filter(recipient=recipient).order_by("pk")
    return mine.values_list("pk", "data")[:BATCH]


def _query_one(pk: int) -> models.QuerySet[Any, Any]:
    return Signal.objects.filter(pk=pk)


_insert = CompiledInsert(Signal, "recipient", "sender", "data", "created_at")
_waiting = CompiledQuery(_query_waiting, recipient=(Session._meta.get_field("id"), -1))
_remove = CompiledDelete(_query_one, pk=(Signal._meta.get_field("id"), -1))
