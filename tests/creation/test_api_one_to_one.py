"""POST /room: rooms of two (rooms.md §2)."""

import pytest
from django.contrib.auth import get_user_model

from talk.models import Room
from tests.conftest import data_of
from tests.creation.asking import URL, answer_of, create, seats
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", [{"invite": "ada"}, {"participants": {"users": ["ada"]}}])
def test_a_one_to_one(client, site, way):
    first, second = (create(client, roomType=1, **way) for _time in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert (data_of(first)["token"], data_of(first)["name"]) == (data_of(second)["token"], "ada")
    assert (Room.objects.count(), seats()) == (1, [])


def test_the_other_one_gets_the_same_room(client, sign_in, site, owner):
    first = create(client, roomType=1, invite="ada")

    second = create(
        sign_in(get_user_model().objects.get(username="ada")), roomType=1, invite="owner"
    )

    assert (second.status_code, data_of(second)["token"]) == (200, data_of(first)["token"])
    assert seats() == [("users", "ada")]


def test_whoever_left_is_back(client, site):
    token = data_of(create(client, roomType=1, invite="ada"))["token"]
    AttendeeFactory(room=Room.objects.get(), owner=True)
    client.delete(f"{URL}/{token}/participants/self")

    response = create(client, roomType=1, invite="ada")

    assert (response.status_code, data_of(response)["participantType"]) == (200, 1)


PEERS = [
    ({"invite": "nobody"}, 404),
    ({"invite": "gone"}, 404),
    ({"invite": "ADA"}, 404),
    ({"invite": ""}, 404),
    ({}, 404),
    ({"participants": {"users": []}}, 404),
    ({"participants": {"groups": ["Choir"]}}, 404),
    ({"invite": "owner"}, 403),
    ({"participants": {"users": ["owner"]}}, 403),
]


@pytest.mark.parametrize(("way", "status"), PEERS)
def test_there_is_no_such_one_to_one(client, site, way, status):
    response = create(client, roomType=1, **way)

    assert answer_of(response) == (status, {"error": "invite"})
    assert Room.objects.count() == 0
