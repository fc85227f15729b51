"""Undelivered messages: kept in the order of sending, and each handed out once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from talk.models import Session, Signal
from talk.models.compiled import CompiledQuery
from talk.models.lock import writing
from talk.signaling.hub import hub, session_key

BATCH = 500
"""Most messages in one answer; the next poll gets the rest at once."""

KEPT_FOR = timedelta(minutes=5)
"""After this long nobody is left who could fetch a message."""


def put(sender: int, messages: Iterable[tuple[int, str]]) -> None:
    """Leave messages of one session (primary keys) for others, and wake those up."""
    rows = [
        Signal(sender_id=sender, recipient_id=recipient, data=text) for recipient, text in messages
    ]
    if not rows:
        return
    with writing() as using:
        Signal.objects.using(using).bulk_create(rows)
        keys = {session_key(row.recipient_id) for row in rows}
        transaction.on_commit(lambda: hub.wake(*keys), using=using)


def take(recipient: int) -> list[str]:
    """Hand out what waits for a session, oldest first. One query if nothing does."""
    if not _waiting(recipient=recipient):
        return []
    with writing() as using:
        mine = Signal.objects.using(using).filter(recipient=recipient).order_by("pk")
        # Locked, so that of two polls of one session only one gets each message.
        rows = list(mine.select_for_update().values_list("pk", "data")[:BATCH])
        Signal.objects.using(using).filter(pk__in=[pk for pk, _text in rows]).delete()
    return [text for _pk, text in rows]


def purge() -> int:
    """Remove what nobody will fetch any more; returns how many."""
    old = Signal.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def _query_waiting(recipient: int) -> models.QuerySet[Any, Any]:
    return Signal.objects.filter(recipient=recipient).values_list("pk")[:1]


_waiting = CompiledQuery(_query_waiting, recipient=(Session._meta.get_field("id"), -1))
