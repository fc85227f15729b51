"""System checks: wrong settings are told at start, each with an id and a way out.

None of them asks the database. ``SILENCED_SYSTEM_CHECKS`` takes the ids.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connections, router
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication

from talk.conf import TalkSettings
from talk.constants import MAX_CUSTOM_PERMISSIONS, RecordingConsent, StartCalls
from talk.host import Policy

TAG = "talk"
STORED_SESSIONS = frozenset(
    {"django.contrib.sessions.backends.db", "django.contrib.sessions.backends.cached_db"}
)
PRIVATE_CACHES = frozenset(
    {
        "django.core.cache.backends.locmem.LocMemCache",
        "django.core.cache.backends.dummy.DummyCache",
    }
)
ONE_DAY = 24 * 60 * 60
SERIALIZABLE_IN_POSTGRESQL = 3
"""psycopg's number for REPEATABLE READ; whatever is stricter has a higher one."""


def register_all() -> None:
    """Make Django run the checks below; those of ``DEPLOYED`` only with ``--deploy``."""
    for check in ALWAYS:
        register(check, TAG)
    for check in DEPLOYED:
        register(check, TAG, deploy=True)


# What the site includes -------------------------------------------------------------------


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


# TALK_* -----------------------------------------------------------------------------------


def start_calls(**kwargs: Any) -> list[CheckMessage]:
    """E011."""
    return _require_integer("TALK_START_CALLS", 0, max(StartCalls), "talk.E011")


def ring_rule(**kwargs: Any) -> list[CheckMessage]:
    """E012."""
    if _value_of("TALK_RING_RULE", "moderators") in {"moderators", "start-call"}:
        return []
    return [_wrong("TALK_RING_RULE", 'should be "moderators" or "start-call"', "talk.E012")]


def default_permissions(**kwargs: Any) -> list[CheckMessage]:
    """E013."""
    return _require_integer("TALK_DEFAULT_PERMISSIONS", 0, MAX_CUSTOM_PERMISSIONS, "talk.E013")


def recording_consent(**kwargs: Any) -> list[CheckMessage]:
    """E014."""
    return _require_integer("TALK_RECORDING_CONSENT", 0, max(RecordingConsent), "talk.E014")


def max_call_duration(**kwargs: Any) -> list[CheckMessage]:
    """E015."""
    return _require_integer("TALK_MAX_CALL_DURATION", 0, None, "talk.E015")


def max_mesh(**kwargs: Any) -> list[CheckMessage]:
    """E051."""
    return _require_integer("TALK_MAX_MESH", 2, None, "talk.E051")


def policy(**kwargs: Any) -> list[CheckMessage]:
    """E016."""
    path = _value_of("TALK_POLICY", "talk.host.Policy")
    if _is_class(path, Policy):
        return []
    should = "should be the dotted path of a subclass of talk.host.Policy"
    return [_wrong("TALK_POLICY", should, "talk.E016", value=path)]


def guest_accounts_group(**kwargs: Any) -> list[CheckMessage]:
    """E017."""
    name = _value_of("TALK_GUEST_ACCOUNTS_GROUP", "guest_app")
    if isinstance(name, str) and name:
        return []
    return [_wrong("TALK_GUEST_ACCOUNTS_GROUP", "should be the name of a group", "talk.E017")]


def authentication_classes(**kwargs: Any) -> list[CheckMessage]:
    """E018."""
    paths = _value_of("TALK_AUTHENTICATION_CLASSES", [])
    if not isinstance(paths, list | tuple):
        return [_wrong("TALK_AUTHENTICATION_CLASSES", "should be a list", "talk.E018")]
    should = "should hold dotted paths of subclasses of REST framework's BaseAuthentication"
    return [
        _wrong("TALK_AUTHENTICATION_CLASSES", should, "talk.E018", value=path)
        for path in paths
        if not _is_class(path, BaseAuthentication)
    ]


def basic_auth_cache_seconds(**kwargs: Any) -> list[CheckMessage]:
    """E019."""
    return _require_integer("TALK_BASIC_AUTH_CACHE_SECONDS", 0, None, "talk.E019")


def throttle(**kwargs: Any) -> list[CheckMessage]:
    """E020."""
    value = getattr(settings, "TALK_THROTTLE", {})
    if value == "off":
        return []
    known = isinstance(value, dict) and set(value) <= {"attempts", "seconds"}
    if known and all(type(number) is int and number > 0 for number in value.values()):
        return []
    hint = 'Use "off", or something like {"attempts": 30, "seconds": 1800}.'
    return [Error("TALK_THROTTLE cannot be used.", hint=hint, id="talk.E020")]


def names_are_known(**kwargs: Any) -> list[CheckMessage]:
    """W003: a name that we do not have, but nearly."""
    known = [name for name in dir(TalkSettings) if name.startswith("TALK_")]
    messages: list[CheckMessage] = []
    for name in dir(settings):
        if not name.startswith("TALK_") or name in known:
            continue
        for meant in difflib.get_close_matches(name, known, n=1, cutoff=0.8):
            hint = f"Is it {meant} that is meant?"
            messages.append(Warning(f"There is no setting {name}.", hint=hint, id="talk.W003"))
    return messages


# What goes wrong later --------------------------------------------------------------------


def sessions_last(**kwargs: Any) -> list[CheckMessage]:
    """W004: whoever loses the cookie drops out of the call."""
    if settings.SESSION_COOKIE_AGE >= ONE_DAY:
        return []
    return [
        Warning(
            "SESSION_COOKIE_AGE is shorter than a day: people drop out of calls when it ends.",
            hint="Let sessions live for a day at least; SESSION_EXPIRE_AT_BROWSER_CLOSE may end "
            "them earlier.",
            id="talk.W004",
        )
    ]


def sqlite_queues_writers(**kwargs: Any) -> list[CheckMessage]:
    """W005: a transaction that reads first and writes later fails when others write."""
    database = connections[router.db_for_write(apps.get_model("talk", "Room"))]
    mode = str(database.settings_dict["OPTIONS"].get("transaction_mode") or "").upper()
    if database.vendor != "sqlite" or mode in {"IMMEDIATE", "EXCLUSIVE"}:
        return []
    return [
        Warning(
            f"SQLite's transactions fail at once when several people write ({database.alias!r}).",
            hint='Set OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 20} in DATABASES.',
            id="talk.W005",
        )
    ]


def isolation_lets_locks_work(**kwargs: Any) -> list[CheckMessage]:
    """W006: whoever waited for a lock must see what the one before has written."""
    database = connections[router.db_for_write(apps.get_model("talk", "Room"))]
    options = database.settings_dict["OPTIONS"]
    level = options.get("isolation_level", "read committed")
    if database.vendor == "mysql":
        strict = level is None or level.lower() in {"repeatable read", "serializable"}
    elif database.vendor == "postgresql":
        strict = isinstance(level, int) and level >= SERIALIZABLE_IN_POSTGRESQL
    else:
        strict = False
    if not strict:
        return []
    return [
        Warning(
            f"Transactions of {database.alias!r} read what was there before they waited.",
            hint='Leave "isolation_level" in the OPTIONS of DATABASES at "read committed".',
            id="talk.W006",
        )
    ]


def cache_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """W007, with ``--deploy``: each process would remember something else."""
    backend = settings.CACHES.get("default", {}).get("BACKEND", "")
    if backend not in PRIVATE_CACHES:
        return []
    return [
        Warning(
            f"The default cache, {backend.rpartition('.')[2]}, is not shared between processes: "
            "each verifies passwords and counts wrong ones by itself.",
            hint="Use Redis, Memcached, the database or files for the default cache in CACHES, "
            "unless the site runs in one process.",
            id="talk.W007",
        )
    ]


ALWAYS: list[Callable[..., list[CheckMessage]]] = [
    sessions_are_stored,
    sessions_are_read,
    users_are_known,
    rest_framework_is_installed,
    django_filters_is_installed,
    urls_are_mounted,
    templates_are_found,
    start_calls,
    ring_rule,
    default_permissions,
    recording_consent,
    max_call_duration,
    max_mesh,
    policy,
    guest_accounts_group,
    authentication_classes,
    basic_auth_cache_seconds,
    throttle,
    names_are_known,
    sessions_last,
    sqlite_queues_writers,
    isolation_lets_locks_work,
]
DEPLOYED: list[Callable[..., list[CheckMessage]]] = [cache_is_shared]


# How they ask -----------------------------------------------------------------------------


def _place_of(middleware: type) -> int | None:
    """Where in MIDDLEWARE a class or a subclass of it stands."""
    for place, path in enumerate(settings.MIDDLEWARE):
        if _is_class(path, middleware):
            return place
    return None


def _is_class(path: Any, parent: type) -> bool:
    try:
        found = import_string(path) if isinstance(path, str) else None
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, parent)


def _require_app(name: str, id: str) -> list[CheckMessage]:
    if apps.is_installed(name):
        return []
    return [
        Error(f"Talk needs the app {name}.", hint=f'Add "{name}" to INSTALLED_APPS.', id=id),
    ]


def _value_of(name: str, default: Any) -> Any:
    return getattr(settings, name, default)


def _require_integer(name: str, low: int, high: int | None, id: str) -> list[CheckMessage]:
    value = _value_of(name, low)
    right_kind = isinstance(value, int) and not isinstance(value, bool)
    if right_kind and low <= value and (high is None or value <= high):
        return []
    limits = f"from {low} to {high}" if high is not None else f"of {low} or more"
    return [_wrong(name, f"should be a whole number {limits}", id)]


def _wrong(name: str, should: str, id: str, *, value: Any = None) -> Error:
    about = "" if value is None else f", which {value!r} is not"
    return Error(f"{name} {should}{about}.", hint=getattr(TalkSettings, name).__doc__, id=id)
