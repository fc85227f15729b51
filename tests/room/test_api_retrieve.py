"""GET /room/{token} (rooms.md §1.2). What it shows is tested in test_room_object.py."""

import re

import pytest
from django.contrib.auth.models import Group

from talk.constants import Listable, LobbyState, RoomType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory, utc

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


def status(client, room):
    return client.get(URL.format(room.token)).status_code


@pytest.mark.parametrize("type_", RoomType)
def test_attendees_see_their_room(sign_in, type_):
    attendee = AttendeeFactory(room__type=type_)

    assert status(sign_in(attendee), attendee.room) == 200


@pytest.mark.parametrize("closed", [{"read_only": True}, {"lobby_state": 1}])
def test_a_closed_room_can_be_read(sign_in, closed):
    attendee = AttendeeFactory(room=RoomFactory(**closed))

    assert status(sign_in(attendee), attendee.room) == 200


@pytest.mark.parametrize("type_", RoomType)
def test_everybody_sees_public_rooms_and_no_others(guest_client, sign_in, type_):
    room = RoomFactory(type=type_)
    expected = 200 if type_ == RoomType.PUBLIC else 404

    assert status(guest_client, room) == expected
    assert status(sign_in(UserFactory()), room) == expected


@pytest.mark.parametrize("listable", Listable)
def test_users_see_listed_rooms(guest_client, sign_in, listable):
    room = RoomFactory(listable=listable)

    assert status(sign_in(UserFactory()), room) == (200 if listable else 404)
    assert status(guest_client, room) == 404


@pytest.mark.parametrize(
    ("listable", "expected"), [(Listable.USERS, 404), (Listable.EVERYONE, 200)]
)
def test_guest_accounts_see_rooms_that_are_listed_for_everyone(sign_in, listable, expected):
    user = UserFactory()
    user.groups.add(Group.objects.create(name="guest_app"))

    assert status(sign_in(user), RoomFactory(listable=listable)) == expected


def test_an_unknown_room_and_a_forbidden_one_look_alike(guest_client):
    unknown = guest_client.get(URL.format("nowhere1"))
    forbidden = guest_client.get(URL.format(RoomFactory(lobby_state=1).token))

    assert (unknown.status_code, data_of(unknown)) == (404, [])
    assert (forbidden.status_code, forbidden.content) == (404, unknown.content)


def test_a_guest_who_left_is_a_stranger(sign_in):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))
    client = sign_in(session)
    session.delete()

    assert data_of(client.get(URL.format(session.room.token)))["attendeeId"] == 0


def test_the_hash_is_the_one_of_the_list(sign_in):
    attendee = AttendeeFactory()
    client = sign_in(attendee)

    told = client.get(URL.format(attendee.room.token)).headers["X-Nextcloud-Talk-Hash"]

    assert re.fullmatch("[0-9a-f]{40}", told)
    assert told == client.get(URL.format("")[:-1]).headers["X-Nextcloud-Talk-Hash"]


@pytest.mark.parametrize(("start_calls", "may"), [(0, True), (1, False), (2, False), (3, False)])
def test_a_guest_reads_whether_calls_may_be_started(sign_in, settings, start_calls, may):
    settings.TALK_START_CALLS = start_calls
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    seen = data_of(sign_in(session).get(URL.format(session.room.token)))

    assert seen["canStartCall"] is may


def test_an_expired_lobby_timer_opens_the_lobby_for_its_reader(sign_in):
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=utc(2020, 1, 1))

    seen = data_of(sign_in(AttendeeFactory(room=room)).get(URL.format(room.token)))

    assert (seen["lobbyState"], seen["lobbyTimer"], seen["canStartCall"]) == (0, 0, True)


@pytest.mark.parametrize("people", [3, 30])
def test_reading_a_full_room_costs_what_a_small_one_does(
    sign_in, people, django_assert_num_queries
):
    attendee = AttendeeFactory(room=RoomFactory(with_call=True))
    for _ in range(people):
        SessionFactory(attendee__room=attendee.room, calling=True)
    client = sign_in(attendee)

    # Django's session, its user, the participant with the room, the call, the policy's user.
    with django_assert_num_queries(5):
        client.get(URL.format(attendee.room.token))
