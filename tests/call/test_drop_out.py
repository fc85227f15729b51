"""Other ways out of a call, and what they mean for the call (call.md §5.2)."""

import pytest

from talk import participant
from talk import session as sessions
from talk.actor import Actor
from talk.cleanup import clean_up
from talk.constants import ParticipantType
from talk.models import Attendee, Session
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def leave_room(session):
    sessions.leave(session)


def log_out(session):
    browser = TalkClient()
    browser.force_login(session.attendee.user)
    browser.hold(session).logout()


def join_room_again(session):
    sessions.enter(session.room, Actor(session.attendee.user, session.holder))


def be_removed(session):
    participant.remove(session.attendee)


def give_up_the_seat(session):
    participant.leave_for_good(session.attendee)


WAYS_OUT = [leave_room, log_out, join_room_again, be_removed, give_up_the_seat]


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_last_one_who_drops_out_ends_the_call(told_names, way_out):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True)
    session = SessionFactory(attendee__room=room, calling=True)

    names = told_names(way_out, session)

    room.refresh_from_db()
    assert names[:2] == ["call_left", "call_ended"]
    assert (room.call_started_at, room.call_flags) == (None, 0)
    assert Session.objects.filter(pk=session.pk).exists() is False


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_call_of_the_others_goes_on(told_names, way_out):
    room = RoomFactory(with_call=True)
    other = SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    session = SessionFactory(attendee__room=room, calling=True)

    names = told_names(way_out, session)

    room.refresh_from_db()
    other.refresh_from_db()
    assert [name for name in names if name.startswith("call_")] == ["call_left"]
    assert (room.has_call, other.in_call) == (True, 7)
    assert Session.objects.filter(pk=session.pk).exists() is False


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_whoever_was_not_in_the_call_does_not_leave_it(told_names, way_out):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)

    names = told_names(way_out, SessionFactory(attendee__room=room))

    assert [name for name in names if name.startswith("call_")] == []


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_call_of_those_who_fell_silent_ends(told_names, way_out):
    room = RoomFactory(with_call=True)
    silent = SessionFactory(attendee__room=room, attendee__owner=True, calling=True, age=60)
    session = SessionFactory(attendee__room=room, calling=True)

    names = told_names(way_out, session)

    silent.refresh_from_db()
    assert [name for name in names if name.startswith("call_")] == [
        "call_left",
        "call_left",
        "call_ended",
    ]
    assert silent.in_call == 0


@pytest.mark.parametrize("way_out", [leave_room, log_out, join_room_again])
def test_ones_other_device_stays_in_the_call(way_out):
    phone = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop", calling=True)

    way_out(laptop)

    phone.refresh_from_db()
    assert phone.in_call == 7


@pytest.mark.parametrize("way_out", [be_removed, give_up_the_seat])
def test_all_devices_of_somebody_without_a_seat_are_out(way_out):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    phone = SessionFactory(attendee__room=room, calling=True)
    SessionFactory(attendee=phone.attendee, holder="laptop", calling=True)

    way_out(phone)

    assert Session.objects.filter(attendee=phone.attendee_id).exists() is False


def test_logout_leaves_the_calls_of_all_rooms():
    hers = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    there = SessionFactory(
        attendee__room=RoomFactory(with_call=True),
        attendee__user=hers.attendee.user,
        calling=True,
    )

    log_out(hers)

    there.room.refresh_from_db()
    assert there.room.call_started_at is None
    assert Session.objects.exists() is False


def test_joining_the_room_again_gives_a_session_outside_the_call():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    join_room_again(session)

    again = Session.objects.get()
    assert (again.in_call, again.attendee) == (0, session.attendee)
    assert again.session_id != session.session_id


def test_self_joined_seat_goes_with_its_last_session(told_names):
    room = RoomFactory(public=True, with_call=True)
    session = SessionFactory(
        attendee__room=room,
        attendee__participant_type=ParticipantType.SELF_JOINED,
        calling=True,
    )

    names = told_names(sessions.leave, session)

    assert names == ["call_left", "call_ended", "attendee_removed"]
    assert Attendee.objects.exists() is False


def test_a_ping_that_is_overdue_changes_nothing_by_itself(stored):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=60)
    before = stored()

    clean_up(room)

    assert stored() == before


def test_the_dead_are_cleaned_up(told_names):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    SessionFactory(attendee__room=room, calling=True, age=101)

    names = told_names(clean_up, room)

    room.refresh_from_db()
    assert names == ["call_left", "session_expired"]
    assert (room.has_call, Session.objects.count()) == (True, 1)


def test_cleaning_up_the_last_of_the_dead_ends_their_call(told_names):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)

    names = told_names(clean_up, room)

    room.refresh_from_db()
    assert names == ["call_left", "call_ended", "session_expired"]
    assert (room.call_started_at, room.call_flags) == (None, 0)


def test_whoever_enters_next_clears_the_dead_away(told_names):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)
    newcomer = AttendeeFactory(room=room)

    names = told_names(sessions.enter, room, Actor(newcomer.user, "browser"))

    room.refresh_from_db()
    assert names == ["call_left", "call_ended", "session_expired"]
    assert (room.call_started_at, Session.objects.count()) == (None, 1)
