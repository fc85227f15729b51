"""GET /listed-room: open rooms that I am not in (rooms.md §1.4)."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk.constants import Listable, RoomType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/listed-room"


def tokens(client, **parameters):
    response = client.get(URL, parameters)
    assert response.status_code == 200
    return [room["token"] for room in data_of(response)]


@pytest.fixture
def guest_account():
    user = UserFactory()
    user.groups.add(Group.objects.create(name="guest_app"))
    return user


@pytest.mark.parametrize(
    ("listable", "found"),
    [
        (Listable.PARTICIPANTS, (False, False)),
        (Listable.USERS, (True, False)),
        (Listable.EVERYONE, (True, True)),
    ],
)
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_users_and_guest_accounts_find(sign_in, guest_account, type_, listable, found):
    room = RoomFactory(type=type_, listable=listable)

    lists = [tokens(sign_in(user)) for user in (UserFactory(), guest_account)]

    assert lists == [[room.token] if finds else [] for finds in found]


def test_the_group_of_guest_accounts_is_a_setting(sign_in, settings):
    settings.TALK_GUEST_ACCOUNTS_GROUP = "visitors"
    user = UserFactory()
    user.groups.add(Group.objects.create(name="visitors"))
    RoomFactory(listable=Listable.USERS)

    assert tokens(sign_in(user)) == []


@pytest.mark.parametrize("type_", sorted(set(RoomType) - {RoomType.GROUP, RoomType.PUBLIC}))
def test_rooms_of_other_types_are_never_found(sign_in, type_):
    RoomFactory(type=type_, listable=Listable.EVERYONE)

    assert tokens(sign_in(UserFactory())) == []


def test_rooms_that_one_attends_are_not_listed(sign_in):
    attendee = AttendeeFactory(room__listable=Listable.EVERYONE)
    other = RoomFactory(listable=Listable.EVERYONE)

    assert tokens(sign_in(attendee)) == [other.token]


def test_a_search_needs_an_account(guest_client):
    RoomFactory(public=True, listable=Listable.EVERYONE)

    response = guest_client.get(URL)

    assert (response.status_code, data_of(response)) == (401, [])


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("", ["Big Lounge", "Kitchen"]),
        ("lounge", ["Big Lounge"]),
        ("ig Lou", ["Big Lounge"]),
        ("i", ["Big Lounge", "Kitchen"]),
        ("garden", []),
        ("%", []),
        ("_", []),
    ],
)
def test_the_term_is_looked_for_inside_the_name(sign_in, term, found):
    for name in ["Big Lounge", "Kitchen"]:
        RoomFactory(name=name, description="garden", listable=Listable.USERS)

    response = sign_in(UserFactory()).get(URL, {"searchTerm": term})

    assert [room["name"] for room in data_of(response)] == found


def test_a_found_room_is_shown_as_to_a_non_member(sign_in):
    room = RoomFactory(listable=Listable.USERS, with_call=True, description="Sofas")
    SessionFactory(attendee__room=room, calling=True)

    [seen] = data_of(sign_in(UserFactory()).get(URL))

    assert (seen["displayName"], seen["description"]) == (room.name, "Sofas")
    assert (seen["hasCall"], seen["participantType"], seen["attendeeId"]) == (True, 4, 0)
    assert "lastMessage" not in seen


def test_there_are_no_headers_of_talk(sign_in):
    response = sign_in(UserFactory()).get(URL)

    assert [name for name in response.headers if name.startswith("X-Nextcloud")] == []


@pytest.mark.parametrize("term", ["a\x00b", "\x00"])
def test_a_malformed_term_is_named(sign_in, term):
    response = sign_in(UserFactory()).get(URL, {"searchTerm": term})

    assert (response.status_code, data_of(response)) == (400, {"error": "searchTerm"})


def test_a_list_for_a_term_is_named(sign_in):
    response = sign_in(UserFactory()).get(f"{URL}?searchTerm[]=x")

    assert (response.status_code, data_of(response)) == (400, {"error": "searchTerm"})


def queries_to_search(sign_in, number):
    RoomFactory.create_batch(number, listable=Listable.USERS, with_call=True)
    client = sign_in(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        assert len(tokens(client)) >= number
    return len(queries)


def test_a_long_list_costs_as_many_queries_as_a_short_one(sign_in):
    assert queries_to_search(sign_in, 3) == queries_to_search(sign_in, 30)
