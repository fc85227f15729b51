"""Joining with flags of which none is left: it leaves, and starts nothing (call.md §3.7)."""

import pytest

from talk import call
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_join_with_no_flags_starts_nothing(told, stored):
    session = SessionFactory()
    before = stored()

    events = told(call.join, session, 0)

    assert events == []
    assert stored() == before


def test_join_of_which_nothing_is_left_starts_nothing(told, stored):
    session = SessionFactory(attendee__permissions=1)
    before = stored()

    events = told(call.join, session, 6)

    assert events == []
    assert stored() == before


def test_join_with_no_flags_needs_no_right_to_start(settings):
    settings.TALK_START_CALLS = 2
    session = SessionFactory()

    call.join(session, 0)

    session.room.refresh_from_db()
    assert session.room.has_call is False


def test_join_with_no_flags_leaves_a_running_call():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, calling=True)

    call.join(session, 0)

    session.refresh_from_db()
    session.attendee.refresh_from_db()
    room.refresh_from_db()
    assert session.in_call == 0
    assert session.attendee.last_joined_call is None
    assert room.has_call is True


def test_join_with_no_flags_ends_the_call_of_the_last_one():
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, calling=True)

    call.join(session, 0)

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)


def test_join_with_no_flags_ends_a_call_that_fell_silent(told_names):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=60)

    names = told_names(call.join, SessionFactory(attendee__room=room), 0)

    room.refresh_from_db()
    assert names == ["call_left", "call_ended"]
    assert room.call_started_at is None
