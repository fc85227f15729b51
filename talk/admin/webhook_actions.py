"""What can be done to many webhooks at once; every act is an operation."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from talk import webhook
from talk.admin.confirmation import confirmed
from talk.models import Webhook


@confirmed(
    short_description=_("Send a test event"),
    question=_("An event of the type webhook.test will be sent there."),
    done=ngettext_lazy(
        "%(count)d test event waits to be delivered.",
        "%(count)d test events wait to be delivered.",
        "count",
    ),
)
def send_test(hook: Webhook) -> int:
    if not hook.is_active:
        return False
    webhook.send_test(hook)
    return True


@confirmed(
    short_description=_("Disable"),
    question=_("Nothing is sent there any more, and new events are not kept for it."),
    done=ngettext_lazy(
        "%(count)d webhook was disabled.", "%(count)d webhooks were disabled.", "count"
    ),
)
def disable(hook: Webhook) -> int:
    if not hook.is_active:
        return False
    webhook.disable(hook, gettext("disabled in the admin"))
    return True


@confirmed(
    short_description=_("Enable"),
    question=_("Events are sent there again, also those that could not be delivered before."),
    done=ngettext_lazy(
        "%(count)d webhook was enabled.", "%(count)d webhooks were enabled.", "count"
    ),
)
def enable(hook: Webhook) -> int:
    if hook.is_active:
        return False
    webhook.enable(hook)
    return True


@confirmed(
    short_description=_("Forget former secrets"),
    question=_("Only the newest secret of each signs from now on."),
    done=ngettext_lazy(
        "%(count)d secret was forgotten.", "%(count)d secrets were forgotten.", "count"
    ),
)
def forget_former_secrets(hook: Webhook) -> int:
    return webhook.forget_former_secrets(hook)


WEBHOOK_ACTIONS = [send_test, disable, enable, forget_former_secrets]
