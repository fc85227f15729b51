"""Webhooks in the admin: made, tried out, disabled and enabled; a secret is shown once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from talk import errors, webhook
from talk.admin.operations import OperationForm, OperationsAdmin
from talk.admin.presence import NOTHING, short_time
from talk.admin.refusals import explain
from talk.admin.webhook_actions import WEBHOOK_ACTIONS
from talk.admin.webhook_delivery import DeliveryInline, link_to_all
from talk.models import Webhook, WebhookDelivery
from talk.webhook.event import TYPES
from talk.webhook.target import require_allowed

OVERDUE = timedelta(minutes=5)
"""What could have been attempted for this long shows that no worker runs."""

NAMED_EVENTS = 3


class WebhookForm(OperationForm):
    """Where to send what."""

    events = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(type, type) for type in TYPES.values()],
        help_text=_("None chosen: every event."),
    )

    class Meta:
        model = Webhook
        fields = ["url", "description", "events"]
        widgets = {"url": AdminURLFieldWidget}

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            require_allowed(url)
        except errors.InvalidValue as refusal:
            raise forms.ValidationError(capfirst(explain(refusal))) from refusal
        return url

    def write(self) -> None:
        data, hook = self.cleaned_data, self.instance
        facts = {name: data[name] for name in ("url", "events", "description")}
        if hook._state.adding:
            made = webhook.create(**facts)
            hook.pk, hook.secrets, hook._state.adding = made.pk, made.secrets, False
        else:
            webhook.change(hook, **facts)


@admin.register(Webhook)
class WebhookAdmin(OperationsAdmin):
    """Who else hears of what happens here."""

    class Media:
        css = {"all": ["talk/admin.css"]}

    form = WebhookForm
    parts = (WebhookDelivery,)
    inlines = (DeliveryInline,)
    actions = WEBHOOK_ACTIONS
    change_form_template = "admin/talk/webhook_change.html"
    list_display = ("name", "state", "heard", "waiting", "last_arrived")
    list_filter = ("is_active",)
    search_fields = ("url", "description")
    ordering = ("pk",)
    readonly_fields = ("state", "signed_with", "every_delivery", "last_arrived", "created_at")

    # Reading.

    def get_queryset(self, request: HttpRequest) -> Any:
        mine = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).order_by()
        arrived = mine.filter(delivered_at__isnull=False).order_by("-delivered_at")
        return (
            super()
            .get_queryset(request)
            .annotate(
                waiting_count=_counted(mine.waiting()),
                delivery_count=_counted(mine),
                arrived_at=Subquery(arrived.values("delivered_at")[:1]),
            )
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and self.has_view_permission(request):
            overdue = WebhookDelivery.objects.due(timezone.now() - OVERDUE)
            if overdue.exists():
                words = gettext("Events wait and nobody delivers them: run %(command)s.")
                self.message_user(
                    request, words % {"command": "manage.py talk_webhooks"}, messages.WARNING
                )
        return super().changelist_view(request, extra_context)

    def get_inlines(self, request: HttpRequest, obj: Webhook | None) -> Any:
        return [] if obj is None else self.inlines

    def get_fields(self, request: HttpRequest, obj: Webhook | None = None) -> list[Any]:
        fields = ["url", "description", "events"]
        if obj is None:
            return fields
        if not self.has_change_permission(request, obj):
            fields = ["url", "description", "heard"]
        return [*fields, *self.readonly_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Webhook | None = None) -> list[str]:
        return [*self.readonly_fields, "heard"]

    def describe(self, objects: Iterable[Webhook]) -> list[tuple[str, str]]:
        return [(str(hook), self.state(hook)) for hook in objects]

    @admin.display(description=_("webhook"), ordering="description")
    def name(self, hook: Webhook) -> str:
        return str(hook)

    @admin.display(description=_("state"), ordering="is_active")
    def state(self, hook: Webhook) -> str:
        if not hook.is_active:
            return gettext("disabled: %(reason)s") % {"reason": hook.disabled_reason or NOTHING}
        if hook.failing_since is not None:
            return gettext("failing since %(moment)s") % {"moment": short_time(hook.failing_since)}
        return gettext("active")

    @admin.display(description=_("events"))
    def heard(self, hook: Webhook) -> str:
        if not hook.events:
            return gettext("every event")
        named = ", ".join(hook.events[:NAMED_EVENTS])
        unnamed = len(hook.events) - NAMED_EVENTS
        if unnamed <= 0:
            return named
        more = ngettext("%(count)d more", "%(count)d more", unnamed) % {"count": unnamed}
        return f"{named} + {more}"

    @admin.display(description=_("waiting"))
    def waiting(self, hook: Webhook) -> int:
        return int(vars(hook)["waiting_count"])

    @admin.display(description=_("last delivered"))
    def last_arrived(self, hook: Webhook) -> str:
        arrived = vars(hook)["arrived_at"]
        return short_time(arrived) if arrived else NOTHING

    @admin.display(description=_("deliveries"))
    def every_delivery(self, hook: Webhook) -> str:
        return link_to_all(self.admin_site, hook, vars(hook)["delivery_count"])

    @admin.display(description=_("signed with"))
    def signed_with(self, hook: Webhook) -> str:
        count = len(hook.secrets_at(timezone.now()))
        return ngettext("%(count)d secret", "%(count)d secrets", count) % {"count": count}

    # Acting.

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        webhook.delete(obj)

    def response_add(
        self, request: HttpRequest, obj: Webhook, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_secret(request, obj, obj.secrets_at(timezone.now())[0])

    def response_change(self, request: HttpRequest, obj: Webhook) -> HttpResponse:
        if "_test" not in request.POST:
            return super().response_change(request, obj)
        webhook.send_test(obj)
        words = gettext("A test event waits to be delivered.")
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.replace_secret)
        return [
            path("<int:pk>/secret/", view, name="talk_webhook_secret"),
            *super().get_urls(),
        ]

    @sensitive_variables("secret")
    def replace_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then give the hook another secret and show it."""
        hook = self.get_object(request, str(pk))
        if hook is None:
            raise Http404
        if not self.has_change_permission(request, hook):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, hook, "admin/talk/webhook_replace.html")
        secret = webhook.rotate_secret(hook)
        self.log_change(request, hook, gettext("Secret replaced."))
        return self._show_secret(request, hook, secret)

    @sensitive_variables("secret")
    def _show_secret(self, request: HttpRequest, hook: Webhook, secret: str) -> HttpResponse:
        """The one page that a secret is ever on; nobody is to keep a copy of it."""
        response = self._page(request, hook, "admin/talk/webhook_secret.html", secret=secret)
        response["Cache-Control"] = "no-store"
        return response

    def _page(
        self, request: HttpRequest, hook: Webhook, template: str, **context: Any
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "title": gettext("Secret of %(webhook)s") % {"webhook": hook},
                "opts": self.opts,
                "original": hook,
                "url": reverse(f"{self.admin_site.name}:talk_webhook_change", args=[hook.pk]),
                **context,
            },
        )


def _counted(deliveries: Any) -> Coalesce:
    numbers = deliveries.values("webhook").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)
