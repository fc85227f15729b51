"""Refusals at the entrance of a room."""

from __future__ import annotations

from typing import Any

from talk.errors.refusal import TalkError


class RoomNotJoinable(TalkError):
    """There is no such room for the caller to join."""

    status = 404


class JoinBanned(TalkError):
    """The caller was banned from the room, and must not come back."""

    status, code = 403, "ban"


class WrongPassword(TalkError):
    """The room has a password, and it is another one."""

    status, code = 403, "password"


class JoinConflict(TalkError):
    """This browser is in the room's call already, and the client did not insist."""

    status = 409

    def __init__(self, *, session_id: str, in_call: int, last_ping: int) -> None:
        super().__init__("this browser is in the call already")
        self._data = {"sessionId": session_id, "inCall": in_call, "lastPing": last_ping}

    @property
    def data(self) -> Any:
        return self._data


class NoSession(TalkError):
    """The caller has not joined the room with this browser."""

    status = 404


class SessionStateUnknown(TalkError):
    """A session is active (1) or inactive (0)."""


class SessionTaken(TalkError):
    """A session id that somebody else has."""

    status = 409
