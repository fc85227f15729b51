"""Something that a user should be told: somebody calls, or invites (notifications.md)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.constants import NotificationKind
from talk.models.room import Room


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Questions about notifications."""

    def about(self, room: Room) -> Self:
        """Those of one room, whoever they are for."""
        return self.filter(room=room)

    def newest_first(self) -> Self:
        """Clients rely on ids that grow."""
        return self.order_by("-pk")


_Manager = models.Manager.from_queryset(NotificationQuerySet)


class NotificationManager(_Manager["Notification"]):
    """The queryset's questions, asked of all notifications."""

    def get_by_natural_key(self, token: str, kind: str, *user: Any) -> Notification:
        """``user`` is the natural key of the site's own user model."""
        people: Any = get_user_model()._default_manager
        recipient = people.get_by_natural_key(*user)
        return self.get(room__token=token, kind=kind, user=recipient)


class Notification(models.Model):
    """For one user, about one room; what it says is decided when it is read."""

    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="talk_notifications",
        verbose_name=_("user"),
    )
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="notifications", verbose_name=_("room")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=NotificationKind.choices)
    sender_id = models.CharField(
        _("sender"), max_length=255, blank=True, help_text=_("User id; empty for guests.")
    )
    is_important = models.BooleanField(_("important"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = NotificationManager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "room", "kind"], name="talk_one_notification_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.room}"

    def natural_key(self) -> tuple[Any, ...]:
        user: Any = self.user
        return (self.room.token, self.kind, *user.natural_key())

    natural_key.dependencies = ["talk.room", django_settings.AUTH_USER_MODEL]  # type: ignore[attr-defined]  # Django's own way of ordering fixtures
