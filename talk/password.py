"""The passwords of public rooms: what is stored, and which are good enough."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from talk import errors, host


def hashed(password: str) -> str:
    """What is stored for a password; empty for none. Slow on purpose: never under a lock."""
    return make_password(password) if password else ""


def require_good(password: str, *, parameter: str = "password") -> None:
    """Ask the site's policy, by default its ``AUTH_PASSWORD_VALIDATORS``.

    :raises InvalidValue: it objects; the error carries its words.
    """
    try:
        host.policy().validate_room_password(password)
    except ValidationError as refusal:
        raise errors.InvalidValue(parameter, message=" ".join(refusal.messages)) from refusal
