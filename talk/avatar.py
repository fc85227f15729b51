"""Pictures of rooms and people, drawn here: an emoji, initials, or a sign for the kind of room."""

from __future__ import annotations

import re
from hashlib import sha1

from django.utils.html import escape

from talk import errors
from talk.constants import EMOJI_LENGTH, RoomType
from talk.models import Room

# One emoji, as people count: what Unicode calls an emoji sequence (UTS #51).
_PICTURE = (
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328"
    r"\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe"
    r"\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    r"\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_ELEMENT = rf"{_PICTURE}(?:[\U0001f3fb-\U0001f3ff]|\ufe0f)?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
_EMOJI = re.compile(
    rf"{_ELEMENT}(?:\u200d{_ELEMENT})*"
    "|[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a key
)
_COLOR = re.compile(r"[0-9a-fA-F]{6}")

_COLORS = ["0f766e", "1d4ed8", "7e22ce", "9f1239", "9a3412", "3f6212", "155e75", "5b21b6"]
"""Dark enough for white letters; by whom they belong to."""

_LIGHT, _DARK = "e5e7eb", "374151"
_SIGNS = {
    RoomType.PUBLIC: "\U0001f517",
    RoomType.GROUP: "\U0001f465",
    RoomType.CHANGELOG: "\U0001f4e3",
    RoomType.FORMER_ONE_TO_ONE: "\U0001f464",
    RoomType.ONE_TO_ONE: "\U0001f464",
    RoomType.NOTE_TO_SELF: "\U0001f4dd",
}


def require_drawable(emoji: str, color: str) -> None:
    """Refuse what is no single emoji, and what is no colour; either may be empty.

    :raises InvalidValue: it cannot be drawn (``avatar``).
    """
    if emoji and not (len(emoji) <= EMOJI_LENGTH and _EMOJI.fullmatch(emoji)):
        raise errors.InvalidValue("avatar")
    if color and not _COLOR.fullmatch(color):
        raise errors.InvalidValue("avatar")


def version_of(room: Room) -> str:
    """Eight hex digits that change with the picture."""
    drawn = f"{room.token}{room.emoji}{room.avatar_color}"
    return sha1(drawn.encode(), usedforsecurity=False).hexdigest()[:8]


def of_room(room: Room, *, dark: bool = False) -> str:
    """A room's picture as SVG."""
    background = room.avatar_color or (_DARK if dark else _LIGHT)
    return _svg(room.emoji or _SIGNS[RoomType(room.type)], background, "fff" if dark else "111")


def of_person(user_id: str, name: str) -> str:
    """Somebody's initials as SVG, always in the same colour."""
    digest = sha1(user_id.encode(), usedforsecurity=False).digest()
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    return _svg(initials or "?", _COLORS[digest[0] % len(_COLORS)], "fff")


def _svg(sign: str, background: str, ink: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" fill="#{background}"/>'
        f'<text x="32" y="32" fill="#{ink}" font-family="sans-serif" font-size="28"'
        f' text-anchor="middle" dominant-baseline="central">{escape(sign)}</text></svg>'
    )
