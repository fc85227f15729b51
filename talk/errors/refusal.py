"""What every refusal is made of."""

from __future__ import annotations

from typing import Any, ClassVar


class TalkError(Exception):
    """A refusal that a client hears of. Subclasses state what is so."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = ""
    """Machine-readable reason, sent as ``{"error": code}``; empty when there is none."""

    message: ClassVar[str] = ""
    """Text of the envelope's ``meta.message``; Talk leaves it empty for nearly everything."""

    entry_level: ClassVar[bool] = False
    """Whether this is said before any endpoint is reached; XML then has another content type."""

    @property
    def data(self) -> Any:
        """What the envelope carries: the reason, or null."""
        return {"error": self.code} if self.code else None


class Turned(TalkError):
    """Refused at the door, before the operation is reached: an empty list."""

    @property
    def data(self) -> Any:
        return []


class InvalidValue(TalkError):
    """A value that is out of range or of the wrong kind; the code names the parameter."""

    def __init__(self, parameter: str, message: str = "") -> None:
        super().__init__(parameter)
        self.parameter = parameter
        self.explanation = message

    @property
    def data(self) -> Any:
        if self.explanation:
            return {"error": self.parameter, "message": self.explanation}
        return {"error": self.parameter}
