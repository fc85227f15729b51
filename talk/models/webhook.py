"""Where the site's events go over HTTP, and the letters that wait to be delivered there.

``talk.webhook`` writes and delivers them; ``docs/webhooks.md`` says what is in them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HOLDING_UP = 4
"""So many attempts (a minute and a half) a room's later events wait for an earlier one."""


class Webhook(models.Model):
    """A URL that hears of what happens in rooms, signed with a secret."""

    url = models.CharField(_("URL"), max_length=500)
    description = models.CharField(_("description"), max_length=255, blank=True)
    events = models.JSONField(
        _("events"), default=list, blank=True, help_text=_("None chosen: every event.")
    )
    secrets = models.JSONField(_("secrets"), default=list, editable=False)
    """Newest first: ``{"secret": "whsec_…", "until": None or unix seconds}``."""

    is_active = models.BooleanField(_("active"), default=True, editable=False)
    disabled_reason = models.CharField(
        _("why it is disabled"), max_length=300, blank=True, editable=False
    )
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    """A URL that failed is left alone for a while, so that other hooks need not wait for it."""

    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.description or self.url

    def wants(self, event_type: str) -> bool:
        """Whether the hook is to hear of events of this type."""
        return not self.events or event_type in self.events

    def secrets_at(self, now: datetime) -> list[str]:
        """What to sign with, newest first: more than one while a secret is being replaced."""
        moment = now.timestamp()
        return [
            entry["secret"]
            for entry in self.secrets
            if entry["until"] is None or entry["until"] > moment
        ]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Questions about deliveries."""

    def waiting(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(next_attempt_at__isnull=False)

    def due(self, now: datetime) -> Self:
        """To be attempted now, of hooks that are neither disabled nor paused.

        Of one room's events the earlier one goes first, unless it failed too often for that.
        """
        paused = Q(paused_until__gt=now)
        open_hooks = Webhook.objects.using(self.db).filter(is_active=True).exclude(paused)
        earlier = (
            WebhookDelivery.objects.using(self.db)
            .waiting()
            .filter(
                webhook=OuterRef("webhook"),
                room_token=OuterRef("room_token"),
                pk__lt=OuterRef("pk"),
                attempts__lt=HOLDING_UP,
            )
            .exclude(room_token="")
        )
        return self.filter(
            ~Exists(earlier),
            next_attempt_at__lte=now,
            webhook__in=list(open_hooks.values_list("pk", flat=True)),
        )

    def forgettable(self, now: datetime, keep: timedelta) -> Self:
        """Old enough to be deleted, whatever became of them, and those of hooks that are gone."""
        hooks = Webhook.objects.using(self.db).filter(pk=OuterRef("webhook"))
        return self.filter(Q(created_at__lt=now - keep) | ~Exists(hooks))


_Manager = models.Manager.from_queryset(WebhookDeliveryQuerySet)


class WebhookDeliveryManager(_Manager["WebhookDelivery"]):
    """The queryset's questions, asked of all deliveries."""


class WebhookDelivery(models.Model):
    """One event for one hook: written with the change itself, delivered afterwards.

    ``next_attempt_at`` is empty once it was delivered or given up.
    """

    # Without a constraint: a process that has not heard yet that a hook is gone must not fail
    # somebody's request over it.
    webhook = models.ForeignKey(
        Webhook,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
        verbose_name=_("webhook"),
    )
    event_id = models.CharField(_("event id"), max_length=40)
    type = models.CharField(_("event"), max_length=64)
    room_token = models.CharField(_("room token"), max_length=30, blank=True)
    payload = models.TextField(_("payload"), help_text=_("The body, exactly as it is sent."))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(
        _("next attempt"), null=True, blank=True, default=timezone.now, db_index=True
    )
    claim = models.CharField(_("claim"), max_length=32, blank=True, editable=False)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(_("last status"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    objects = WebhookDeliveryManager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event_id"], name="talk_one_delivery_per_event"
            )
        ]
        indexes = [
            models.Index(
                fields=["webhook", "room_token", "next_attempt_at"], name="talk_delivery_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} ({self.event_id[:12]}…)"
