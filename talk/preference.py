"""What somebody wants to see and hear of a room (rooms.md §3): their own business.

Raised by every function here: ``ParticipantNotFound``, when the seat is gone meanwhile.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from talk import errors
from talk.constants import NotificationLevel
from talk.models import Attendee


def set_favorite(attendee: Attendee, favorite: bool) -> Attendee:
    """Pin the room in the attendee's list, or let it go."""
    return _keep(attendee, is_favorite=favorite)


def set_archived(attendee: Attendee, archived: bool) -> Attendee:
    """Move the room out of the attendee's list, or back."""
    return _keep(attendee, is_archived=archived)


def set_important(attendee: Attendee, important: bool) -> Attendee:
    """Let the room's notifications break through do-not-disturb, or not."""
    return _keep(attendee, is_important=important)


def set_sensitive(attendee: Attendee, sensitive: bool) -> Attendee:
    """Hide what is said in the room from lists, or show it."""
    return _keep(attendee, is_sensitive=sensitive)


def set_notification_level(attendee: Attendee, level: NotificationLevel | int) -> Attendee:
    """Say how much the attendee wants to hear of the room.

    :raises InvalidValue: not 1, 2 or 3 (``level``).
    """
    if level not in NotificationLevel.values or level == NotificationLevel.DEFAULT:
        raise errors.InvalidValue("level")
    return _keep(attendee, notification_level=NotificationLevel(level))


def set_call_notifications(attendee: Attendee, level: int) -> Attendee:
    """Say whether the attendee is told when a call starts: 0 no, 1 yes.

    :raises InvalidValue: neither (``level``).
    """
    if level not in {0, 1}:
        raise errors.InvalidValue("level")
    return _keep(attendee, notification_calls=bool(level))


def _keep(attendee: Attendee, **values: Any) -> Attendee:
    values["modified_at"] = timezone.now()
    if not Attendee.objects.filter(pk=attendee.pk).update(**values):
        raise errors.ParticipantNotFound
    for field, value in values.items():
        setattr(attendee, field, value)
    return attendee
