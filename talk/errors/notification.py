"""Refusals of notifications."""

from __future__ import annotations

from talk.errors.refusal import TalkError, Turned


class NotificationNotFound(TalkError):
    """The caller has no such notification, or none that still says anything."""

    status = 404


class TooManyIds(Turned):
    """More ids than may be asked for at once."""

    status = 400
