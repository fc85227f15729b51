"""Signaling servers: whether they take what they are told, for reading; and asking them now."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk.admin.generic import ModelAdmin
from talk.models import Announcement, Relay
from talk.signaling import mode
from talk.signaling.inspection import inspect


@admin.register(Relay)
class RelayAdmin(ModelAdmin):
    """What the site's settings name, and how it is doing."""

    actions = ["check_now"]
    list_display = ("server", "state", "waiting", "reached_at", "failed_at", "failures", "error")
    ordering = ("lane",)
    fields = readonly_fields = list_display

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # A server that was never told anything is listed as well.
        Relay.objects.know(mode.lanes())
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Relay]:
        due = Announcement.objects.due().filter(lane=OuterRef("lane")).order_by()
        counted = due.values("lane").annotate(number=Count("pk")).values("number")
        relays: QuerySet[Relay] = super().get_queryset(request)
        return relays.annotate(due=Coalesce(Subquery(counted, output_field=IntegerField()), 0))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Relay | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Relay | None = None) -> bool:
        return False

    @admin.display(description=_("server"), ordering="lane")
    def server(self, relay: Relay) -> str:
        return str(relay)

    @admin.display(description=_("waiting"))
    def waiting(self, relay: Any) -> int:
        number: int = relay.due
        return number

    @admin.display(description=_("state"))
    def state(self, relay: Relay) -> str:
        if relay.lane not in mode.lanes():
            return gettext("not configured any more")
        if relay.failures:
            return gettext("fails")
        return gettext("well") if relay.reached_at else gettext("not used yet")

    @admin.action(description=_("Ask selected servers now"), permissions=["view"])
    def check_now(self, request: HttpRequest, relays: QuerySet[Relay]) -> None:
        for relay in relays:
            for server in mode.lanes().get(relay.lane, []):
                finding = inspect(server)
                for text in finding.errors:
                    self.message_user(request, f"{text} ({server.url})", messages.ERROR)
                for text in finding.warnings:
                    self.message_user(request, f"{text} ({server.url})", messages.WARNING)
                if not finding.errors:
                    well = gettext("%(server)s is well (version %(version)s).") % {
                        "server": server.url,
                        "version": finding.version,
                    }
                    self.message_user(request, well, messages.SUCCESS)
