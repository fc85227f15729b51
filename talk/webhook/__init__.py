"""Webhooks: the site's events over HTTP, signed as Standard Webhooks does it.

What happens is written into an outbox with the change itself (``outbox``), in the words of
``event``, and delivered afterwards by ``manage.py talk_webhooks`` or by the host's own worker:
:func:`deliver_due`. Hooks are managed by ``hook``.
"""

from talk.webhook.delivery import Tally, deliver_due
from talk.webhook.hook import (
    change,
    create,
    delete,
    disable,
    enable,
    forget_former_secrets,
    rotate_secret,
    send_again,
    send_test,
)

__all__ = [
    "Tally",
    "change",
    "create",
    "delete",
    "deliver_due",
    "disable",
    "enable",
    "forget_former_secrets",
    "rotate_secret",
    "send_again",
    "send_test",
]
