"""Refusals of rooms: what cannot be created, or cannot be changed."""

from __future__ import annotations

from talk.errors.refusal import TalkError


class AuthRequired(TalkError):
    """Creating a room needs an account; unlike elsewhere the answer names a reason."""

    status, code = 401, "auth"


class RoomCreationForbidden(TalkError):
    """This account may not create rooms."""

    status, code = 403, "permissions"


class InviteForbidden(TalkError):
    """Nobody talks one-to-one with themself."""

    status, code = 403, "invite"


class InviteeNotFound(TalkError):
    """Whom the new room was meant for is unknown."""

    status, code = 404, "invite"


class WrongRoomType(TalkError):
    """This kind of room does not allow it."""

    code = "type"


class RoomNotDeletable(TalkError):
    """One-to-one rooms stay."""


class WrongObjectType(TalkError):
    """Rooms that belong to such an object have no lobby."""

    code = "object"


class NothingToChange(TalkError):
    """The endpoint is kept for old clients and does nothing."""


class NotConfigured(TalkError):
    """This site has no telephone line and no recording server."""

    status, code = 412, "config"
