"""POST /room: who is in the new room from the start (rooms.md §2)."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail

from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room
from tests.conftest import data_of
from tests.creation.asking import answer_of, create, seats

pytestmark = pytest.mark.django_db


SOME_UNKNOWN = [
    # invited: seats, unknown
    ({"users": ["ada", "nobody"]}, [("users", "ada")], {"users": ["nobody"]}),
    ({"users": ["ada", "gone"]}, [("users", "ada")], {"users": ["gone"]}),
    ({"users": ["ADA", "ada"]}, [("users", "ada")], {"users": ["ADA"]}),
    ({"users": ["ada"], "groups": ["Nobody"]}, [("users", "ada")], {"groups": ["Nobody"]}),
    ({"users": ["ada"], "groups": ["empty"]}, [("users", "ada")], {"groups": ["empty"]}),
    (
        {"users": ["nobody"], "groups": ["Empty"]},
        [("groups", "Empty")],
        {"users": ["nobody"]},
    ),
    (
        {
            "users": ["ada"],
            "federated_users": ["ada@example.org"],
            "phones": ["+4912345"],
            "teams": ["red"],
        },
        [("users", "ada")],
        {"federated_users": ["ada@example.org"], "phones": ["+4912345"], "teams": ["red"]},
    ),
]


@pytest.mark.parametrize(("participants", "expected", "unknown"), SOME_UNKNOWN)
def test_who_is_unknown_is_named(client, site, participants, expected, unknown):
    response = create(client, roomName="Room", participants=participants)

    assert response.status_code == 202
    assert data_of(response)["invalidParticipants"] == unknown
    assert seats() == expected


def test_addresses_are_invited_by_mail(client, site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = create(
            client,
            roomName="Room",
            password="sesame open",
            participants={"users": ["ada"], "emails": ["gina@example.org", "hal@example.org"]},
        )

    made = data_of(response)
    assert (response.status_code, "invalidParticipants" in made) == (201, False)
    assert (made["type"], made["hasPassword"]) == (RoomType.PUBLIC, True)
    guests = Attendee.objects.filter(actor_type="emails").order_by("pk")
    assert [guest.invited_address for guest in guests] == ["gina@example.org", "hal@example.org"]
    assert [message.to[0] for message in mail.outbox] == ["gina@example.org", "hal@example.org"]
    assert f"http://testserver/call/{made['token']}?access=" in mail.outbox[0].body


def test_what_is_no_address_is_named(client, site):
    response = create(
        client, roomName="Room", participants={"emails": ["gina", "gina@example.org"]}
    )

    assert response.status_code == 202
    assert data_of(response)["invalidParticipants"] == {"emails": ["gina"]}
    assert data_of(response)["type"] == RoomType.PUBLIC


def test_without_any_good_address_there_is_no_room(client, site):
    response = create(client, roomName="Room", participants={"emails": ["gina", "@"]})

    assert answer_of(response) == (404, {"error": "invite"})
    assert (Room.objects.count(), mail.outbox) == (0, [])


def test_whoever_is_invited_twice_is_there_once(client, site):
    response = create(
        client,
        roomName="Room",
        participants={"users": ["bob", "bob", "owner"], "groups": ["Choir", "Choir"]},
    )

    assert response.status_code == 201
    assert seats() == [("groups", "Choir"), ("users", "bob"), ("users", "cleo")]
    assert Attendee.objects.get(actor_id="owner").participant_type == ParticipantType.OWNER


ALL_UNKNOWN = [
    {"participants": {"users": ["nobody"]}},
    {"participants": {"users": ["nobody", ""], "groups": ["Nobody"]}},
    {"participants": {"federated_users": ["ada@example.org"]}},
    {"participants": {"teams": ["red"]}},
    {"participants": {"phones": ["1"]}},
    {"invite": "Nobody"},
    {"invite": "choir"},
    {"invite": "Choir", "source": "circles"},
    {"invite": "Choir", "source": "users"},
]


@pytest.mark.parametrize("parameters", ALL_UNKNOWN)
def test_if_everybody_is_unknown_there_is_no_room(client, site, parameters):
    response = create(client, roomName="Room", **parameters)

    assert answer_of(response) == (404, {"error": "invite"})
    assert Room.objects.count() == 0


# A group, as older clients invite it.


@pytest.mark.parametrize("source", [{}, {"source": ""}, {"source": "groups"}])
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_a_group_is_invited(client, site, source, type_):
    response = create(client, roomType=type_, invite="Choir", **source)

    assert (response.status_code, data_of(response)["name"]) == (201, "Choir")
    assert seats() == [("groups", "Choir"), ("users", "bob"), ("users", "cleo")]


def test_the_name_of_a_group_is_cut(client):
    Group.objects.create(name="x" * 100)

    response = create(client, invite="x" * 100)

    assert data_of(response)["name"] == "x" * 64


def test_a_given_name_comes_first(client, site):
    response = create(client, invite="Choir", roomName="Practice")

    assert data_of(response)["name"] == "Practice"


def test_an_invited_group_saves_the_room_from_unknown_people(client, site):
    response = create(client, invite="Empty", participants={"users": ["nobody"]})

    assert response.status_code == 202
    assert data_of(response)["invalidParticipants"] == {"users": ["nobody"]}
