"""How a setting is asked for, and how a wrong one is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from talk.conf import TalkSettings

Check = Callable[..., list[CheckMessage]]


def is_class(path: Any, parent: type) -> bool:
    try:
        found = import_string(path) if isinstance(path, str) else None
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, parent)


def value_of(name: str, default: Any) -> Any:
    return getattr(settings, name, default)


def require_integer(name: str, low: int, high: int | None, id: str) -> list[CheckMessage]:
    value = value_of(name, low)
    right_kind = isinstance(value, int) and not isinstance(value, bool)
    if right_kind and low <= value and (high is None or value <= high):
        return []
    limits = f"from {low} to {high}" if high is not None else f"of {low} or more"
    return [wrong(name, f"should be a whole number {limits}", id)]


def require_bool(name: str, id: str) -> list[CheckMessage]:
    if isinstance(value_of(name, False), bool):
        return []
    return [wrong(name, "should be True or False", id)]


def wrong(name: str, should: str, id: str, *, value: Any = None) -> Error:
    about = "" if value is None else f", which {value!r} is not"
    return Error(f"{name} {should}{about}.", hint=getattr(TalkSettings, name).__doc__, id=id)
