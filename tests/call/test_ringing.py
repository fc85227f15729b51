"""What a client that rings should do now (call.md §7)."""

from datetime import timedelta

import pytest

from talk import ringing
from talk.constants import ActorType, LobbyState, Ringing
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

GOES_ON, MISSED, DISMISSED = Ringing.GOES_ON, Ringing.MISSED, Ringing.DISMISSED


@pytest.fixture
def room(db):
    """A room whose call somebody else is in."""
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    return room


def seated(room, **fields):
    return AttendeeFactory(room=room, user__username="bob", **fields)


def test_the_numbers_are_those_of_the_wire():
    assert [(state.name, state.value) for state in Ringing] == [
        ("GOES_ON", 200),
        ("MISSED", 201),
        ("DISMISSED", 404),
    ]


def test_ringing_goes_on_for_whoever_did_not_join(room):
    seated(room)

    assert ringing.state("bob", room.token) == GOES_ON


def test_ringing_is_dismissed_in_an_unknown_room():
    UserFactory(username="bob")

    assert ringing.state("bob", "nowhere0") == DISMISSED


def test_ringing_is_dismissed_for_whoever_has_no_seat(room):
    AttendeeFactory(user__username="bob")

    assert ringing.state("bob", room.token) == DISMISSED


@pytest.mark.parametrize("actor_type", [ActorType.GUESTS, ActorType.EMAILS, ActorType.GROUPS])
def test_ringing_is_dismissed_for_a_namesake_of_another_kind(room, actor_type):
    AttendeeFactory(room=room, user=None, actor_type=actor_type, actor_id="bob", display_name="")

    assert ringing.state("bob", room.token) == DISMISSED


def test_ringing_ends_with_the_call():
    room = RoomFactory()
    seated(room)

    assert ringing.state("bob", room.token) == MISSED


@pytest.mark.parametrize(
    ("age", "state"), [(0, GOES_ON), (31, GOES_ON), (99, GOES_ON), (101, MISSED)]
)
def test_ringing_ends_with_the_last_one_who_was_there(age, state):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=age)
    seated(room)

    assert ringing.state("bob", room.token) == state


@pytest.mark.parametrize(
    ("age", "flags", "state"),
    [
        (0, 7, DISMISSED),
        (0, 8, DISMISSED),
        (60, 7, DISMISSED),
        (99, 1, DISMISSED),
        (101, 7, GOES_ON),
        (0, 0, GOES_ON),
    ],
)
def test_ringing_is_dismissed_for_whoever_is_in_the_call(room, age, flags, state):
    SessionFactory(attendee=seated(room), age=age, in_call=flags)

    assert ringing.state("bob", room.token) == state


def test_ringing_is_dismissed_when_any_device_is_in_the_call(room):
    attendee = seated(room)
    SessionFactory(attendee=attendee, holder="phone")
    SessionFactory(attendee=attendee, holder="laptop", calling=True)

    assert ringing.state("bob", room.token) == DISMISSED


def test_ringing_goes_on_while_a_call_elsewhere_is_joined(room):
    attendee = seated(room)
    elsewhere = AttendeeFactory(room=RoomFactory(with_call=True), user=attendee.user)
    SessionFactory(attendee=elsewhere, calling=True)

    assert ringing.state("bob", room.token) == GOES_ON


@pytest.mark.parametrize(
    ("call_began", "last_joined", "state"),
    [
        (10, None, GOES_ON),
        (10, 11, GOES_ON),
        (10, 10, GOES_ON),
        (10, 9, DISMISSED),
        (60, 5, DISMISSED),
        (61, 5, GOES_ON),
        (61, 70, GOES_ON),
    ],
)
def test_ringing_of_whoever_joined_and_left(room, now, call_began, last_joined, state):
    room.call_started_at = now - timedelta(seconds=call_began)
    room.save()
    seated(
        room,
        last_joined_call=None if last_joined is None else now - timedelta(seconds=last_joined),
    )

    assert ringing.state("bob", room.token) == state


def test_ringing_asks_neither_lobby_nor_read_only_nor_the_start_rule(room, settings):
    settings.TALK_START_CALLS = 3
    room.lobby_state = LobbyState.NON_MODERATORS_WAIT
    room.read_only = True
    room.save()
    seated(room, permissions=1)

    assert ringing.state("bob", room.token) == GOES_ON


def test_ringing_is_cheap_to_ask(room, django_assert_num_queries):
    seated(room)

    with django_assert_num_queries(2):
        ringing.state("bob", room.token)


def test_ringing_is_cheap_to_ask_of_a_stranger(room, django_assert_num_queries):
    with django_assert_num_queries(1):
        ringing.state("bob", room.token)


def test_ringing_writes_nothing(room, stored):
    SessionFactory(attendee__room=room, calling=True, age=1000)
    seated(room)
    before = stored()

    ringing.state("bob", room.token)

    assert stored() == before
