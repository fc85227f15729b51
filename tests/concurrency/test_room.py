"""Browsers enter and leave a room at once, and people make rooms at once."""

from functools import partial

import pytest

from talk import errors, participant
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

CROWD = 50
ROUNDS = 3


def come_and_go(room, actor):
    """Enter and leave a room, several times."""
    for _turn in range(ROUNDS):
        sessions.leave(sessions.enter(room, actor))


def failures(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_guests_come_and_go(together, count):
    room = RoomFactory(public=True)
    guests = [Actor(user=None, holder=f"browser-{n}") for n in range(CROWD)]

    outcomes = together(*(partial(come_and_go, room, guest) for guest in guests))

    assert failures(outcomes) == []
    assert Session.objects.filter(room=room).count() == 0
    assert room.attendees.count() == count("attendee_added") == CROWD


def test_users_come_and_go(together, count):
    room = RoomFactory(public=True)
    visitors = [Actor(user=UserFactory(), holder=f"browser-{n}") for n in range(20)]

    outcomes = together(*(partial(come_and_go, room, visitor) for visitor in visitors))

    assert failures(outcomes) == []
    assert (Session.objects.count(), Attendee.objects.count()) == (0, 0)
    assert count("attendee_added") == count("attendee_removed") == 20 * ROUNDS


@pytest.mark.parametrize("account", [True, False], ids=["user", "guest"])
def test_one_browser_entering_often_has_one_session(together, account):
    room = RoomFactory(public=True)
    actor = Actor(user=UserFactory() if account else None, holder="one-browser")

    outcomes = together(*(partial(sessions.enter, room, actor) for _ in range(20)))

    assert failures(outcomes) == []
    assert (room.sessions.count(), room.attendees.count()) == (1, 1)


def test_many_browsers_of_one_user_share_a_seat(together):
    room, user = RoomFactory(public=True), UserFactory()

    outcomes = together(
        *(partial(sessions.enter, room, Actor(user, holder=f"device-{n}")) for n in range(20))
    )

    assert failures(outcomes) == []
    assert (room.sessions.count(), room.attendees.count()) == (20, 1)


def test_both_of_a_pair_make_one_room(together, count):
    alice, bob = UserFactory(), UserFactory()

    outcomes = together(
        *(partial(rooms.create_one_to_one, *pair) for pair in [(alice, bob), (bob, alice)] * 5)
    )

    assert failures(outcomes) == []
    assert {room.pk for room, _created in outcomes} == {Room.objects.get().pk}
    assert [created for _room, created in outcomes].count(True) == count("room_created") == 1
    assert sorted(Attendee.objects.values_list("actor_id", flat=True)) == sorted(
        [alice.username, bob.username]
    )


def test_rooms_made_at_once_have_tokens_of_their_own(together, count):
    owners = UserFactory.create_batch(20)

    outcomes = together(*(partial(rooms.create, name="Room", owner=owner) for owner in owners))

    assert failures(outcomes) == []
    assert Room.objects.count() == count("room_created") == 20


def test_one_user_added_often_has_one_seat(together, count):
    room, user = RoomFactory(), UserFactory()

    outcomes = together(*(partial(participant.add_user, room, user) for _ in range(20)))

    assert failures(outcomes) == []
    assert room.attendees.count() == count("attendee_added") == 1


def test_deletion_meets_those_who_enter(together):
    room = RoomFactory(public=True)
    guests = [Actor(user=None, holder=f"browser-{n}") for n in range(20)]

    outcomes = together(
        partial(rooms.delete, room), *(partial(sessions.enter, room, guest) for guest in guests)
    )

    assert {type(failure) for failure in failures(outcomes)} <= {errors.RoomNotJoinable}
    assert (Room.objects.count(), Attendee.objects.count(), Session.objects.count()) == (0, 0, 0)


def test_two_moderators_cannot_both_leave_the_others_alone(together):
    room = RoomFactory()
    AttendeeFactory(room=room)
    leaders = AttendeeFactory.create_batch(2, room=room, moderator=True)

    outcomes = together(*(partial(participant.leave_for_good, leader) for leader in leaders))

    assert [type(failure) for failure in failures(outcomes)] == [errors.LastModerator]
    assert room.attendees.moderators().count() == 1


def test_last_two_of_a_room_take_it_along(together, count):
    room = RoomFactory()
    seats = AttendeeFactory.create_batch(2, room=room, moderator=True)

    outcomes = together(*(partial(participant.leave_for_good, seat) for seat in seats))

    assert failures(outcomes) == []
    assert (Room.objects.count(), count("room_deleted")) == (0, 1)


def test_logout_meets_the_same_browser_entering(together):
    room, user = RoomFactory(public=True), UserFactory()
    actor = Actor(user, holder="one-browser")
    sessions.enter(room, actor)

    outcomes = together(
        partial(sessions.leave_everywhere, "one-browser"),
        *(partial(sessions.enter, room, actor) for _ in range(5)),
    )

    assert failures(outcomes) == []
    assert room.sessions.count() <= 1
