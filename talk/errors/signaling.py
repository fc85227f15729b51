"""Refusals of internal signaling (signaling.md §2)."""

from __future__ import annotations

from typing import Any

from talk.errors.refusal import TalkError


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
