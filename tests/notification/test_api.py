"""The notifications API, version 2 (notifications.md §2)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk import call
from talk import room as rooms
from talk.models import Notification, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/notifications/api/v2/notifications"
MOST_QUERIES = 8


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def client(sign_in, user):
    return sign_in(user)


def note(user, kind="call", **room):
    """Tell a user of a room in which they have a seat."""
    seat = AttendeeFactory(user=user, room=RoomFactory(**room))
    return Notification.objects.create(user=user, room=seat.room, kind=kind)


def invitation(user, sender):
    seat = AttendeeFactory(user=user)
    return Notification.objects.create(
        user=user, room=seat.room, kind="room", sender_id=sender.username
    )


def ids(response):
    return [each["notification_id"] for each in data_of(response)]


def answer_of(response):
    return response.status_code, data_of(response)


# The list.


def test_the_newest_comes_first(client, user):
    made = [note(user).pk for _ in range(3)]
    note(UserFactory())

    assert ids(client.get(URL)) == sorted(made, reverse=True)


def test_nothing_is_an_empty_list(client):
    response = client.get(URL)

    assert answer_of(response) == (200, [])
    assert (response["X-Nextcloud-User-Status"], bool(response["ETag"])) == ("online", True)


def test_the_etag_stays_while_nothing_changes(client, user):
    note(user, with_call=True)

    assert client.get(URL)["ETag"] == client.get(URL)["ETag"]


CHANGES = {
    "one more": lambda one: note(one.user),
    "one less": lambda one: one.delete(),
    "another one instead": lambda one: (one.delete(), note(one.user)),
    "the call is over": lambda one: call.end(one.room),
    "the room is renamed": lambda one: rooms.rename(one.room, "New"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_etag_changes_with_what_is_said(client, user, change):
    one = note(user, with_call=True)
    SessionFactory(attendee__room=one.room, calling=True)
    before = client.get(URL)["ETag"]

    CHANGES[change](one)

    assert client.get(URL)["ETag"] != before


def test_whoever_knows_the_list_gets_it_again(client, user):
    one = note(user)
    tag = client.get(URL)["ETag"]

    response = client.get(URL, headers={"if-none-match": tag})

    assert (response.status_code, ids(response)) == (200, [one.pk])


def cost_of_listing(sign_in, notifications):
    user, sender = UserFactory(), UserFactory()
    for number in range(notifications):
        match number % 4:
            case 0:
                invitation(user, sender)
            case 1:
                note(user, with_call=True)
            case 2:
                note(user, name="")
            case 3:
                room, _created = rooms.create_one_to_one(user, UserFactory())
                Notification.objects.create(
                    user=user, room=room, kind="call", sender_id=room.peer_of(user.username)
                )
    client = sign_in(user)
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL)
    assert len(ids(response)) == notifications
    return len(queries)


def test_a_long_list_costs_what_a_short_one_does(sign_in):
    costs = {cost_of_listing(sign_in, notifications) for notifications in (4, 30)}

    assert len(costs) == 1
    assert max(costs) <= MOST_QUERIES


def test_few_cost_no_more(sign_in):
    assert cost_of_listing(sign_in, 3) <= MOST_QUERIES


# One.


def test_one_is_found(client, user):
    first, second = note(user), note(user)

    response = client.get(f"{URL}/{first.pk}")

    assert (response.status_code, data_of(response)["notification_id"]) == (200, first.pk)
    assert Notification.objects.filter(pk=second.pk).exists()


@pytest.mark.parametrize("which", ["0", "4711", "9" * 18])
def test_an_unknown_one_is_not_found(client, which):
    assert answer_of(client.get(f"{URL}/{which}")) == (404, None)


def test_somebody_elses_is_not_found(client):
    other = note(UserFactory())

    assert answer_of(client.get(f"{URL}/{other.pk}")) == (404, None)
    assert Notification.objects.get() == other


@pytest.mark.parametrize("which", ["x", "-1", "1.5", "9" * 19, "", "%00"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_what_is_no_id_is_no_route(client, which, method):
    response = getattr(client, method)(f"{URL}/{which}")

    assert response.status_code == 404
    assert response.json()["ocs"]["meta"]["statuscode"] == 998


# Dismissing.


def test_one_is_dismissed(client, user):
    one, other = note(user), note(user)

    assert answer_of(client.delete(f"{URL}/{one.pk}")) == (200, [])
    assert list(Notification.objects.all()) == [other]


@pytest.mark.parametrize("which", ["4711", "9" * 18])
def test_dismissing_an_unknown_one_is_fine(client, user, which):
    note(user)

    assert answer_of(client.delete(f"{URL}/{which}")) == (200, [])
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("which", ["0", "000"])
def test_number_zero_cannot_be_dismissed(client, which):
    assert answer_of(client.delete(f"{URL}/{which}")) == (404, None)


def test_somebody_elses_is_not_dismissed(client):
    other = note(UserFactory())

    assert answer_of(client.delete(f"{URL}/{other.pk}")) == (200, [])
    assert Notification.objects.get() == other


def test_all_are_dismissed(client, user):
    note(user)
    note(user, kind="room")
    other = note(UserFactory())

    assert answer_of(client.delete(URL)) == (200, [])
    assert list(Notification.objects.all()) == [other]


def test_dismissing_none_is_fine(client):
    assert answer_of(client.delete(URL)) == (200, [])


# Existing.


def exists(client, ids):
    return answer_of(client.post(f"{URL}/exists", {"ids": ids}, JSON))


def test_those_that_exist_are_named(client, user):
    mine, also_mine, other = note(user).pk, note(user).pk, note(UserFactory()).pk

    answer = exists(client, [also_mine, other, 0, -1, 2**63 - 1, mine, mine])

    assert answer == (200, [mine, also_mine])


@pytest.mark.parametrize("body", [{"ids": []}, {}])
def test_no_ids_are_no_ids(client, user, body):
    note(user)

    assert answer_of(client.post(f"{URL}/exists", body, JSON)) == (200, [])


def test_two_hundred_may_be_asked_for(client, user):
    mine = note(user).pk

    assert exists(client, [mine, *range(10**6, 10**6 + 199)]) == (200, [mine])


def test_two_hundred_and_one_may_not(client, user):
    mine = note(user).pk

    assert exists(client, [mine] * 201) == (400, [])


@pytest.mark.parametrize("way", ["form", "query", "strings"])
def test_ids_come_in_any_way(client, user, way):
    mine = note(user).pk
    text = f"ids[]={mine}&ids[]=4711"

    if way == "form":
        response = client.generic(
            "POST", f"{URL}/exists", text, "application/x-www-form-urlencoded"
        )
    elif way == "query":
        response = client.post(f"{URL}/exists?{text}")
    else:
        response = client.post(f"{URL}/exists", {"ids": [str(mine), "4711"]}, JSON)

    assert answer_of(response) == (200, [mine])


def test_what_exists_is_not_read(client, user):
    stale = Notification.objects.create(user=user, room=RoomFactory(), kind="call")

    assert exists(client, [stale.pk]) == (200, [stale.pk])
    assert Room.objects.count() == 1
