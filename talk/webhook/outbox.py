"""Writes what happens into the outbox, inside the transaction that makes it happen."""

from __future__ import annotations

import time
from typing import Any

from django.db import router, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal

from talk import signals
from talk.models import Room, Webhook, WebhookDelivery
from talk.models.lock import insert_later
from talk.webhook import event

REMEMBERED_FOR = 10.0
"""Seconds after which a process hears of hooks that another one made or changed."""

_remembered: tuple[float, list[Webhook]] | None = None


def listen() -> None:
    """Hear of everything from now on; called once, when the app is ready."""
    signals.record_with(record)
    signals.throttled.connect(record_throttled, dispatch_uid="talk.record_throttled")
    for saved in (post_save, post_delete):
        saved.connect(forget_hooks, sender=Webhook, dispatch_uid="talk.forget_hooks")


def record(signal: Signal, *, room: Room | None = None, **arguments: Any) -> None:
    """Write one delivery for each hook that wants to hear of it.

    Nothing is asked of the database but the list of hooks, every few seconds; nothing is
    written or worked out where nobody listens.
    """
    type = event.TYPES[signal]
    hooks = [hook for hook in active_hooks() if hook.wants(type)]
    if not hooks:
        return
    facts = arguments if room is None else {"room": room, **arguments}
    payload, id = event.payload(type, facts), event.new_id()
    rows = [
        WebhookDelivery(
            webhook=hook,
            event_id=id,
            type=type,
            room_token=room.token if room is not None else "",
            payload=payload,
        )
        for hook in hooks
    ]
    using = room._state.db if room is not None else None
    insert_later(rows, using=using or router.db_for_write(WebhookDelivery))


def record_throttled(signal: Signal, **arguments: Any) -> None:
    """The signal that belongs to no room, and comes outside of any operation."""
    arguments.pop("sender", None)
    record(signals.throttled, **arguments)


def active_hooks() -> list[Webhook]:
    """The hooks that are not disabled, remembered for a few seconds."""
    global _remembered  # noqa: PLW0603  one memory per process, replaced as a whole
    now = time.monotonic()
    if _remembered is None or _remembered[0] <= now:
        hooks = list(Webhook.objects.filter(is_active=True).defer("secrets"))
        _remembered = (now + REMEMBERED_FOR, hooks)
    return _remembered[1]


def forget_hooks(**kwargs: Any) -> None:
    """A hook was saved or deleted: look again, now and once others can see it too."""
    _forget()
    transaction.on_commit(_forget, using=kwargs.get("using"))


def _forget() -> None:
    global _remembered  # noqa: PLW0603  see active_hooks
    _remembered = None
