"""Deliveries of webhooks, for reading; one can be sent again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from talk import webhook
from talk.admin.confirmation import confirmed
from talk.admin.filters import ChoiceFilter
from talk.admin.generic import TabularInline
from talk.admin.operations import OperationsAdmin
from talk.admin.presence import NOTHING, short_time
from talk.admin.seats import FirstRows
from talk.models import Webhook, WebhookDelivery


class DeliveryInline(TabularInline):
    """What was sent lately, for reading."""

    model = WebhookDelivery
    formset = FirstRows
    template = "admin/talk/reading.html"
    empty = _("Nothing was sent yet.")
    extra = 0
    can_delete = False
    ordering = ("-pk",)
    verbose_name_plural = _("latest deliveries")
    fields = readonly_fields = ("type", "created", "outcome", "attempts", "answer")

    def has_add_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:
        return False

    @admin.display(description=_("created at"))
    def created(self, delivery: WebhookDelivery) -> str:
        return short_time(delivery.created_at)

    @admin.display(description=_("outcome"))
    def outcome(self, delivery: WebhookDelivery) -> str:
        return outcome_in_words(delivery)

    @admin.display(description=_("answer"))
    def answer(self, delivery: WebhookDelivery) -> str:
        return answer_in_words(delivery)


class OutcomeFilter(ChoiceFilter):
    """Deliveries by what became of them."""

    title = _("outcome")
    parameter_name = "outcome"
    choices_of = {
        "delivered": (_("delivered"), lambda rows: rows.filter(delivered_at__isnull=False)),
        "waiting": (_("waiting"), lambda rows: rows.waiting()),
        "given_up": (
            _("given up"),
            lambda rows: rows.filter(delivered_at=None, next_attempt_at=None),
        ),
    }


@confirmed(
    short_description=_("Send again"),
    question=_("These events are sent once more, under the ids that they have."),
    done=ngettext_lazy(
        "%(count)d event waits to be delivered.", "%(count)d events wait to be delivered.", "count"
    ),
    allowed_permissions=("resend",),
)
def send_again(delivery: WebhookDelivery) -> int:
    webhook.send_again(delivery)
    return True


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(OperationsAdmin):
    """What was sent, or waits to be."""

    actions = [send_again]
    list_display = (
        "type",
        "of_webhook",
        "outcome",
        "answer",
        "attempts",
        "room_token",
        "created",
    )
    list_filter = (OutcomeFilter, "type", "created_at")
    list_select_related = ("webhook",)
    search_fields = ("event_id", "room_token", "type")
    ordering = ("-pk",)
    fields = (
        "of_webhook",
        "event_id",
        "type",
        "room_token",
        "created_at",
        "outcome",
        "attempts",
        "last_attempt_at",
        "answer",
        "body",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        # Without the payload, which is long, and shown on one page only.
        rows = super().get_queryset(request).select_related("webhook").defer("webhook__secrets")
        return rows.defer("payload")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: WebhookDelivery | None = None
    ) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("talk.change_webhookdelivery")

    def describe(self, objects: Iterable[WebhookDelivery]) -> list[tuple[str, str]]:
        words = gettext("%(moment)s, %(outcome)s")
        return [
            (
                delivery.type,
                words
                % {
                    "moment": short_time(delivery.created_at),
                    "outcome": outcome_in_words(delivery),
                },
            )
            for delivery in objects
        ]

    @admin.display(description=_("webhook"), ordering="webhook")
    def of_webhook(self, delivery: WebhookDelivery) -> str:
        name = f"{self.admin_site.name}:talk_webhook_change"
        url = reverse(name, args=[delivery.webhook_id])
        return format_html('<a href="{}">{}</a>', url, delivery.webhook)

    @admin.display(description=_("outcome"))
    def outcome(self, delivery: WebhookDelivery) -> str:
        return outcome_in_words(delivery)

    @admin.display(description=_("answer"), ordering="last_status")
    def answer(self, delivery: WebhookDelivery) -> str:
        return answer_in_words(delivery)

    @admin.display(description=_("created at"), ordering="created_at")
    def created(self, delivery: WebhookDelivery) -> str:
        return short_time(delivery.created_at)

    @admin.display(description=_("payload"))
    def body(self, delivery: WebhookDelivery) -> str:
        written = json.dumps(json.loads(delivery.payload), indent=2, ensure_ascii=False)
        # Characters that no encoding has stay as they were sent.
        pretty = written.encode(errors="backslashreplace").decode()
        return format_html('<pre class="talk-payload">{}</pre>', pretty)


def outcome_in_words(delivery: WebhookDelivery) -> str:
    """Delivered, waiting or given up, with the moment that matters."""
    if delivery.delivered_at is not None:
        return gettext("delivered %(moment)s") % {"moment": short_time(delivery.delivered_at)}
    if delivery.next_attempt_at is None:
        return gettext("given up")
    if not delivery.attempts:
        return gettext("waiting")
    return gettext("next attempt %(moment)s") % {"moment": short_time(delivery.next_attempt_at)}


def answer_in_words(delivery: WebhookDelivery) -> str:
    """What the far end said last."""
    status = f"HTTP {delivery.last_status}" if delivery.last_status is not None else ""
    return ": ".join(each for each in (status, delivery.last_error) if each) or NOTHING


def link_to_all(site: admin.AdminSite, hook: Webhook, count: int) -> str:
    """How many deliveries a hook has, and the way to their list."""
    url = f"{reverse(f'{site.name}:talk_webhookdelivery_changelist')}?webhook__id__exact={hook.pk}"
    return format_html('{} · <a href="{}">{}</a>', count, url, gettext("see all of them"))
