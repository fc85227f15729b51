"""Fifty browsers talk to each other all at once: every message arrives once, and in order."""

import json
from functools import partial

import pytest
from django.db import connection

from talk.models import Signal
from talk.signaling import watch
from tests.concurrency.conftest import PATIENCE
from tests.conftest import data_of
from tests.factories import RoomFactory, SessionFactory

CROWD = 50
EACH = 200
AT_ONCE = 20
TABS = 5
SPEAKERS, LISTENERS = 5, 10
URL = "/ocs/v2.php/apps/spreed/api/v3/signaling/{}"


def recipient_of(sender, number):
    """Whom a browser's message with this number is for: all others in turn."""
    return (sender + 1 + number % (CROWD - 1)) % CROWD


def talk(sender, number, browsers):
    """What a browser posts: its place, and the message's number."""
    _client, session = browsers[sender]
    _client, recipient = browsers[recipient_of(sender, number)]
    content = {"to": recipient.session_id, "type": "mute", "payload": [sender, number]}
    return {"ev": "message", "fn": json.dumps(content), "sessionId": session.session_id}


def listen(client, token):
    """The payloads of what has come for a browser."""
    entries = data_of(client.get(URL.format(token)))
    return [json.loads(each["data"])["payload"] for each in entries if each["type"] == "message"]


def converse(place, browsers, token):
    """Post everything, listening in between, then listen until everything has come."""
    client, _session = browsers[place]
    heard, expected = [], len(meant_for(place))
    for start in range(0, EACH, AT_ONCE):
        messages = [talk(place, number, browsers) for number in range(start, start + AT_ONCE)]
        answer = client.post(URL.format(token), {"messages": json.dumps(messages)})
        assert answer.status_code == 200
        heard += listen(client, token)
    while len(heard) < expected:
        heard += listen(client, token)
    return heard


def meant_for(place):
    """Sender and number of every message for a browser."""
    return [
        [sender, number]
        for sender in range(CROWD)
        for number in range(EACH)
        if recipient_of(sender, number) == place
    ]


def test_ten_thousand_messages_arrive_once_and_in_order(together, sign_in, settings, monkeypatch):
    settings.TALK_SIGNALING_HOLD = 0
    if connection.vendor == "sqlite":
        # Waiting for the file is a lottery there: on a busy machine the last of fifty needs long.
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", PATIENCE)
    room = RoomFactory(with_call=True)
    sessions = [SessionFactory(attendee__room=room, calling=True) for _ in range(CROWD)]
    browsers = [(sign_in(session), session) for session in sessions]

    outcomes = together(*(partial(converse, place, browsers, room.token) for place in range(CROWD)))

    errors = [outcome for outcome in outcomes if not isinstance(outcome, list)]
    assert errors == []
    assert [sorted(heard) for heard in outcomes] == [meant_for(place) for place in range(CROWD)]
    # From each sender in the order of sending.
    for heard in outcomes:
        by_sender = sorted(heard, key=lambda pair: pair[0])  # a stable sort
        assert by_sender == sorted(heard)
    assert Signal.objects.count() == 0


@pytest.fixture
def _threads_wait(settings, monkeypatch):
    """Polls are held, each by a thread of its own."""
    settings.TALK_SIGNALING_HOLD, settings.TALK_SIGNALING_MAX_HELD = 10, LISTENERS
    yield
    monkeypatch.setattr(watch, "LINGER", 0)
    if watch._running is not None:
        watch._running[1].join(PATIENCE)


@pytest.mark.usefixtures("_threads_wait")
def test_messages_arrive_once_and_in_order_where_polls_are_held(together, sign_in):
    """Some of them are handed over to polls that wait, some are kept for the next ones."""
    room = RoomFactory(with_call=True)
    sessions = [
        SessionFactory(attendee__room=room, calling=True) for _ in range(SPEAKERS + LISTENERS)
    ]
    browsers = [(sign_in(session), session) for session in sessions]
    for client, _session in browsers:
        client.defaults["wsgi.multithread"] = True

    def speak(place):
        client, session = browsers[place]
        for number in range(EACH):
            to = sessions[SPEAKERS + number % LISTENERS].session_id
            content = {"to": to, "type": "mute", "payload": [place, number]}
            entry = {"ev": "message", "fn": json.dumps(content), "sessionId": session.session_id}
            answer = client.post(URL.format(room.token), {"messages": json.dumps([entry])})
            assert answer.status_code == 200

    def hear(place):
        client, _session = browsers[place]
        heard = []
        while len(heard) < SPEAKERS * EACH // LISTENERS:
            heard += listen(client, room.token)
        return heard

    outcomes = together(
        *(partial(speak, place) for place in range(SPEAKERS)),
        *(partial(hear, place) for place in range(SPEAKERS, SPEAKERS + LISTENERS)),
    )

    assert outcomes[:SPEAKERS] == [None] * SPEAKERS
    for listener, heard in enumerate(outcomes[SPEAKERS:]):
        for speaker in range(SPEAKERS):
            numbers = [number for place, number in heard if place == speaker]
            assert numbers == list(range(listener, EACH, LISTENERS))
    assert Signal.objects.count() == 0


def test_of_two_polls_of_one_browser_only_one_gets_a_message(together, sign_in, settings):
    settings.TALK_SIGNALING_HOLD = 0
    session = SessionFactory(calling=True)
    sender = SessionFactory(attendee__room=session.room, calling=True)
    Signal.objects.bulk_create(
        Signal(sender=sender, recipient=session, data=json.dumps({"payload": number}))
        for number in range(100)
    )
    clients = [sign_in(session) for _ in range(TABS)]

    outcomes = together(*(partial(listen, client, session.room.token) for client in clients))

    assert sorted(number for heard in outcomes for number in heard) == list(range(100))
