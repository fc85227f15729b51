"""Refusals of the operations in the words of the admin (their own codes are for clients)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk import errors

REASONS = {
    errors.WrongRoomType: _("this kind of room does not allow it"),
    errors.WrongRoomTypeForPeople: _("nobody can be added to or removed from this kind of room"),
    errors.WrongObjectType: _("a room that belongs to such an object has no lobby"),
    errors.RoomNotDeletable: _("one-to-one rooms stay"),
    errors.RoomNotFound: _("the room is gone"),
    errors.OwnerCannotBeRemoved: _("owners keep their seat"),
    errors.LastModerator: _("the last moderator cannot leave the others alone"),
    errors.RoleUnchangeable: _("this role cannot be changed in that way"),
    errors.AttendeeToRemoveNotFound: _("this person has left the room"),
    errors.AttendeeNotFound: _("this person has left the room"),
    errors.AddBanned: _("this person is banned from the room"),
    errors.ModeratorPermissions: _("moderators may do everything"),
    errors.WrongActorType: _("groups do nothing by themselves"),
    errors.NoSession: _("the session has ended"),
}

BAN_REASONS = {
    "room": _("this kind of room does not allow it"),
    "bannedActor": _("this is no id or address that could be banned"),
    "internalNote": _("the note is too long"),
    "self": _("nobody can ban themself"),
    "moderator": _("moderators cannot be banned"),
}


class Refused(errors.TalkError):
    """A refusal that says whom or what it is about."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def explain(refusal: errors.TalkError) -> str:
    """Why not, for a person."""
    if isinstance(refusal, Refused):
        return refusal.words
    if isinstance(refusal, errors.InvalidValue):
        return refusal.explanation or gettext("%(value)s cannot be had") % {
            "value": refusal.parameter
        }
    if isinstance(refusal, errors.BanInvalid):
        return str(BAN_REASONS[refusal.reason])
    reason = REASONS.get(type(refusal))
    if reason is not None:
        return str(reason)
    return gettext("it was refused (%(code)s)") % {"code": refusal.code or refusal.status}


@contextmanager
def about(subject: object) -> Iterator[None]:
    """Put the name of the subject in front of any refusal from within."""
    try:
        yield
    except errors.TalkError as refusal:
        raise Refused(f"{subject}: {explain(refusal)}") from refusal
