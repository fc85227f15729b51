"""What signaling servers are told when their request cannot be granted (signaling.md §3)."""

from __future__ import annotations

from typing import ClassVar


class BackendRefusal(Exception):
    """An answer of type ``error``. Subclasses state what is so."""

    code: ClassVar[str] = "invalid_request"
    message: ClassVar[str]


class Forged(BackendRefusal):
    """Nobody we share a secret with has sent this, or it was sent before."""

    message = "The request could not be authenticated."


class Malformed(BackendRefusal):
    """A server of ours sent something that makes no sense."""

    message = "The request cannot be understood."


class UnknownType(BackendRefusal):
    """Servers may know requests that we do not."""

    code, message = "unknown_type", "The given type is not supported."


class InvalidTicket(BackendRefusal):
    """We did not issue this ticket, not to this user, or too long ago."""

    code, message = "invalid_ticket", "The given ticket is not valid for this user."


class NoSuchUser(BackendRefusal):
    """The account is gone since, or may not use Talk any more."""

    code, message = "no_such_user", "The given user does not exist."


class DuplicateSession(BackendRefusal):
    """Somebody else has the session that a server brings along."""

    code, message = "duplicate_session", "The given session is already in use."


class NoSuchRoom(BackendRefusal):
    """Also for rooms of others, so that nobody learns which there are."""

    code, message = "no_such_room", "The user is not invited to this room."
