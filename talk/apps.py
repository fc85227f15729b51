"""The app's configuration, and how it listens to its host."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class TalkConfig(AppConfig):
    """Nextcloud-Talk-compatible calls for a Django site."""

    name = "talk"
    verbose_name = _("Talk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from talk import checks

        checks.register_all()
        user_logged_out.connect(leave_on_logout, dispatch_uid="talk.leave_on_logout")
        post_save.connect(
            follow_account, sender=get_user_model(), dispatch_uid="talk.follow_account"
        )


def leave_on_logout(*, request: Any, **kwargs: Any) -> None:
    """Whoever logs out leaves all rooms that this browser is in."""
    from talk import participant
    from talk.actor import holder_of

    participant.leave_everywhere(holder_of(getattr(request, "session", None)))


def follow_account(
    *, instance: Any, created: bool, raw: bool, update_fields: Any, **kwargs: Any
) -> None:
    """Seats carry the name of their account; they follow when it changes."""
    from talk import participant

    harmless = update_fields is not None and set(update_fields) <= {"last_login", "password"}
    if not (created or raw or harmless):
        participant.follow_account(instance)
