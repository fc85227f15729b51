"""The ``TALK_*`` settings: one check each, which bears its name."""

from __future__ import annotations

import difflib
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from rest_framework.authentication import BaseAuthentication

from talk.checks.value import Check, is_class, require_bool, require_integer, value_of, wrong
from talk.conf import TalkSettings
from talk.constants import MAX_CUSTOM_PERMISSIONS, MAX_HOLD, RecordingConsent, StartCalls
from talk.host import Policy


def start_calls(**kwargs: Any) -> list[CheckMessage]:
    """E011."""
    return require_integer("TALK_START_CALLS", 0, max(StartCalls), "talk.E011")


def ring_rule(**kwargs: Any) -> list[CheckMessage]:
    """E012."""
    if value_of("TALK_RING_RULE", "moderators") in {"moderators", "start-call"}:
        return []
    return [wrong("TALK_RING_RULE", 'should be "moderators" or "start-call"', "talk.E012")]


def default_permissions(**kwargs: Any) -> list[CheckMessage]:
    """E013."""
    return require_integer("TALK_DEFAULT_PERMISSIONS", 0, MAX_CUSTOM_PERMISSIONS, "talk.E013")


def recording_consent(**kwargs: Any) -> list[CheckMessage]:
    """E014."""
    return require_integer("TALK_RECORDING_CONSENT", 0, max(RecordingConsent), "talk.E014")


def max_call_duration(**kwargs: Any) -> list[CheckMessage]:
    """E015."""
    return require_integer("TALK_MAX_CALL_DURATION", 0, None, "talk.E015")


def policy(**kwargs: Any) -> list[CheckMessage]:
    """E016."""
    path = value_of("TALK_POLICY", "talk.host.Policy")
    if is_class(path, Policy):
        return []
    should = "should be the dotted path of a subclass of talk.host.Policy"
    return [wrong("TALK_POLICY", should, "talk.E016", value=path)]


def guest_accounts_group(**kwargs: Any) -> list[CheckMessage]:
    """E017."""
    name = value_of("TALK_GUEST_ACCOUNTS_GROUP", "guest_app")
    if isinstance(name, str) and name:
        return []
    return [wrong("TALK_GUEST_ACCOUNTS_GROUP", "should be the name of a group", "talk.E017")]


def authentication_classes(**kwargs: Any) -> list[CheckMessage]:
    """E018."""
    paths = value_of("TALK_AUTHENTICATION_CLASSES", [])
    if not isinstance(paths, list | tuple):
        return [wrong("TALK_AUTHENTICATION_CLASSES", "should be a list", "talk.E018")]
    should = "should hold dotted paths of subclasses of REST framework's BaseAuthentication"
    return [
        wrong("TALK_AUTHENTICATION_CLASSES", should, "talk.E018", value=path)
        for path in paths
        if not is_class(path, BaseAuthentication)
    ]


def basic_auth_cache_seconds(**kwargs: Any) -> list[CheckMessage]:
    """E019."""
    return require_integer("TALK_BASIC_AUTH_CACHE_SECONDS", 0, None, "talk.E019")


def throttle(**kwargs: Any) -> list[CheckMessage]:
    """E020."""
    value = getattr(settings, "TALK_THROTTLE", {})
    if value == "off":
        return []
    known = isinstance(value, dict) and set(value) <= {"attempts", "seconds"}
    if known and all(type(number) is int and number > 0 for number in value.values()):
        return []
    hint = 'Use "off", or something like {"attempts": 200, "seconds": 1800}.'
    return [Error("TALK_THROTTLE cannot be used.", hint=hint, id="talk.E020")]


def notify_by_email(**kwargs: Any) -> list[CheckMessage]:
    """E061, E062."""
    value = value_of("TALK_NOTIFY_BY_EMAIL", False)
    if not isinstance(value, bool):
        return [wrong("TALK_NOTIFY_BY_EMAIL", "should be True or False", "talk.E061")]
    if value and not value_of("TALK_SITE_URL", ""):
        hint = "Set TALK_SITE_URL, so that mails can say where to go."
        return [Error("TALK_NOTIFY_BY_EMAIL needs TALK_SITE_URL.", hint=hint, id="talk.E062")]
    return []


def webhook_http(**kwargs: Any) -> list[CheckMessage]:
    """E021."""
    return require_bool("TALK_WEBHOOK_HTTP", "talk.E021")


def webhook_private_addresses(**kwargs: Any) -> list[CheckMessage]:
    """E022."""
    return require_bool("TALK_WEBHOOK_PRIVATE_ADDRESSES", "talk.E022")


def webhook_keep_days(**kwargs: Any) -> list[CheckMessage]:
    """E023."""
    return require_integer("TALK_WEBHOOK_KEEP_DAYS", 1, None, "talk.E023")


def signaling_hold(**kwargs: Any) -> list[CheckMessage]:
    """E051."""
    return require_integer("TALK_SIGNALING_HOLD", 0, MAX_HOLD, "talk.E051")


def signaling_max_held(**kwargs: Any) -> list[CheckMessage]:
    """E052."""
    if value_of("TALK_SIGNALING_MAX_HELD", None) is None:
        return []
    return require_integer("TALK_SIGNALING_MAX_HELD", 0, None, "talk.E052")


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


ALWAYS: list[Check] = [
    start_calls,
    ring_rule,
    default_permissions,
    recording_consent,
    max_call_duration,
    policy,
    guest_accounts_group,
    authentication_classes,
    basic_auth_cache_seconds,
    throttle,
    notify_by_email,
    webhook_http,
    webhook_private_addresses,
    webhook_keep_days,
    signaling_hold,
    signaling_max_held,
    names_are_known,
]
