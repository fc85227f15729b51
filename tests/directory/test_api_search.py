"""GET /core/autocomplete/get: whom the caller could add to a room (clients.md §4)."""

import pytest
from django.contrib.auth.models import Group

from tests.conftest import data_of
from tests.factories import AttendeeFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/core/autocomplete/get"


@pytest.fixture
def site():
    """Who there is: Ada Lovelace, Ida Noddack, adam (gone), and the groups Ada fans and Choir."""
    UserFactory(username="ada", first_name="Ada", last_name="Lovelace")
    UserFactory(username="ida", first_name="Ida", last_name="Noddack")
    UserFactory(username="adam", is_active=False)
    for name in ("Ada fans", "Choir"):
        Group.objects.create(name=name)


@pytest.fixture
def client(site, sign_in):
    return sign_in(UserFactory(username="caller", first_name="Adaline", last_name=""))


def found(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return [(each["source"], each["id"], each["label"]) for each in data_of(response)]


ADA, IDA = ("users", "ada", "Ada Lovelace"), ("users", "ida", "Ida Noddack")
SEARCHES = [
    ({}, [ADA, IDA]),
    ({"search": "ADA"}, [ADA]),
    ({"search": "noddack"}, [IDA]),
    ({"search": "da"}, [ADA, IDA]),
    ({"search": " ida "}, [IDA]),
    ({"search": "%"}, []),
    ({"search": "nobody"}, []),
    ({"search": "ada@example.org"}, []),
    ({"search": "da", "limit": 1}, [ADA]),
    ({"search": "ada", "shareTypes[]": [0]}, [ADA]),
    ({"search": "ada", "shareTypes[]": [1]}, [("groups", "Ada fans", "Ada fans")]),
    ({"search": "ada", "shareTypes[]": [0, 1]}, [ADA, ("groups", "Ada fans", "Ada fans")]),
    ({"search": "ada", "shareTypes[]": [7, 10]}, []),
    (
        {"search": "g@example.org", "shareTypes[]": [4]},
        [("emails", "g@example.org", "g@example.org")],
    ),
    ({"search": "ada", "shareTypes[]": [4]}, []),
]


@pytest.mark.parametrize(("query", "expected"), SEARCHES, ids=str)
def test_people_are_found(client, query, expected):
    assert found(client, **query) == expected


def test_an_entry_has_what_clients_look_for(client):
    response = client.get(URL, {"search": "lovelace"})

    assert data_of(response) == [
        {
            "id": "ada",
            "label": "Ada Lovelace",
            "icon": "icon-user",
            "source": "users",
            "status": "",
            "subline": "",
            "shareWithDisplayNameUnique": "",
        }
    ]


def test_nobody_finds_themself(client):
    assert found(client, search="caller") == []


def test_who_is_in_the_room_is_not_found(sign_in, site):
    seat = AttendeeFactory(owner=True)
    there = AttendeeFactory(room=seat.room, user__username="adaptor")
    client = sign_in(seat)

    assert there.actor_id in [each[1] for each in found(client, search="ada")]
    assert found(client, search="ada", itemType="call", itemId=seat.room.token) == [ADA]


def test_nobody_learns_who_is_in_somebody_elses_room(client):
    elsewhere = AttendeeFactory(user__username="adaptor")

    query = {"search": "adaptor", "itemType": "call", "itemId": elsewhere.room.token}

    assert [each[1] for each in found(client, **query)] == ["adaptor"]


def test_no_more_than_a_hundred_are_found(client):
    UserFactory.create_batch(110, first_name="Crowd")

    assert len(found(client, search="crowd", limit=1000)) == 100


def test_the_site_may_hide_people(client, settings):
    settings.TALK_POLICY = "tests.directory.policies.Shy"
    UserFactory(username="xada")

    assert found(client, search="ada") == [ADA]


def test_the_site_may_search_itself(client, settings):
    settings.TALK_POLICY = "tests.directory.policies.OwnSearch"
    newest = UserFactory(username="zoe", first_name="Zoe", last_name="")

    assert found(client, search="ada", **{"shareTypes[]": [0, 1]}) == [
        ("users", newest.username, "Zoe"),
        ("groups", "Everybody", "Everybody"),
    ]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"shareTypes[]": ["user"]}, "shareTypes"),
        ({"search": "x" * 256}, "search"),
        ({"search": "a\x00"}, "search"),
    ],
)
def test_malformed_values_are_named(client, query, named):
    response = client.get(URL, query)

    assert (response.status_code, data_of(response)) == (400, {"error": named})


def test_visitors_search_nobody(guest_client, site):
    assert guest_client.get(URL).status_code == 401


@pytest.mark.parametrize("people", [3, 60])
def test_queries_do_not_grow_with_people(client, django_assert_max_num_queries, people):
    UserFactory.create_batch(people)

    with django_assert_max_num_queries(6):
        found(client, limit=100, **{"shareTypes[]": [0, 1]})
