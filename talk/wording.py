"""What notifications say, on the wire and in mails (notifications.md §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext

from talk.constants import NotificationKind
from talk.models import Room

_PLACEHOLDER = re.compile(r"\{(user|call)\}")


@dataclass(frozen=True)
class Wording:
    """A sentence with the placeholders ``{user}`` and ``{call}``, and what can be done about it."""

    text: str
    action: str
    into_call: bool
    """Whether the action goes right into the call, not only to the room's page."""

    primary: bool

    def fill(self, *, user: str, call: str) -> str:
        """The sentence as people read it."""
        # In one go: a room may be called "{user}".
        names = {"user": user, "call": call}
        return _PLACEHOLDER.sub(lambda found: names[found[1]], self.text)


def of(kind: str, room: Room, *, running: bool) -> Wording:
    """What a notification about a room says while a call is running there, or is not."""
    if kind == NotificationKind.ROOM:
        text = gettext("{user} invited you to a group conversation: {call}")
        if running:
            return Wording(text, gettext("Join call"), True, True)
        return Wording(text, gettext("View chat"), False, False)
    if room.is_one_to_one:
        if running:
            text = gettext("{user} would like to talk with you")
            return Wording(text, gettext("Answer"), True, True)
        return Wording(gettext("You missed a call from {user}"), gettext("Call back"), False, True)
    if _is_dialled_into(room):
        if running:
            text = gettext("Somebody calls {call} by phone")
            return Wording(text, gettext("Accept call"), True, True)
        text = gettext("You missed a call by phone in {call}")
        return Wording(text, gettext("View chat"), False, False)
    if running:
        text = gettext("A group call has started in {call}")
        return Wording(text, gettext("Join call"), True, True)
    return Wording(gettext("You missed a group call in {call}"), gettext("View chat"), False, False)


def _is_dialled_into(room: Room) -> bool:
    return room.object_type.startswith("phone") and room.object_id == "direct-dialin"
