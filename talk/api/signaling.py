"""Internal signaling: browsers in a room leave messages for each other (signaling.md §2)."""

from __future__ import annotations

from functools import partial

from rest_framework.request import Request

from talk import ban, errors
from talk.api.answers import answers
from talk.api.envelope import OCSViewSet
from talk.api.parameters import Parameters, Text
from talk.api.permissions import participant_of
from talk.api.renderers import SharedTail, to_json
from talk.api.response import Answer, Held
from talk.api.shapes.signaling import NEWS
from talk.conf import settings
from talk.constants import SignalingMode
from talk.models.participant import Participant
from talk.signaling import message, mode
from talk.signaling.hub import Key, Waiter, hub
from talk.signaling.poll import News, Poll


class MessagesBody(Parameters):
    messages = Text()


class SignalingViewSet(OCSViewSet):
    """``/signaling/{token}``: the session of this browser is the one that sends and receives."""

    public = frozenset({"pull", "post"})
    waits = True
    _talk_look_up = staticmethod(Participant.meet)

    @answers(NEWS, refuses=[errors.InternalSignalingDisabled, errors.NotInRoom, errors.SessionOver])
    def pull(self, request: Request, token: str) -> Answer | Held:
        """Messages for this session and who is in the room, as soon as there is news."""
        since = hub.now()
        poll = Poll.begin(self._participant(request), self.actor)
        news = poll.look()
        if news is not None:
            return _answer(news)
        return Held(
            poll.keys,
            partial(_conclude, poll),
            partial(_glance, poll),
            since=since,
            seconds=settings.TALK_SIGNALING_HOLD,
        )

    @answers(
        takes=MessagesBody,
        refuses=[
            errors.InternalSignalingDisabled,
            errors.InvalidValue("messages", "At most 100 messages at once."),
        ],
    )
    def post(self, request: Request, token: str) -> Answer:
        """Messages for others; what may not be sent is dropped without a word."""
        entries = message.read(MessagesBody.of(request)["messages"])
        found = self._participant(request)
        if found is not None and found.session is not None and found.attendee is not None:
            message.post(entries, room=found.room, session=found.session, attendee=found.attendee)
        return Answer()

    def _participant(self, request: Request) -> Participant | None:
        """The caller in this room; nobody is, whom a ban keeps out.

        :raises InternalSignalingDisabled: the room meets elsewhere.
        """
        found = participant_of(request, self)
        # Strangers hear the same of every room, so that they do not learn which there are.
        known = None if found is None or found.attendee is None else found.room
        way = mode.configured_mode() if known is None else mode.mode_of(known)
        if way != SignalingMode.INTERNAL:
            raise errors.InternalSignalingDisabled
        return None if found is None or ban.excludes(found.room, self.actor) else found


def _conclude(poll: Poll, woken_by: frozenset[Key] | None) -> Answer:
    return _answer(poll.finish(woken_by))


def _glance(poll: Poll, waiter: Waiter) -> Answer | None:
    news = poll.receive(waiter.mail) if waiter.mail else poll.glance(waiter.woken_by)
    return None if news is None else _answer(news)


def _answer(news: News) -> Answer:
    messages = [{"type": "message", "data": text} for text in news.messages]
    listing = news.listing
    closing = {"type": "usersInRoom", "data": listing.users}

    def written() -> bytes:
        if listing.written is None:
            listing.written = to_json(closing)
        return listing.written

    return Answer(SharedTail(messages, closing, written))
