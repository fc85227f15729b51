"""Leaving the call (call.md §5)."""

import pytest

from talk import call, errors
from talk.constants import RoomType
from talk.models import Session
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_leave_takes_the_session_out_of_the_call():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, calling=True)

    call.leave(session)

    session.refresh_from_db()
    assert session.in_call == 0


def test_leave_leaves_everything_else(stored):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, calling=True)
    rooms, attendees, sessions = stored()

    call.leave(session)

    sessions[1] = sessions[1] | {"in_call": 0}
    assert stored() == [rooms, attendees, sessions]


def test_leave_is_told(told):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, in_call=2)

    assert told(call.leave, session) == [("call_left", {"room": room, "session": session})]


def test_last_leave_is_told_before_the_end(told_names):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    assert told_names(call.leave, session) == ["call_left", "call_ended"]


@pytest.mark.parametrize(
    ("age", "flags", "goes_on"),
    [
        (0, 7, True),
        (0, 1, True),
        (0, 8, True),
        (29, 2, True),
        (0, 0, False),
        (31, 7, False),
        (99, 7, False),
        (101, 7, False),
    ],
)
def test_call_goes_on_while_somebody_fresh_is_in_it(age, flags, goes_on):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, age=age, in_call=flags)
    session = SessionFactory(attendee__room=room, calling=True)

    call.leave(session)

    room.refresh_from_db()
    assert (room.call_started_at is not None) is goes_on
    assert (room.call_flags != 0) is goes_on


def test_ones_other_device_keeps_the_call_alive():
    phone = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop", calling=True)

    call.leave(laptop)

    phone.refresh_from_db()
    phone.room.refresh_from_db()
    assert (phone.in_call, phone.room.has_call) == (7, True)


def test_somebody_in_another_call_does_not_keep_this_one_alive():
    SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    call.leave(session)

    session.room.refresh_from_db()
    assert session.room.call_started_at is None


def test_leave_by_somebody_who_is_not_in_the_call_changes_nothing(told, stored):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room)
    before = stored()

    events = told(call.leave, session)

    assert events == []
    assert stored() == before


def test_leave_without_a_call_changes_nothing(told, stored):
    session = SessionFactory()
    before = stored()

    events = told(call.leave, session)

    assert events == []
    assert stored() == before


def test_leave_by_somebody_who_is_not_in_the_call_ends_one_that_fell_silent(told_names):
    room = RoomFactory(with_call=True)
    silent = SessionFactory(attendee__room=room, calling=True, age=60)

    names = told_names(call.leave, SessionFactory(attendee__room=room))

    silent.refresh_from_db()
    room.refresh_from_db()
    assert names == ["call_left", "call_ended"]
    assert (silent.in_call, room.call_started_at) == (0, None)


def test_leave_may_be_repeated(told_names):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    call.leave(session)

    assert told_names(call.leave, session) == []


@pytest.mark.parametrize(
    "room_type", [RoomType.CHANGELOG, RoomType.FORMER_ONE_TO_ONE, RoomType.NOTE_TO_SELF]
)
def test_leave_is_fine_where_there_are_no_calls(room_type):
    session = SessionFactory(attendee__room=RoomFactory(type=room_type), calling=True)

    call.leave(session)

    session.refresh_from_db()
    assert session.in_call == 0


def test_leave_is_refused_to_a_dead_session():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True, age=101)

    with pytest.raises(errors.NoSession) as refusal:
        call.leave(session)

    assert (refusal.value.status, refusal.value.data) == (404, None)


def test_leave_is_refused_to_a_session_that_was_ended_meanwhile():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    Session.objects.filter(pk=session.pk).delete()

    with pytest.raises(errors.NoSession):
        call.leave(session)
