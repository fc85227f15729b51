"""The caller's own wishes for a room (rooms.md §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request

from talk import preference
from talk.api.answers import answers
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Integer, Parameters
from talk.api.permissions import IsParticipant, NotBanned
from talk.api.room_object import room_object
from talk.api.shapes.room import ROOM
from talk.models import Attendee


class LevelBody(Parameters):
    level = Integer()


class SwitchViewSet(InRoomViewSet):
    """``/room/{token}/favorite``, ``/archive`` …: POST switches on, DELETE off."""

    rules = {"turn_on": [IsParticipant, NotBanned], "turn_off": [IsParticipant, NotBanned]}
    switch: Callable[[Attendee, bool], Attendee]

    @answers(ROOM)
    def turn_on(self, request: Request, token: str) -> Answer:
        return self._turn(True)

    @answers(ROOM)
    def turn_off(self, request: Request, token: str) -> Answer:
        return self._turn(False)

    def _turn(self, on: bool) -> Answer:
        type(self).switch(self.attendee, on)
        return Answer(room_object(self.find_again(), self.actor))


def switch_view(change: Callable[[Attendee, bool], Attendee]) -> type[SwitchViewSet]:
    """The view set of one switch."""
    members: dict[str, Any] = {"switch": staticmethod(change), "__doc__": change.__doc__}
    return type(f"{change.__name__}_view", (SwitchViewSet,), members)


FavoriteViewSet = switch_view(preference.set_favorite)
ArchiveViewSet = switch_view(preference.set_archived)
ImportantViewSet = switch_view(preference.set_important)
SensitiveViewSet = switch_view(preference.set_sensitive)


class LevelViewSet(InRoomViewSet):
    """``/room/{token}/notify`` and ``/notify-calls``."""

    rules = {"notify": [IsParticipant, NotBanned], "notify_calls": [IsParticipant, NotBanned]}

    @answers(ROOM, takes=LevelBody)
    def notify(self, request: Request, token: str) -> Answer:
        """How much the caller wants to hear: 1 always, 2 when mentioned, 3 never."""
        level = LevelBody.of(request)["level"]
        preference.set_notification_level(self.attendee, level)
        return Answer(room_object(self.find_again(), self.actor))

    @answers(ROOM, takes=LevelBody)
    def notify_calls(self, request: Request, token: str) -> Answer:
        """Whether the caller is told of calls: 0 no, 1 yes."""
        level = LevelBody.of(request)["level"]
        preference.set_call_notifications(self.attendee, level)
        return Answer(room_object(self.find_again(), self.actor))
