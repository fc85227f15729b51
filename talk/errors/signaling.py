"""Refusals of signaling (signaling.md §1-2)."""

from __future__ import annotations

from typing import Any

from talk.errors.refusal import TalkError


class SignalingRoomNotFound(TalkError):
    """Signaling settings of a room that the caller may not know of."""

    status = 404


class RecordingRequestForged(TalkError):
    """Somebody claims to be a recording server and cannot prove it."""

    status = 401


class InternalSignalingDisabled(TalkError):
    """The browsers of this room meet elsewhere."""

    @property
    def data(self) -> Any:
        return "Internal signaling disabled."


class _NobodyHere(TalkError):
    """Clients look into the list even when they are refused."""

    @property
    def data(self) -> Any:
        return [{"type": "usersInRoom", "data": []}]


class NotInRoom(_NobodyHere):
    """The caller has no session here (any more), or the room or the seat is gone."""

    status = 404


class SessionOver(_NobodyHere):
    """The session fell silent or was replaced, and its person still has a seat in the room."""

    status = 409
