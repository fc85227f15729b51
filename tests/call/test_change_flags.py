"""Changing flags inside the call (call.md §4)."""

import pytest

from talk import call, errors
from talk.constants import CallFlag
from talk.models import Attendee, Session
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

AUDIO, VIDEO = 16, 32


@pytest.mark.parametrize("wanted", [1, 3, 5, 7, 9, 11, 13, 15])
@pytest.mark.parametrize("permissions", [1, 1 | AUDIO, 1 | VIDEO, 1 | AUDIO | VIDEO])
def test_change_drops_what_may_not_be_published(permissions, wanted):
    session = SessionFactory(
        attendee__room=RoomFactory(with_call=True), attendee__permissions=permissions, in_call=1
    )

    call.change_flags(session, wanted)

    session.refresh_from_db()
    dropped = (0 if permissions & AUDIO else 2) | (0 if permissions & VIDEO else 4)
    assert session.in_call == wanted & ~dropped


def test_change_is_told(told):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    events = told(call.change_flags, session, 1)

    arguments = {"room": session.room, "session": session, "previous": CallFlag(7)}
    assert events == [("call_flags_changed", arguments)]
    assert events[0][1]["session"].in_call == 1


def test_change_to_the_same_is_not_told(told_names):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    assert told_names(call.change_flags, session, 7) == []


def test_change_touches_the_session_alone(stored):
    room = RoomFactory(with_call=True, call_flags=1)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, in_call=1, age=10)
    rooms, attendees, sessions = stored()

    call.change_flags(session, 15)

    sessions = [row | {"in_call": 15} if row["id"] == session.pk else row for row in sessions]
    assert stored() == [rooms, attendees, sessions]


@pytest.mark.parametrize("before", [0, 2, 4, 6, 8, 14])
def test_change_is_refused_to_a_session_that_is_not_in_the_call(told, stored, before):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), in_call=before)
    rows = stored()

    with pytest.raises(errors.NotInCall) as refusal:
        told(call.change_flags, session, 7)

    assert (refusal.value.status, refusal.value.data) == (400, None)
    assert stored() == rows


@pytest.mark.parametrize("wanted", [0, 2, 4, 6, 8, 14])
def test_change_to_flags_without_the_first_bit_is_refused(told, heard, stored, wanted):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    rows = stored()

    with pytest.raises(errors.NotInCall) as refusal:
        told(call.change_flags, session, wanted)

    assert (refusal.value.status, refusal.value.data) == (400, None)
    assert stored() == rows
    assert heard == []


def test_change_is_fine_for_a_session_that_was_silent_for_a_while():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True, age=60)

    call.change_flags(session, 1)

    session.refresh_from_db()
    assert session.in_call == 1


def test_change_is_refused_to_a_dead_session():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True, age=101)

    with pytest.raises(errors.NoSession):
        call.change_flags(session, 1)


def test_change_goes_by_what_is_so_now():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    Session.objects.filter(pk=session.pk).update(in_call=0)

    with pytest.raises(errors.NotInCall):
        call.change_flags(session, 1)


def test_new_permissions_count_from_the_next_change_on():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    Attendee.objects.filter(pk=session.attendee_id).update(permissions=1)

    session.refresh_from_db()
    untouched = session.in_call
    call.change_flags(session, 7)

    session.refresh_from_db()
    assert (untouched, session.in_call) == (7, 1)


def test_change_works_where_calls_are_switched_off(settings):
    settings.TALK_START_CALLS = 3
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    call.change_flags(session, 1)

    session.refresh_from_db()
    assert session.in_call == 1
