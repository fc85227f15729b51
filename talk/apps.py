"""The app's configuration, and how it listens to its host."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.utils.translation import gettext_lazy as _


class TalkConfig(AppConfig):
    """Nextcloud-Talk-compatible calls for a Django site."""

    name = "talk"
    verbose_name = _("Talk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.models import Group

        from talk import checks, signals
        from talk.signaling import announcing, mode, revision
        from talk.webhook import outbox

        checks.register_all()
        signals.record_with(mode.pin)
        signals.record_with(announcing.record)
        signals.record_with(revision.record)
        outbox.listen()
        user_logged_out.connect(leave_on_logout, dispatch_uid="talk.leave_on_logout")
        user_model = get_user_model()
        for model in (user_model, Group):
            pre_save.connect(
                note_former_name, sender=model, dispatch_uid=f"talk.former_name.{model.__name__}"
            )
        post_save.connect(follow_account, sender=user_model, dispatch_uid="talk.follow_account")
        post_save.connect(rename_group, sender=Group, dispatch_uid="talk.rename_group")
        pre_delete.connect(forget_account, sender=user_model, dispatch_uid="talk.forget_account")
        pre_delete.connect(dissolve_group, sender=Group, dispatch_uid="talk.dissolve_group")
        memberships = getattr(user_model, "groups", None)
        if memberships is not None:
            m2m_changed.connect(
                follow_group, sender=memberships.through, dispatch_uid="talk.follow_group"
            )


def leave_on_logout(*, request: Any, **kwargs: Any) -> None:
    """Whoever logs out leaves all rooms that this browser is in."""
    from talk import session as sessions
    from talk.actor import holder_of

    sessions.leave_everywhere(holder_of(getattr(request, "session", None)))


def note_former_name(
    *, sender: Any, instance: Any, raw: bool, update_fields: Any, **kwargs: Any
) -> None:
    """What a user or a group was called, which nobody can ask any more once it is saved."""
    field = getattr(sender, "USERNAME_FIELD", "name")
    if raw or instance.pk is None or (update_fields is not None and field not in update_fields):
        return
    stored = sender._default_manager.filter(pk=instance.pk).values_list(field, flat=True)
    instance._talk_former_name = stored.first()


def follow_account(
    *, instance: Any, created: bool, raw: bool, update_fields: Any, **kwargs: Any
) -> None:
    """Seats carry the name of their account; they follow when it changes."""
    from talk import account

    former_id = instance.__dict__.pop("_talk_former_name", None) or ""
    harmless = update_fields is not None and set(update_fields) <= {"last_login", "password"}
    if not (created or raw or harmless):
        account.follow(instance, former_id=former_id)


def forget_account(*, instance: Any, **kwargs: Any) -> None:
    """A deleted account leaves its rooms in order, before the database takes its seats."""
    from talk import account

    account.forget(instance)


def rename_group(*, instance: Any, **kwargs: Any) -> None:
    """Seats go by the name of their group; they follow when it changes."""
    from talk import group

    former_name = instance.__dict__.pop("_talk_former_name", None)
    if former_name and former_name != instance.name:
        group.renamed(former_name, instance)


def dissolve_group(*, instance: Any, **kwargs: Any) -> None:
    """A deleted group takes those along who came with it."""
    from talk import group

    group.dissolved(instance)


def follow_group(
    *, instance: Any, action: str, reverse: bool, pk_set: set[Any] | None, **kwargs: Any
) -> None:
    """Seats follow when people are put into a group of the site, or taken out."""
    from talk import group

    if action == "pre_clear":
        pk_set = {each.pk for each in _others(instance, reverse, None)}
        instance._talk_cleared = pk_set
        return
    if action == "post_clear":
        pk_set = instance.__dict__.pop("_talk_cleared", set())
    change = {
        "post_add": group.joined,
        "post_remove": group.left,
        "post_clear": group.left,
    }.get(action)
    if change is not None and pk_set:
        others = _others(instance, reverse, pk_set)
        users, groups = (others, [instance]) if reverse else ([instance], others)
        change(users, groups)


def _others(instance: Any, reverse: bool, pks: set[Any] | None) -> list[Any]:
    """What is on the other side of a membership: users of a group, or groups of a user."""
    from django.contrib.auth.models import Group

    if pks is None:
        return (
            list(get_user_model()._default_manager.filter(groups=instance))
            if reverse
            else list(instance.groups.all())
        )
    manager = get_user_model()._default_manager if reverse else Group.objects
    return list(manager.filter(pk__in=pks))
