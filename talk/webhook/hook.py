"""Hooks: make, change, disable, enable, give another secret, try out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from talk import errors
from talk.models import Webhook, WebhookDelivery
from talk.webhook import event
from talk.webhook.signature import new_secret
from talk.webhook.target import require_allowed

OVERLAP = timedelta(hours=24)
"""How long a replaced secret goes on signing beside the new one."""


def create(url: str, *, events: Collection[str] = (), description: str = "") -> Webhook:
    """Make a hook with a secret of its own, ``webhook.secrets_at(now)[0]``.

    :param events: the types that it is to hear of; none for all.
    :raises InvalidValue: ``url`` may not be called, or ``events`` holds something unknown.
    """
    require_allowed(url)
    hook = Webhook(url=url, description=description, events=_known(events), secrets=[_entry()])
    hook.save(force_insert=True)
    return hook


def change(hook: Webhook, *, url: str, events: Collection[str], description: str) -> Webhook:
    """Replace what a hook is. Raises what :func:`create` raises."""
    require_allowed(url)
    hook.url, hook.events, hook.description = url, _known(events), description
    hook.save(update_fields=["url", "events", "description"])
    return hook


def delete(hook: Webhook) -> None:
    """Delete a hook with everything that waits for it."""
    hook.delete()


def rotate_secret(hook: Webhook) -> str:
    """Give a hook another secret and answer it; the one before signs too for a day."""
    with _locked(hook) as current:
        now = timezone.now()
        until = int((now + OVERLAP).timestamp())
        secret = new_secret()
        former = [
            {"secret": entry["secret"], "until": entry["until"] or until}
            for entry in current.secrets
            if entry["secret"] in current.secrets_at(now)
        ]
        current.secrets = [{"secret": secret, "until": None}, *former]
        current.save(update_fields=["secrets"])
        hook.secrets = current.secrets
    return secret


def forget_former_secrets(hook: Webhook) -> int:
    """Sign with the newest secret only, from now on; answers how many are gone."""
    with _locked(hook) as current:
        gone = len(current.secrets) - 1
        current.secrets = current.secrets[:1]
        current.save(update_fields=["secrets"])
        hook.secrets = current.secrets
    return gone


def disable(hook: Webhook, reason: str = "") -> None:
    """Send nothing more; what waits goes on waiting until it is too old."""
    hook.is_active, hook.disabled_reason = False, reason[:300]
    hook.save(update_fields=["is_active", "disabled_reason"])


def enable(hook: Webhook) -> int:
    """Send again, also what could not be delivered before; answers how much that is."""
    with transaction.atomic(using=hook._state.db):
        hook.is_active, hook.disabled_reason = True, ""
        hook.failing_since = hook.paused_until = None
        hook.save(update_fields=["is_active", "disabled_reason", "failing_since", "paused_until"])
        return hook.deliveries.filter(delivered_at=None).update(**_anew())


def send_again(delivery: WebhookDelivery) -> None:
    """Deliver an event once more, whether or not it arrived; it keeps its id."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(delivered_at=None, **_anew())


def send_test(hook: Webhook) -> WebhookDelivery:
    """Let an event of the type ``webhook.test`` wait for delivery, whatever the hook wants."""
    return WebhookDelivery.objects.create(
        webhook=hook,
        event_id=event.new_id(),
        type=event.TEST,
        payload=event.payload(event.TEST, {"webhook": hook.pk}),
    )


@contextmanager
def _locked(hook: Webhook) -> Iterator[Webhook]:
    """The hook as it is now, so that of two secrets made at once none is lost."""
    with transaction.atomic(using=hook._state.db):
        yield Webhook.objects.using(hook._state.db).select_for_update().get(pk=hook.pk)


def _anew() -> dict[str, object]:
    return {"attempts": 0, "next_attempt_at": timezone.now(), "claim": "", "last_error": ""}


def _entry() -> dict[str, object]:
    return {"secret": new_secret(), "until": None}


def _known(events: Collection[str]) -> list[str]:
    if not set(events) <= set(event.TYPES.values()):
        raise errors.InvalidValue("events")
    return [type for type in event.TYPES.values() if type in events]
