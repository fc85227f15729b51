"""sessions.leave: a session ends (participants.md §6)."""

import pytest

from talk import session as sessions
from talk.constants import ParticipantType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_leaving_ends_the_session_and_keeps_the_seat():
    session = SessionFactory()

    sessions.leave(session)

    assert not Session.objects.exists()
    assert list(Attendee.objects.all()) == [session.attendee]


def test_a_guest_stays_as_attendee_so_as_to_come_back():
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    sessions.leave(session)

    assert list(Attendee.objects.all()) == [session.attendee]


def test_a_self_joined_user_leaves_with_the_last_session():
    session = SessionFactory(
        attendee__room=RoomFactory(public=True),
        attendee__participant_type=ParticipantType.SELF_JOINED,
    )

    sessions.leave(session)

    assert not Attendee.objects.exists()


def test_a_self_joined_user_stays_while_another_device_is_there():
    session = SessionFactory(
        attendee__room=RoomFactory(public=True),
        attendee__participant_type=ParticipantType.SELF_JOINED,
    )
    other = SessionFactory(attendee=session.attendee, holder="another device")

    sessions.leave(session)

    assert list(Session.objects.all()) == [other]
    assert Attendee.objects.exists()


def test_the_call_goes_on_while_somebody_fresh_is_in_it():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=20)
    session = SessionFactory(attendee__room=room, calling=True)

    sessions.leave(session)

    assert Room.objects.in_call().get() == room


def test_leaving_twice_is_fine():
    session = SessionFactory()
    gone = Session.objects.get()
    sessions.leave(session)

    sessions.leave(gone)

    assert not Session.objects.exists()


def test_leaving_without_a_call_tells_nothing(django_capture_on_commit_callbacks, heard):
    session = SessionFactory()

    with django_capture_on_commit_callbacks(execute=True):
        sessions.leave(session)

    assert heard == []
