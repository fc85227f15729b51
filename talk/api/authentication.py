"""Who is asking, and may the browser ask on their behalf (ocs.md §6-7)."""

from __future__ import annotations

import base64
import binascii
import copy
import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from talk import errors
from talk.api import account
from talk.conf import settings

MAX_CREDENTIALS = 4096
"""Longest ``Authorization`` value that is looked at, in characters."""


def authentication_classes() -> list[type[BaseAuthentication]]:
    """The site's own classes first, then HTTP Basic, then Django's session."""
    own = [import_string(path) for path in settings.TALK_AUTHENTICATION_CLASSES]
    return [*own, Basic, HostSession]


class HostSession(BaseAuthentication):
    """Whoever the site's own middleware says it is."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        account.look_up(request._request)
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active or not user.is_authenticated:
            # Asked last: if it was a token that anybody knows, we would not get here.
            if _scheme(request) == "bearer":
                raise errors.WrongCredentials
            return None
        return user, None


class Basic(BaseAuthentication):
    """User name and password with each request, hashed only once in a while.

    A pair that was right is remembered in Django's cache under a keyed digest that includes
    the stored hash, so that a changed password is refused at once.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        if _scheme(request) != "basic":
            return None
        name, password = _decoded(request.META["HTTP_AUTHORIZATION"].partition(" ")[2])
        user = self._remembered(name, password) or self._verified(request, name, password)
        if user is None or not user.is_active:
            raise errors.WrongCredentials
        return user, None

    def authenticate_header(self, request: Request) -> str:
        # "DummyBasic" keeps browsers from asking for a password in a box of their own.
        quiet = request.META.get("HTTP_X_REQUESTED_WITH") == "XMLHttpRequest"
        return f'{"DummyBasic" if quiet else "Basic"} realm="Authorisation Required"'

    @staticmethod
    def _remembered(name: str, password: str) -> Any:
        if not settings.TALK_BASIC_AUTH_CACHE_SECONDS:
            return None
        model = get_user_model()
        user = model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
        if user is None:
            return None
        known = cache.get(_cache_key(user))
        return user if known and hmac.compare_digest(known, _digest(user, password)) else None

    @staticmethod
    def _verified(request: Request, name: str, password: str) -> Any:
        user = authenticate(request._request, username=name, password=password)
        seconds = settings.TALK_BASIC_AUTH_CACHE_SECONDS
        if user is not None and seconds:
            cache.set(_cache_key(user), _digest(user, password), timeout=seconds)
        return user


def _scheme(request: Request) -> str:
    return str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")[0].lower()


def _cache_key(user: Any) -> str:
    return f"talk.basic.{sha256(str(user.pk).encode()).hexdigest()}"


def _digest(user: Any, password: str) -> str:
    secret = f"{len(password)}:{password}:{user.password}"
    return salted_hmac("talk.basic", secret, algorithm="sha256").hexdigest()


def _decoded(encoded: str) -> tuple[str, str]:
    try:
        pair = base64.b64decode(encoded[:MAX_CREDENTIALS].strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise errors.WrongCredentials from error
    name, colon, password = pair.partition(":")
    if not colon or "\x00" in pair:
        raise errors.WrongCredentials
    return name, password


def without_broken_cookie(request: HttpRequest) -> None:
    """Forget a session cookie that no session store could have made.

    A quoted cookie may spell any byte; some databases refuse to look for a NUL.
    """
    name = django_settings.SESSION_COOKIE_NAME
    if "\x00" in request.COOKIES.get(name, "") and hasattr(request, "session"):
        request.session = type(request.session)(None)
        request.user = AnonymousUser()


class _TokenCheck(CsrfViewMiddleware):
    """Django's own check, asked for its opinion instead of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def is_same_site(request: Request) -> bool:
    """Whether the request cannot have been made by another site's page.

    Any of these will do: the header ``OCS-APIRequest``, which only scripts of this site can set;
    a Bearer token, which a browser never adds by itself; Django's CSRF token, in a header or as
    the parameter ``requesttoken``.
    """
    meta = request.META
    if meta.get("HTTP_OCS_APIREQUEST", "").strip():
        return True
    if meta.get("HTTP_AUTHORIZATION", "").lower().startswith("bearer "):
        return True
    token = _token_in(request.data) or _token_in(request.query_params)
    token = token or meta.get("HTTP_REQUESTTOKEN", "") or meta.get(_csrf_header(), "")
    if not token:
        return False
    # Asked as for a method that changes something, so that reading is checked as well, and as
    # one whose form nobody reads.
    probe = copy.copy(request._request)
    probe.method = "PUT"
    probe.META = {**meta, _csrf_header(): token}
    probe.csrf_processing_done = False  # type: ignore[attr-defined]  # the middleware's own mark
    probe._dont_enforce_csrf_checks = False  # type: ignore[attr-defined]  # set by test clients
    check = _TokenCheck(lambda _request: None)  # type: ignore[arg-type]  # never called
    check.process_request(probe)
    return check.process_view(probe, is_same_site, (), {}) is None  # type: ignore[arg-type]  # only asked for csrf_exempt


def _token_in(parameters: Any) -> str:
    token = parameters.get("requesttoken")
    return token if isinstance(token, str) else ""


def _csrf_header() -> str:
    return str(django_settings.CSRF_HEADER_NAME)
