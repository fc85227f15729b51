"""What a session description would send (signaling.md §2.2)."""

from __future__ import annotations

from typing import Any

_DIRECTIONS = {
    "a=sendrecv": True,
    "a=sendonly": True,
    "a=recvonly": False,
    "a=inactive": False,
}


def kinds_sent(description: Any) -> frozenset[str]:
    """The kinds of media (``audio``, ``video``, …) that a description offers to send.

    A section sends unless it says otherwise; one that says both counts as sending. What cannot
    be read might send anything.
    """
    if not isinstance(description, str):
        return frozenset({"audio", "video"})
    at_session_level: set[bool] = set()
    sections: list[tuple[str, set[bool]]] = []
    # Split as browsers do; other characters that break lines elsewhere do not end one here.
    for line in description.split("\n"):
        text = line.rstrip("\r")
        if text.startswith("m="):
            sections.append((text[2:].partition(" ")[0], set()))
        elif text in _DIRECTIONS:
            said = sections[-1][1] if sections else at_session_level
            said.add(_DIRECTIONS[text])
    return frozenset(
        kind for kind, said in sections if True in (said or at_session_level or {True})
    )
