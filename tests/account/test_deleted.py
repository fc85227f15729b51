"""An account that is deleted leaves its rooms in order (issue: participants; constants.md,
room type 5)."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from talk import call, group, peers
from talk import room as rooms
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Notification, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4"
WAYS = {
    "one": lambda user: user.delete(),
    "many": lambda user: get_user_model().objects.filter(pk=user.pk).delete(),
}


@pytest.fixture
def told_names(heard, django_capture_on_commit_callbacks):
    def do(act, *arguments, **named):
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return [name for name, _arguments in heard]

    return do


@pytest.fixture
def pair():
    """A one-to-one that both people have a seat in: the room, Ada, and Bob."""
    ada, bob = (UserFactory(username=name, first_name=name.title()) for name in ("ada", "bob"))
    room, _created = rooms.create_one_to_one(ada, bob)
    AttendeeFactory(room=room, user=bob, owner=True)
    return room, ada, bob


def state(room):
    room.refresh_from_db()
    return {
        "type": room.type,
        "name": room.name,
        "pair": room.pair,
        "read_only": room.read_only,
        "in call": room.call_started_at is not None,
    }


FORMER = {
    "type": RoomType.FORMER_ONE_TO_ONE,
    "name": "Ada Last",
    "pair": None,
    "read_only": True,
    "in call": False,
}


# Rooms of many.


@pytest.mark.parametrize("way", WAYS)
def test_the_seat_goes(way, told_names):
    seat = SessionFactory().attendee
    kept = AttendeeFactory(room=seat.room)

    names = told_names(WAYS[way], seat.user)

    assert (list(seat.room.attendees.all()), Session.objects.count()) == ([kept], 0)
    assert names == ["attendee_removed"]


def test_the_room_stays_as_it_is_otherwise():
    seat = AttendeeFactory(owner=True)
    AttendeeFactory(room=seat.room)
    before = Room.objects.values().get()

    seat.user.delete()

    after = Room.objects.values().get()
    moving = {"last_activity": 0, "revision": 0}
    assert after | moving == before | moving


@pytest.mark.parametrize("left", ["nobody", "guest", "group"])
def test_a_room_without_any_user_goes(left, told_names):
    seat = AttendeeFactory(room=RoomFactory(public=True))
    if left == "guest":
        SessionFactory(attendee=AttendeeFactory(guest=True, room=seat.room))
    if left == "group":
        group.add(seat.room, Group.objects.create(name="Choir"))

    names = told_names(seat.user.delete)

    assert (Room.objects.count(), Attendee.objects.count(), Session.objects.count()) == (0, 0, 0)
    assert names == ["attendee_removed", "room_deleted"]


@pytest.mark.parametrize("role", [ParticipantType.USER, ParticipantType.SELF_JOINED])
def test_a_room_with_another_user_stays(role):
    seat = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    other = AttendeeFactory(room=seat.room, participant_type=role)

    seat.user.delete()

    assert list(Attendee.objects.all()) == [other]


def test_all_rooms_are_left(told_names):
    user = UserFactory()
    seats = [AttendeeFactory(user=user) for _ in range(3)]
    AttendeeFactory(room=seats[1].room)

    names = told_names(user.delete)

    assert list(Room.objects.all()) == [seats[1].room]
    assert names == [
        "attendee_removed", "room_deleted",
        "attendee_removed",
        "attendee_removed", "room_deleted",
    ]  # fmt: skip


def test_somebody_without_a_room_simply_goes(told_names):
    assert told_names(UserFactory().delete) == []


# In the middle of a call.


def test_the_call_goes_on_without_them(told_names):
    room = RoomFactory(with_call=True)
    gone, there = (SessionFactory(attendee__room=room, calling=True) for _ in range(2))

    names = told_names(gone.attendee.user.delete)

    room.refresh_from_db()
    assert (room.has_call, [row[4] for row in peers.in_call(room)]) == (True, [there.session_id])
    assert names == ["call_left", "attendee_removed"]


def test_the_call_ends_with_the_last_one(told_names):
    room = RoomFactory(with_call=True)
    gone = SessionFactory(attendee__room=room, calling=True)
    AttendeeFactory(room=room)

    names = told_names(gone.attendee.user.delete)

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)
    assert names == ["call_left", "call_ended", "attendee_removed"]


def test_the_others_hear_a_defined_answer(sign_in):
    room = RoomFactory(with_call=True)
    gone, there = (SessionFactory(attendee__room=room, calling=True) for _ in range(2))
    client, ghost = sign_in(there), sign_in(gone)

    gone.attendee.user.delete()

    peers = client.get(f"{BASE}/call/{room.token}")
    assert [peer["sessionId"] for peer in data_of(peers)] == [there.session_id]
    assert client.delete(f"{BASE}/call/{room.token}").status_code == 200
    assert ghost.get(f"{BASE}/call/{room.token}").status_code == 404


# One-to-one.


@pytest.mark.parametrize("way", WAYS)
def test_a_one_to_one_becomes_former(pair, way, told_names):
    room, ada, bob = pair

    names = told_names(WAYS[way], ada)

    assert state(room) == FORMER
    assert [(seat.user, seat.participant_type) for seat in room.attendees.all()] == [(bob, 1)]
    assert names == ["room_changed", "attendee_removed"]


def test_whoever_never_saw_the_room_leaves_it_former():
    ada, bob = (UserFactory(username=name, first_name=name.title()) for name in ("ada", "bob"))
    room, _created = rooms.create_one_to_one(bob, ada)

    ada.delete()

    assert state(room) == FORMER
    assert room.attendees.get().user == bob


def test_a_room_that_nobody_else_saw_goes():
    ada, bob = UserFactory(), UserFactory()
    rooms.create_one_to_one(ada, bob)

    ada.delete()

    assert Room.objects.count() == 0


def test_one_to_ones_of_others_stay(pair):
    room, ada, bob = pair
    others = [
        rooms.create_one_to_one(bob, UserFactory(username=name))[0]
        for name in ("ada2", "a_a", "ADA-LOVELACE")
    ]

    ada.delete()

    assert {other.type for other in Room.objects.exclude(pk=room.pk)} == {RoomType.ONE_TO_ONE}
    assert len(others) == 3


def test_ids_tell_upper_from_lower_case(pair):
    room, ada, _bob = pair
    other = RoomFactory(type=RoomType.ONE_TO_ONE, name='["ADA", "bob"]')

    ada.delete()

    other.refresh_from_db()
    assert (other.type, room.attendees.count()) == (RoomType.ONE_TO_ONE, 1)


def test_the_end_of_a_one_to_one_ends_its_call(pair, heard, django_capture_on_commit_callbacks):
    room, ada, _bob = pair
    sessions = {
        seat.actor_id: SessionFactory(attendee=seat) for seat in room.attendees.order_by("pk")
    }
    for session in sessions.values():
        call.join(session)
    heard.clear()

    with django_capture_on_commit_callbacks(execute=True):
        ada.delete()

    assert state(room) == FORMER
    assert list(room.sessions.values_list("session_id", "in_call")) == [
        (sessions["bob"].session_id, 0)
    ]
    told = [(name, said) for name, said in heard if name.startswith("call")]
    assert [name for name, _said in told] == ["call_left", "call_left", "call_ended"]
    assert (told[-1][1]["reason"], told[-1][1]["users"]) == ("ended", ["ada", "bob"])


def test_nobody_is_trapped_in_the_call_of_a_former_one_to_one(pair, sign_in):
    room, ada, bob = pair
    session = SessionFactory(attendee=room.attendees.get(user=bob))
    client = sign_in(session)
    client.post(f"{BASE}/call/{room.token}")

    ada.delete()

    shown = data_of(client.get(f"{BASE}/room/{room.token}"))
    assert (shown["hasCall"], shown["participantFlags"]) == (False, 0)
    assert client.post(f"{BASE}/call/{room.token}").status_code == 403


def test_a_former_one_to_one_bears_the_name_of_who_is_gone(pair, sign_in):
    room, ada, bob = pair

    ada.delete()

    shown = data_of(sign_in(bob).get(f"{BASE}/room/{room.token}"))
    assert {key: shown[key] for key in ("type", "name", "displayName", "readOnly")} == {
        "type": 5,
        "name": "Ada Last",
        "displayName": "Ada Last",
        "readOnly": 1,
    }


def test_a_new_account_of_the_same_name_gets_a_new_one_to_one(pair):
    room, ada, bob = pair
    ada.delete()

    again, created = rooms.create_one_to_one(bob, UserFactory(username="ada"))

    assert (created, again.pk == room.pk) == (True, False)


def test_the_former_room_goes_with_the_other_one(pair):
    _room, ada, bob = pair
    ada.delete()

    bob.delete()

    assert Room.objects.count() == 0


# Notifications.


def test_what_they_were_told_goes_and_what_they_said_stays(sign_in):
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    seats = [AttendeeFactory(user=user, owner=True) for user in (ada, bob)]
    AttendeeFactory(room=seats[0].room, user=bob)
    Notification.objects.create(user=ada, room=seats[1].room, kind="room", sender_id="bob")
    said = Notification.objects.create(user=bob, room=seats[0].room, kind="call", sender_id="ada")

    ada.delete()

    assert list(Notification.objects.all()) == [said]


def test_the_group_of_somebody_deleted_keeps_its_seat():
    choir = Group.objects.create(name="Choir")
    ada, bob = UserFactory(), UserFactory()
    choir.user_set.add(ada, bob)
    room = RoomFactory()
    group.add(room, choir)

    ada.delete()

    assert sorted(room.attendees.values_list("actor_id", flat=True)) == ["Choir", bob.username]
