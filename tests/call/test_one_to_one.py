"""Calls between two people: who is called back, and when they end (call.md §3.4)."""

import pytest

from talk import call, errors
from talk.constants import ParticipantType, RoomType
from talk.models import Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory


@pytest.fixture
def alice(db):
    return UserFactory(username="alice")


@pytest.fixture
def bob(db):
    return UserFactory(username="bob", first_name="Bob", last_name="Marley")


def pair_room(**fields):
    return RoomFactory(
        **{"type": RoomType.ONE_TO_ONE, "name": Room.pair_name(["alice", "bob"])} | fields
    )


def seats(room):
    fields = ["actor_type", "actor_id", "user", "display_name", "participant_type"]
    return list(room.attendees.order_by("pk").values_list(*fields))


def test_call_brings_back_whoever_has_no_seat(told, alice, bob):
    room = pair_room()
    caller = AttendeeFactory(room=room, user=alice, owner=True)

    events = told(call.join, SessionFactory(attendee=caller))

    assert seats(room)[1:] == [("users", "bob", bob.pk, "Bob Marley", ParticipantType.OWNER)]
    assert [name for name, _arguments in events] == [
        "attendee_added",
        "call_started",
        "call_joined",
    ]
    assert events[0][1]["attendee"].actor_id == "bob"


def test_call_brings_back_at_a_later_join_too(alice, bob):
    room = pair_room(with_call=True)
    caller = AttendeeFactory(room=room, user=alice, owner=True)
    SessionFactory(attendee=caller, calling=True, holder="phone")

    call.join(SessionFactory(attendee=caller, holder="laptop"))

    assert [seat[1] for seat in seats(room)] == ["alice", "bob"]


def test_call_leaves_the_seats_that_are_there(alice, bob):
    room = pair_room()
    caller = AttendeeFactory(room=room, user=alice, owner=True)
    AttendeeFactory(room=room, user=bob, display_name="Robert", is_favorite=True)
    before = seats(room)

    call.join(SessionFactory(attendee=caller))

    assert seats(room) == before


def test_call_brings_back_nobody_whose_account_is_gone(alice):
    room = pair_room()

    call.join(SessionFactory(attendee=AttendeeFactory(room=room, user=alice, owner=True)))

    assert [seat[1] for seat in seats(room)] == ["alice"]


def test_call_brings_back_nobody_whose_account_is_inactive(alice, bob):
    bob.is_active = False
    bob.save()
    room = pair_room()

    call.join(SessionFactory(attendee=AttendeeFactory(room=room, user=alice, owner=True)))

    assert [seat[1] for seat in seats(room)] == ["alice"]


@pytest.mark.parametrize("room_type", [RoomType.GROUP, RoomType.PUBLIC])
def test_call_brings_back_nobody_elsewhere(alice, bob, room_type):
    room = pair_room(type=room_type)

    call.join(SessionFactory(attendee=AttendeeFactory(room=room, user=alice)))

    assert [seat[1] for seat in seats(room)] == ["alice"]


@pytest.mark.parametrize("name", ["", "no list", '{"alice": "bob"}', "7", "[]", "[1, null]", "["])
def test_call_survives_a_broken_name(alice, bob, name):
    room = pair_room(name=name)
    session = SessionFactory(attendee=AttendeeFactory(room=room, user=alice, owner=True))

    call.join(session)

    assert [seat[1] for seat in seats(room)] == ["alice"]


@pytest.mark.usefixtures("bob")
def test_refused_call_brings_back_nobody(told_names, heard, settings, stored, alice):
    settings.TALK_START_CALLS = 2
    room = pair_room()
    session = SessionFactory(attendee=AttendeeFactory(room=room, user=alice))
    before = stored()

    with pytest.raises(errors.StartForbidden):
        told_names(call.join, session)

    assert stored() == before
    assert heard == []


def test_call_goes_on_when_one_of_two_leaves(alice, bob):
    room = pair_room()
    hers = SessionFactory(attendee=AttendeeFactory(room=room, user=alice, owner=True))
    his = SessionFactory(attendee=AttendeeFactory(room=room, user=bob, owner=True))
    call.join(hers)
    call.join(his)

    call.leave(hers)

    room.refresh_from_db()
    assert room.has_call is True
