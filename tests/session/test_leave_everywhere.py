"""sessions.leave_everywhere: all sessions of a browser end, as on logout."""

import pytest

from talk import session as sessions
from talk.models import Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_all_sessions_of_the_browser_end_in_all_rooms():
    for _ in range(2):
        SessionFactory(holder="this browser")
    other = SessionFactory(holder="another browser")

    sessions.leave_everywhere("this browser")

    assert list(Session.objects.all()) == [other]


def test_calls_that_nobody_else_is_in_end():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, holder="this browser")

    sessions.leave_everywhere("this browser")

    assert Room.objects.get(pk=room.pk).call_started_at is None


def test_no_holder_is_nobodys_browser():
    session = SessionFactory(attendee=AttendeeFactory(), holder="")

    sessions.leave_everywhere("")

    assert list(Session.objects.all()) == [session]
