"""There is no chat, and clients ask for it all the same (clients.md §9)."""

from __future__ import annotations

from rest_framework.request import Request

from talk import errors
from talk.api.answers import EMPTY_LIST, answers
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Boolean, Integer, Parameters
from talk.api.permissions import IsParticipant, LobbyPassed, NotBanned
from talk.api.response import Answer, Held
from talk.conf import settings
from talk.constants import MAX_HOLD
from talk.signaling.hub import hub

NOTHING_NEW = 304


class HistoryQuery(Parameters):
    lookIntoFuture = Boolean(default=False)
    timeout = Integer(default=MAX_HOLD)


class ChatViewSet(InRoomViewSet):
    """``/chat/{token}``: no messages, now and in future."""

    rules = {
        "history": [IsParticipant, NotBanned, LobbyPassed],
        "send": [IsParticipant, NotBanned, LobbyPassed],
        "mentions": [IsParticipant, NotBanned, LobbyPassed],
    }
    public = frozenset(rules)
    glances = frozenset(rules)
    waits = True

    @answers(also={NOTHING_NEW: None}, takes=HistoryQuery)
    def history(self, request: Request, token: str) -> Answer | Held:
        """Nothing: at once for what was said, and later for what will be.

        Some apps ask again without any pause, so that an answer at once would be a storm.
        """
        query = HistoryQuery.of(request)
        seconds = min(max(query["timeout"], 0), settings.TALK_SIGNALING_HOLD)
        if not query["lookIntoFuture"] or not seconds:
            return Answer(code=NOTHING_NEW)
        key = ("chat", self.room.pk)
        return Held((key,), _nothing, _nothing, since=hub.now(), seconds=seconds, exactly=True)

    @answers(never_succeeds=True, refuses=[errors.PermissionMissing])
    def send(self, request: Request, token: str) -> Answer:
        """Nobody can say anything."""
        raise errors.PermissionMissing

    @answers(EMPTY_LIST)
    def mentions(self, request: Request, token: str) -> Answer:
        """Nobody can be mentioned."""
        return Answer([])


def _nothing(_woken: object) -> Answer:
    return Answer(code=NOTHING_NEW)
