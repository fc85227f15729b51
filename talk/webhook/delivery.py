"""Takes what waits in the outbox to its hooks; any number of workers may do so at once."""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connections, router, transaction
from django.utils import timezone

from talk.models import Webhook, WebhookDelivery
from talk.webhook import hook as hooks
from talk.webhook.signature import sign
from talk.webhook.target import Reply, post

logger = logging.getLogger("talk.webhook")

CLAIMED_FOR = timedelta(minutes=2)
"""After this, a worker that took a delivery and was never heard of again has died."""

FIRST_DELAY = 5
LONGEST_DELAY = 24 * 60 * 60
MAX_ATTEMPTS = 11
"""Five seconds, twenty, eighty, …, a day: over about three days in all."""

GIVEN_UP_AFTER = timedelta(days=3)
"""A hook that has only failed for this long is disabled."""

LONGEST_PAUSE = timedelta(minutes=10)
GONE = 410


@dataclass(frozen=True)
class Tally:
    """How many attempts were a success, and how many were not."""

    delivered: int = 0
    failed: int = 0


def deliver_due(limit: int | None = None) -> Tally:
    """Attempt everything that is due, or so much of it; for the host's own worker.

    Each delivery is claimed, attempted outside of any transaction, and settled. A worker that
    dies in between leaves a delivery that is made twice, never one that is lost: receivers know
    an event by its id. Not to be called inside a transaction.
    """
    delivered = failed = 0
    while limit is None or delivered + failed < limit:
        delivery = _claim()
        if delivery is None:
            break
        hook = Webhook.objects.filter(pk=delivery.webhook_id).first()
        if hook is None:
            delivery.delete()
        elif _attempt(delivery, hook):
            delivered += 1
        else:
            failed += 1
    return Tally(delivered, failed)


def _claim() -> WebhookDelivery | None:
    """Take the first delivery that is due, so that no other worker does."""
    using = router.db_for_write(WebhookDelivery)
    deliveries = WebhookDelivery.objects.using(using)
    # A worker that waits for work asks without locking anything.
    while deliveries.due(timezone.now()).exists():
        now, claim = timezone.now(), uuid4().hex
        with transaction.atomic(using=using, durable=True):
            due = deliveries.due(now).order_by("pk")
            if connections[using].features.has_select_for_update_skip_locked:
                due = due.select_for_update(skip_locked=True)
            found = due.first()
            if found is None:
                return None
            # Where rows cannot be skipped, the first one to write has it.
            untouched = deliveries.filter(
                pk=found.pk, next_attempt_at=found.next_attempt_at, claim=found.claim
            )
            won = untouched.update(claim=claim, next_attempt_at=now + CLAIMED_FOR)
        if won:
            found.claim = claim
            return found
    return None


def _attempt(delivery: WebhookDelivery, hook: Webhook) -> bool:
    body = delivery.payload.encode()
    now = timezone.now()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "django-talk",
        **sign(
            body,
            id=delivery.event_id,
            timestamp=int(time.time()),
            secrets=hook.secrets_at(now),
        ),
    }
    reply = post(hook.url, body, headers)
    _settle(delivery, hook, reply)
    return reply.is_success


def _settle(delivery: WebhookDelivery, hook: Webhook, reply: Reply) -> None:
    """Write down what came of an attempt, unless another worker has taken over meanwhile."""
    now = timezone.now()
    attempts = delivery.attempts + 1
    values = {
        "attempts": attempts,
        "claim": "",
        "last_attempt_at": now,
        "last_status": reply.status,
        "last_error": reply.error,
        "next_attempt_at": None,
    }
    if reply.is_success:
        values["delivered_at"] = now
    elif attempts < MAX_ATTEMPTS:
        values["next_attempt_at"] = now + _delay(attempts, reply)
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    if not mine.update(**values):
        return
    if reply.is_success:
        _works(hook)
    else:
        _fails(hook, reply, now)


def _delay(attempts: int, reply: Reply) -> timedelta:
    """Four times as long each time, spread a little so that not everything comes at once."""
    planned = FIRST_DELAY * 4 ** (attempts - 1)
    seconds = min(max(planned, reply.retry_after), LONGEST_DELAY)
    return timedelta(seconds=seconds * random.uniform(1.0, 1.2))  # noqa: S311  no secret


def _works(hook: Webhook) -> None:
    if hook.failing_since is not None:
        Webhook.objects.filter(pk=hook.pk).update(failing_since=None, paused_until=None)


def _fails(hook: Webhook, reply: Reply, now: datetime) -> None:
    """Leave a failing hook alone for a while, and in the end for good."""
    since = hook.failing_since or now
    what = f"HTTP {reply.status}" if reply.status is not None else reply.error
    logger.warning("Webhook %s failed: %s", hook.pk, what)
    if reply.status == GONE or now - since >= GIVEN_UP_AFTER:
        hooks.disable(hook, what)
        logger.error("Webhook %s is disabled: %s", hook.pk, what)
        return
    pause = min(max((now - since) / 4, timedelta(seconds=2)), LONGEST_PAUSE)
    Webhook.objects.filter(pk=hook.pk).update(failing_since=since, paused_until=now + pause)
