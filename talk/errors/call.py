"""Refusals of calls."""

from __future__ import annotations

from talk.errors.refusal import TalkError, Turned


class NothingToExport(TalkError):
    """There is no call, nobody joined it, or the format is not CSV."""


class NotInCall(TalkError):
    """The session is not in the call, or asks to leave it by changing flags."""


class ConsentRequired(TalkError):
    """The caller has to agree to being recorded."""

    code = "consent"


class StartForbidden(Turned):
    """Nobody is in the call, and the caller may not start one."""

    status = 403


class NoCall(TalkError):
    """Nobody can be rung: there is no call, or the caller or the target is in or out of it."""

    code = "in-call"


class NotAUser(TalkError):
    """Only people with an account can be rung."""

    code = "actor-type"


class DoNotDisturb(TalkError):
    """The person does not want to be rung now."""

    code = "status"


class DialOutUnavailable(TalkError):
    """This site has no telephone line."""

    status, code = 501, "backend"
