"""What the site includes: apps, middleware, URLs, templates."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.checks import CheckMessage, Error, Warning
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse

from talk.checks.value import Check, is_class

STORED_SESSIONS = frozenset(
    {"django.contrib.sessions.backends.db", "django.contrib.sessions.backends.cached_db"}
)


def sessions_are_stored(**kwargs: Any) -> list[CheckMessage]:
    """E001: sessions in the database need their app."""
    if settings.SESSION_ENGINE not in STORED_SESSIONS or apps.is_installed(
        "django.contrib.sessions"
    ):
        return []
    return [
        Error(
            f"SESSION_ENGINE {settings.SESSION_ENGINE!r} needs the app django.contrib.sessions.",
            hint='Add "django.contrib.sessions" to INSTALLED_APPS, or choose another engine.',
            id="talk.E001",
        )
    ]


def sessions_are_read(**kwargs: Any) -> list[CheckMessage]:
    """E002: browsers are known by their session."""
    if _place_of(SessionMiddleware) is not None:
        return []
    return [
        Error(
            "Talk knows browsers by Django's session, and no middleware provides it.",
            hint='Add "django.contrib.sessions.middleware.SessionMiddleware" to MIDDLEWARE.',
            id="talk.E002",
        )
    ]


def users_are_known(**kwargs: Any) -> list[CheckMessage]:
    """E003: people are who Django says they are."""
    place, sessions = _place_of(AuthenticationMiddleware), _place_of(SessionMiddleware)
    if place is not None and (sessions is None or sessions < place):
        return []
    return [
        Error(
            "Talk takes people for whom Django's authentication middleware takes them.",
            hint=(
                'Add "django.contrib.auth.middleware.AuthenticationMiddleware" to MIDDLEWARE, '
                "below the session's."
            ),
            id="talk.E003",
        )
    ]


def rest_framework_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """E004."""
    return _require_app("rest_framework", "talk.E004")


def django_filters_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """E005."""
    return _require_app("django_filters", "talk.E005")


def urls_are_mounted(**kwargs: Any) -> list[CheckMessage]:
    """W001: somewhere below the site's root, and not behind a pattern that takes everything."""
    try:
        url = reverse("talk:rooms", kwargs={"ocs_version": 2})
        match = resolve(f"/{url.removeprefix(get_script_prefix())}")
        reached = "talk" in match.app_names
    except (AttributeError, NoReverseMatch, Resolver404):  # AttributeError: no ROOT_URLCONF
        reached = False
    if reached:
        return []
    return [
        Warning(
            "Talk's URLs cannot be reached.",
            hint='Add path("", include("talk.urls")) to the URLs that ROOT_URLCONF names, above '
            "patterns that match everything.",
            id="talk.W001",
        )
    ]


def templates_are_found(**kwargs: Any) -> list[CheckMessage]:
    """W002: browsers get pages, not only JSON."""
    try:
        get_template("talk/csrf_failed.html")
    except TemplateDoesNotExist:
        return [
            Warning(
                "Talk's templates cannot be found.",
                hint="Let Django's template engine look into apps: APP_DIRS in TEMPLATES.",
                id="talk.W002",
            )
        ]
    return []


ALWAYS: list[Check] = [
    sessions_are_stored,
    sessions_are_read,
    users_are_known,
    rest_framework_is_installed,
    django_filters_is_installed,
    urls_are_mounted,
    templates_are_found,
]


def _place_of(middleware: type) -> int | None:
    """Where in MIDDLEWARE a class or a subclass of it stands."""
    for place, path in enumerate(settings.MIDDLEWARE):
        if is_class(path, middleware):
            return place
    return None


def _require_app(name: str, id: str) -> list[CheckMessage]:
    if apps.is_installed(name):
        return []
    return [
        Error(f"Talk needs the app {name}.", hint=f'Add "{name}" to INSTALLED_APPS.', id=id),
    ]
