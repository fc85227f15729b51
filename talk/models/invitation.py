"""Which browsers have opened the link of an e-mail guest's invitation."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.models.attendee import Attendee
from talk.models.room import Room


class OpenedInvitation(models.Model):
    """A browser that is known as an e-mail guest in a room; it goes with the guest's seat."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="opened_invitations", verbose_name=_("room")
    )
    attendee = models.ForeignKey(
        Attendee,
        on_delete=models.CASCADE,
        related_name="opened_invitations",
        verbose_name=_("attendee"),
    )
    holder = models.CharField(_("holder"), max_length=64, editable=False)
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)

    class Meta:
        verbose_name = _("opened invitation")
        verbose_name_plural = _("opened invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "holder"], name="talk_one_email_guest_per_browser"
            )
        ]
        indexes = [models.Index(fields=["holder"], name="talk_opened_by")]

    def __str__(self) -> str:
        return str(self.attendee)
