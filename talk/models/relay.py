"""What we know of a signaling server: who speaks to it now, and how it answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=15)
"""How long a worker that died keeps others from speaking: longer than a request may take."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=30)


class RelayQuerySet(models.QuerySet["Relay"]):
    """Questions about servers."""

    def failing(self) -> Self:
        """Those that did not answer the last time."""
        return self.filter(failures__gt=0)


_Manager = models.Manager.from_queryset(RelayQuerySet)


class RelayManager(_Manager["Relay"]):
    """Who may speak to a server: one worker at a time, or an old state could win."""

    def lease(self, lane: str, worker: str) -> bool:
        """Whether this worker is the one that speaks to a server from now on."""
        now = timezone.now()
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_by=worker)
        mine = self.filter(free, lane=lane)
        if mine.update(leased_by=worker, leased_until=now + LEASE):
            return True
        self.know([lane])
        return bool(mine.update(leased_by=worker, leased_until=now + LEASE))

    def know(self, lanes: Iterable[str]) -> None:
        """New servers have no row yet; whoever comes second finds the first one's."""
        self.bulk_create([Relay(lane=lane) for lane in lanes], ignore_conflicts=True)

    def release(self, lane: str, worker: str) -> None:
        """Let others speak."""
        self.filter(lane=lane, leased_by=worker).update(leased_by="", leased_until=None)

    def reached(self, lane: str) -> None:
        """Note that a server took what it was told."""
        self.filter(lane=lane).update(
            reached_at=timezone.now(), failures=0, retry_at=None, error=""
        )

    def failed(self, lane: str, error: str) -> None:
        """Note that it did not, and leave it alone for a while: longer each time."""
        relay = self.filter(lane=lane).first()
        failures = 0 if relay is None else relay.failures
        pause = min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)
        self.filter(lane=lane).update(
            failed_at=timezone.now(),
            failures=failures + 1,
            retry_at=timezone.now() + pause,
            error=error[:255],
        )

    def heard_from(self, lanes: list[str]) -> bool:
        """A server spoke to us: it is worth trying again at once. True if it was left alone."""
        return bool(self.filter(lane__in=lanes, retry_at__isnull=False).update(retry_at=None))


class Relay(models.Model):
    """The state of one server, or with an empty ``lane`` of all nodes on one bus."""

    lane = models.CharField(_("server"), max_length=255, unique=True, blank=True)
    leased_by = models.CharField(max_length=64, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    reached_at = models.DateTimeField(_("last reached"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    retry_at = models.DateTimeField(_("tried again at"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=255, blank=True)

    objects = RelayManager()

    class Meta:
        verbose_name = _("signaling server")
        verbose_name_plural = _("signaling servers")

    def __str__(self) -> str:
        return self.lane or str(_("all nodes"))

    @property
    def is_left_alone(self) -> bool:
        """Whether it failed, and it is too early to try again."""
        return self.retry_at is not None and self.retry_at > timezone.now()
