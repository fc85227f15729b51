"""Who is asking: a user of the site, or a guest who is known by the browser's cookie alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends.signed_cookies import SessionStore as SignedCookie
from django.utils.crypto import salted_hmac

from talk import host

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest

HOLDER_KEY = "talk_holder"
"""Where Django's session keeps the holder; the only thing that we write there."""


@dataclass(frozen=True)
class Actor:
    """One visitor in one browser.

    ``holder`` stands for the browser (or app): it is what ties a request to the Talk sessions
    that were made with the same cookie. It is empty for a client that sent no cookie.
    ``address`` is where the request came from, as the site's policy knows it.
    """

    user: AbstractBaseUser | None
    holder: str = ""
    address: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Actor:
        """The actor behind a Django request; inactive accounts count as nobody."""
        user = getattr(request, "user", None)
        if user is not None and not (user.is_authenticated and user.is_active):
            user = None
        return cls(
            user=user,
            holder=cls.of_browser(request),
            address=host.policy().client_address(request),
        )

    @staticmethod
    def of_browser(request: HttpRequest) -> str:
        """The holder behind a Django request, whoever uses the browser."""
        return holder_of(getattr(request, "session", None))

    @property
    def is_guest(self) -> bool:
        """Whether the visitor has no account."""
        return self.user is None

    @cached_property
    def user_id(self) -> str:
        """The id that the wire knows the user by; empty for guests."""
        return self.user.get_username() if self.user is not None else ""

    @cached_property
    def is_guest_account(self) -> bool:
        """Whether the user belongs to the group of guest accounts. Costs a query, once."""
        return self.user is not None and host.is_guest_account(self.user)


def holder_of(session: Any) -> str:
    """The holder that a Django session stands for, or ``""`` when there is no session yet.

    A browser whose session already exists gets a holder derived from the session's key, so
    that two requests that arrive together cannot give it two. Once it is written down it
    survives a login, which changes the key.
    """
    if session is None or not session.session_key:
        return ""
    holder = session.get(HOLDER_KEY)
    if isinstance(holder, str) and holder:
        return holder
    # A look-up that found no stored session leaves no key to derive from.
    if not session.session_key:
        return ""
    # A session without a store is its own key, and two browsers may well have the same one.
    if isinstance(session, SignedCookie):
        return ""
    return salted_hmac("talk.holder", session.session_key, algorithm="sha256").hexdigest()


def new_holder() -> str:
    """A holder for a browser that has no session yet."""
    return secrets.token_hex(32)


def remember_holder(session: Any, holder: str) -> None:
    """Write the holder into the Django session, if it is not there."""
    if session.get(HOLDER_KEY) != holder:
        session[HOLDER_KEY] = holder
