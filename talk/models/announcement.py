"""Something that a signaling server is to be told: the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.constants import AnnouncementKind

KEPT_FOR = timedelta(days=1)
"""Whom a server was to be told about has long gone by then."""


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Questions about what is waiting."""

    def due(self) -> Self:
        """What may be sent now."""
        return self.filter(due_at__lte=timezone.now())

    def stale(self) -> Self:
        """What nobody needs to hear any more."""
        return self.filter(due_at__lt=timezone.now() - KEPT_FOR)


_Manager = models.Manager.from_queryset(AnnouncementQuerySet)


class AnnouncementManager(_Manager["Announcement"]):
    """The queryset's questions, asked of all announcements."""


class Announcement(models.Model):
    """That something changed in a room, written with the change itself.

    What is then said is the state at the time of sending, so nothing old is ever told after
    something new. ``details`` hold what cannot be looked up later.
    """

    lane = models.CharField(_("server"), max_length=255, blank=True)
    # No foreign key: that a room is gone has to be told as well.
    room_token = models.CharField(_("room"), max_length=30)
    kind = models.CharField(_("kind"), max_length=16, choices=AnnouncementKind.choices)
    details = models.JSONField(_("details"), default=dict, blank=True)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)

    objects = AnnouncementManager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["lane", "due_at"], name="talk_announcement_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.room_token}"
