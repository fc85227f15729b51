"""room.create_one_to_one: one room for each pair of people (rooms.md §2)."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from talk import errors
from talk import room as rooms
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return UserFactory(username="ada")


@pytest.fixture
def bob():
    return UserFactory(username="bob")


def test_a_pair_has_a_room_named_after_both(ada, bob):
    room, created = rooms.create_one_to_one(bob, ada)

    room.refresh_from_db()
    assert created is True
    assert (room.type, room.name) == (RoomType.ONE_TO_ONE, '["ada", "bob"]')
    assert room.user_ids == ["ada", "bob"]


def test_only_the_creator_gets_a_seat_as_owner(ada, bob):
    rooms.create_one_to_one(ada, bob)

    seat = Attendee.objects.get()
    assert (seat.user, seat.participant_type) == (ada, ParticipantType.OWNER)


def test_both_get_the_same_room(ada, bob):
    first, _created = rooms.create_one_to_one(ada, bob)
    second, created = rooms.create_one_to_one(bob, ada)

    assert (second, created) == (first, False)
    assert Room.objects.count() == 1
    assert set(Attendee.objects.values_list("actor_id", flat=True)) == {"ada", "bob"}


def test_creating_again_changes_nothing(ada, bob, django_capture_on_commit_callbacks, heard):
    rooms.create_one_to_one(ada, bob)

    with django_capture_on_commit_callbacks(execute=True):
        _room, created = rooms.create_one_to_one(ada, bob)

    assert created is False
    assert Attendee.objects.count() == 1
    assert heard == []


def test_who_left_is_back_after_creating_again(ada, bob):
    room, _created = rooms.create_one_to_one(ada, bob)
    Attendee.objects.all().delete()

    again, created = rooms.create_one_to_one(ada, bob)

    assert (again, created) == (room, False)
    assert Attendee.objects.get().participant_type == ParticipantType.OWNER


@pytest.mark.parametrize("peers", [["carl", "dora"], ["ad", "abob"], ['ada", "', "ob"]])
def test_each_pair_has_a_room_of_its_own(ada, bob, peers):
    room, _created = rooms.create_one_to_one(ada, bob)

    other, _created = rooms.create_one_to_one(*[UserFactory(username=name) for name in peers])

    assert other != room


def test_nobody_talks_to_themself(ada):
    with pytest.raises(errors.InviteForbidden):
        rooms.create_one_to_one(ada, ada)

    assert not Room.objects.exists()


def test_a_new_pair_is_told_of(ada, bob, django_capture_on_commit_callbacks, heard):
    with django_capture_on_commit_callbacks(execute=True):
        room, _created = rooms.create_one_to_one(ada, bob)

    seat = Attendee.objects.get()
    assert heard == [
        ("room_created", {"room": room, "owner": ada}),
        ("attendee_added", {"room": room, "attendee": seat, "by": None}),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_create_at_once_get_one_room():
    UserFactory(username="ada")
    UserFactory(username="bob")
    barrier = threading.Barrier(2, timeout=30)
    results = []

    def create(user_id, peer_id):
        users = get_user_model().objects.in_bulk([user_id, peer_id], field_name="username")
        barrier.wait()
        results.append(rooms.create_one_to_one(users[user_id], users[peer_id]))
        connection.close()

    threads = [
        threading.Thread(target=create, args=pair) for pair in [("ada", "bob"), ("bob", "ada")]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Room.objects.count() == 1
    assert {room for room, _created in results} == {Room.objects.get()}
    assert sorted(created for _room, created in results) == [False, True]
    assert Attendee.objects.count() == 2
