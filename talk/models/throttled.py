"""Addresses that guessed wrong too often: what the admin shows of ``talk.throttle``."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.constants import Guess


class ThrottledAddress(models.Model):
    """An address that used up its attempts. The counting itself goes on in Django's cache."""

    guess = models.CharField(_("guessed at"), max_length=32, choices=Guess.choices)
    address = models.CharField(_("address"), max_length=255)
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("throttled address")
        verbose_name_plural = _("throttled addresses")
        constraints = [
            models.UniqueConstraint(fields=["guess", "address"], name="talk_one_throttle_per_guess")
        ]

    def __str__(self) -> str:
        return f"{self.address} ({self.get_guess_display()})"
