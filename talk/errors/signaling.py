"""Refusals of signaling."""

from __future__ import annotations

from talk.errors.refusal import TalkError


class SignalingRoomNotFound(TalkError):
    """Signaling settings of a room that the caller may not know of."""

    status = 404


class RecordingRequestForged(TalkError):
    """Somebody claims to be a recording server and cannot prove it."""

    status = 401
