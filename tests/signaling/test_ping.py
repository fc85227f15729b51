"""Polling keeps a session there; the pings of many are written together."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk.models import Session
from talk.signaling import ping
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

STATEMENTS = 4
"""BEGIN, who is not being changed by others, UPDATE, COMMIT."""


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""

    class Clock:
        moment = timezone.now()

        def now(self):
            return self.moment

        def move(self, seconds):
            self.moment += timedelta(seconds=seconds)

    clock = Clock()
    monkeypatch.setattr(ping, "timezone", clock)
    return clock


def written(session):
    """When the database says that the session pinged."""
    return Session.objects.get(pk=session.pk).last_ping


def test_the_first_ping_is_written_at_once(clock):
    session = SessionFactory(age=25)

    ping.note(session)

    assert written(session) == clock.moment


def test_the_next_one_waits_for_others(clock):
    session = SessionFactory(age=25)
    ping.note(session)
    first = clock.moment

    clock.move(1)
    ping.note(session)

    assert written(session) == first


def test_whoever_comes_two_seconds_later_writes_it(clock):
    session, other = SessionFactory(), SessionFactory()
    ping.note(session)
    ping.note(other)
    clock.move(25)
    ping.note(session)
    noted = clock.moment

    clock.move(2)
    ping.note(other)

    assert (written(session) - noted) <= timedelta(seconds=2)
    assert written(session) >= noted


def test_a_session_alone_that_polls_all_the_time_is_written(clock):
    session = SessionFactory()

    for _second in range(10):
        ping.note(session)
        clock.move(1)

    assert clock.moment - written(session) <= timedelta(seconds=4)


def test_what_was_noted_is_written_when_asked_for(clock):
    session = SessionFactory()
    ping.note(session)
    clock.move(25)
    ping.note(session)

    ping.flush()

    assert written(session) == clock.moment


def test_whoever_was_silent_for_long_is_written_at_once(clock):
    session = SessionFactory()
    ping.note(session)

    clock.move(71)
    ping.note(session)

    assert written(session) == clock.moment


def test_a_session_that_has_ended_meanwhile_harms_nobody(clock):
    session, other = SessionFactory(), SessionFactory()
    for each in (session, other):
        ping.note(each)
    clock.move(25)
    for each in (session, other):
        ping.note(each)
    session.delete()

    ping.flush()

    assert written(other) == clock.moment


@pytest.mark.parametrize("number", [3, 100])
def test_writing_costs_the_same_however_many_there_are(
    clock, django_assert_max_num_queries, number
):
    room = RoomFactory()
    sessions = [SessionFactory(attendee__room=room) for _ in range(number)]
    for session in sessions:
        ping.note(session)
    clock.move(25)
    for session in sessions:
        ping.note(session)

    with django_assert_max_num_queries(STATEMENTS):
        ping.flush()

    assert {written(session) for session in sessions} == {clock.moment}
