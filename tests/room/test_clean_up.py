"""cleanup.clean_up: what time has done to one room; the command is tested in test_cleanup.py."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import errors
from talk.cleanup import clean_up
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

NOTHING = {"sessions": 0, "calls": 0, "guests": 0}


@pytest.fixture
def neglected():
    """Two dead sessions, one of a guest, in a call that nobody is in."""
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)
    SessionFactory(attendee=AttendeeFactory(guest=True, room=room), calling=True, age=101)
    return room


def test_clean_up_counts_what_it_removes(neglected):
    assert clean_up(neglected) == {"sessions": 2, "calls": 1, "guests": 1}


def test_clean_up_removes_what_it_counts(neglected):
    clean_up(neglected)

    neglected.refresh_from_db()
    assert neglected.call_started_at is None
    assert not Session.objects.exists()
    assert [attendee.is_guest for attendee in Attendee.objects.all()] == [False]


def test_clean_up_can_be_repeated(neglected):
    clean_up(neglected)

    assert clean_up(neglected) == NOTHING


def test_a_dry_run_counts_the_same_and_removes_nothing(neglected):
    before = Room.objects.values().get()

    assert clean_up(neglected, dry_run=True) == {"sessions": 2, "calls": 1, "guests": 1}
    assert Room.objects.values().get() == before
    assert (Session.objects.count(), Attendee.objects.count()) == (2, 2)


def test_a_healthy_room_is_left_alone(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=60)
    SessionFactory(attendee=AttendeeFactory(guest=True, room=room))
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        counts = clean_up(room)

    assert counts == NOTHING
    assert Room.objects.values().get() == before
    assert heard == []


def test_other_rooms_are_left_alone(neglected):
    elsewhere = SessionFactory(age=101)

    clean_up(neglected)

    assert list(Session.objects.all()) == [elsewhere]


@pytest.mark.parametrize(("age", "ends"), [(3590, False), (3610, True)])
def test_a_call_that_lasts_too_long_ends(settings, age, ends):
    settings.TALK_MAX_CALL_DURATION = 3600
    room = RoomFactory(with_call=True, call_started_at=timezone.now() - timedelta(seconds=age))
    session = SessionFactory(attendee__room=room, calling=True)

    counts = clean_up(room)

    session.refresh_from_db()
    assert counts == NOTHING | {"calls": int(ends)}
    assert (session.in_call == 0) is ends


def test_a_room_that_is_gone_cannot_be_cleaned_up(neglected):
    Room.objects.all().delete()

    with pytest.raises(errors.RoomNotFound):
        clean_up(neglected)
