"""What only the host site knows about its people: names, avatars, who may do what.

A site answers differently by subclassing :class:`Policy` and naming the subclass in
``TALK_POLICY``. User ids on the wire are ``user.get_username()``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q
from django.utils.module_loading import import_string

from talk.conf import settings

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest

    from talk.models import Room


class Policy:
    """The site's own rules. Override what differs; each method gets a user of the site.

    ::

        class OurPolicy(Policy):
            def may_create_rooms(self, user):
                return user.is_staff

        TALK_POLICY = "ourapp.talk.OurPolicy"
    """

    def may_use_talk(self, user: AbstractBaseUser) -> bool:
        """Whether this account may use Talk at all; if not, every endpoint answers 403."""
        return True

    def may_create_rooms(self, user: AbstractBaseUser) -> bool:
        """Whether this account may create group and public rooms and one-to-ones."""
        return True

    def may_start_calls(self, user: AbstractBaseUser | None, room: Room) -> bool:
        """Whether this account, or a guest (None), may start calls here.

        Asked in addition to ``TALK_START_CALLS`` and the attendee's permissions.
        """
        return True

    def do_not_disturb(self, user: AbstractBaseUser) -> bool:
        """Whether this account must not be rung now; ringing it then answers 400 ``status``."""
        return False

    def client_address(self, request: HttpRequest) -> str:
        """Where a request comes from; bans and throttling of guests go by it.

        Behind a proxy, take it from the header that your own proxy sets.
        """
        return str(request.META.get("REMOTE_ADDR", ""))

    def validate_room_password(self, password: str) -> None:
        """Raise Django's ``ValidationError`` if this password is too weak for a room.

        By default the validators of ``AUTH_PASSWORD_VALIDATORS`` are asked.
        """
        validate_password(password)

    def display_name(self, user: AbstractBaseUser) -> str:
        """What other people read. Stored with each seat, and refreshed when the user is saved."""
        full_name = getattr(user, "get_full_name", str)()
        return str(full_name).strip() or user.get_username()

    def may_find(self, user: AbstractBaseUser, other: AbstractBaseUser) -> bool:
        """Whether one account may call another by name: talk one-to-one with them, add them."""
        return True

    def search_users(
        self, term: str, *, by: AbstractBaseUser, limit: int
    ) -> Iterable[AbstractBaseUser]:
        """Accounts that somebody may mean who types this; at most so many, the best first.

        By default active ones with it in their user name or real name, if ``by`` may find them.
        """
        model = get_user_model()
        known = {field.name for field in model._meta.get_fields()}
        matches = Q(**{f"{model.USERNAME_FIELD}__icontains": term})
        for field in ("first_name", "last_name"):
            if field in known:
                matches |= Q(**{f"{field}__icontains": term})
        people = model._default_manager.filter(matches).order_by(model.USERNAME_FIELD)
        if "is_active" in known:
            people = people.filter(is_active=True)
        return [user for user in people[:limit] if self.may_find(by, user)]

    def search_groups(self, term: str, *, by: AbstractBaseUser, limit: int) -> Iterable[str]:
        """Names of groups that somebody may mean who types this; at most so many."""
        from django.contrib.auth.models import Group

        groups = Group.objects.filter(name__icontains=term).order_by("name")
        return list(groups.values_list("name", flat=True)[:limit])

    def theme(self) -> dict[str, str]:
        """What apps call the site, and its colours (capabilities.md §1).

        ``url`` and ``logo`` are known unless they are given here.
        """
        return {
            "name": "Talk",
            "slogan": "",
            "color": "#1d4ed8",
            "color-text": "#ffffff",
            "color-element": "#1d4ed8",
            "background": "#1d4ed8",
        }

    def avatar_url(self, user: AbstractBaseUser) -> str:
        """Absolute or root-relative URL of a picture of this user, or empty."""
        return ""


@lru_cache(maxsize=8)
def _policy_class(path: str) -> type[Policy]:
    policy_class: type[Policy] = import_string(path)
    return policy_class


def policy() -> Policy:
    """The policy that ``TALK_POLICY`` names."""
    return _policy_class(settings.TALK_POLICY)()


def find_user(user_id: str) -> AbstractBaseUser | None:
    """The active account with this user id, or None. One query."""
    return find_users([user_id]).get(user_id)


def find_users(user_ids: Iterable[str]) -> dict[str, AbstractBaseUser]:
    """The active accounts among these user ids, by user id. One query, none for no ids."""
    wanted = {user_id for user_id in user_ids if user_id and "\x00" not in user_id}
    if not wanted:
        return {}
    model = get_user_model()
    users = model._default_manager.filter(**{f"{model.USERNAME_FIELD}__in": wanted})
    # Databases that compare without case must not make "ALICE" somebody else's second name.
    return {user.get_username(): user for user in users if user.is_active}


def address_of(user: Any) -> str:
    """The account's e-mail address, or empty."""
    field = getattr(user, "get_email_field_name", str)()
    return str(getattr(user, field, "") or "") if field else ""


def is_guest_account(user: Any) -> bool:
    """Whether the account belongs to ``TALK_GUEST_ACCOUNTS_GROUP``. One query."""
    groups = getattr(user, "groups", None)
    if groups is None:
        return False
    return bool(groups.filter(name=settings.TALK_GUEST_ACCOUNTS_GROUP).exists())


def group_names(user: Any) -> list[str]:
    """The names of the auth groups that the account belongs to. One query."""
    groups = getattr(user, "groups", None)
    return [] if groups is None else list(groups.values_list("name", flat=True))
