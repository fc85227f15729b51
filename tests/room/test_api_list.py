"""GET /room: my rooms (rooms.md §1.1, clients.md §4)."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from talk import lobby, participant
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Attendee, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room"
LONG_AGO = timezone.now() - timedelta(days=30)
SINCE = int(time.time()) - 3600


@pytest.fixture
def ada():
    return UserFactory(username="ada")


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


def tokens(client, **parameters):
    response = client.get(URL, parameters)
    assert response.status_code == 200
    return [room["token"] for room in data_of(response)]


def quiet(seat):
    """Nothing has happened to this seat and its room for a month."""
    Room.objects.filter(pk=seat.room_id).update(last_activity=LONG_AGO)
    Attendee.objects.filter(pk=seat.pk).update(modified_at=LONG_AGO)
    return seat


def test_the_list_holds_the_rooms_that_one_attends_and_no_others(client, ada):
    mine = [AttendeeFactory(user=ada, room__type=type_).room for type_ in RoomType]
    AttendeeFactory(room=RoomFactory(public=True, listable=2))

    assert tokens(client) == [room.token for room in mine]


def test_the_list_of_somebody_without_rooms_is_empty(client):
    assert tokens(client) == []


def test_a_list_needs_an_account(guest_client):
    response = guest_client.get(URL)

    assert (response.status_code, data_of(response)) == (401, [])


def test_a_guest_has_no_list(sign_in):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    assert sign_in(session).get(URL).status_code == 401


def test_each_room_has_the_session_of_this_browser(sign_in, ada):
    here = SessionFactory(attendee__user=ada, in_call=3)
    elsewhere = SessionFactory(attendee__user=ada, holder="another device")
    dead = SessionFactory(attendee__user=ada, holder=here.holder, age=101)

    listed = data_of(sign_in(here).get(URL))

    assert [(room["token"], room["sessionId"], room["participantFlags"]) for room in listed] == [
        (here.room.token, here.session_id, 3),
        (elsewhere.room.token, "0", 0),
        (dead.room.token, "0", 0),
    ]


def test_a_guests_session_of_the_same_browser_is_not_shown(sign_in, ada):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    AttendeeFactory(user=ada, room=guest.room)

    listed = data_of(sign_in(ada).hold(guest).get(URL))

    assert [room["sessionId"] for room in listed] == ["0"]


# Headers -----------------------------------------------------------------------------------


def test_the_hash_is_hexadecimal_and_stable(client):
    first, second = client.get(URL), client.get(URL)

    assert re.fullmatch("[0-9a-f]{40}", first.headers["X-Nextcloud-Talk-Hash"])
    assert first.headers["X-Nextcloud-Talk-Hash"] == second.headers["X-Nextcloud-Talk-Hash"]


def test_the_hash_changes_with_what_the_server_can_do(client, settings):
    before = client.get(URL).headers["X-Nextcloud-Talk-Hash"]

    settings.TALK_START_CALLS = 3

    assert client.get(URL).headers["X-Nextcloud-Talk-Hash"] != before


def test_modified_before_is_the_time_before_the_query(client):
    before = int(time.time())

    told = client.get(URL).headers["X-Nextcloud-Talk-Modified-Before"]

    assert before <= int(told) <= int(time.time())


def test_there_are_no_invites(client):
    assert "X-Nextcloud-Talk-Federation-Invites" not in client.get(URL).headers


# modifiedSince -----------------------------------------------------------------------------


@pytest.mark.parametrize("since", [None, 0, "0"])
def test_without_a_moment_the_list_is_whole(client, ada, since):
    seat = quiet(AttendeeFactory(user=ada))

    assert tokens(client, **({} if since is None else {"modifiedSince": since})) == [
        seat.room.token
    ]


def test_quiet_rooms_are_left_out(client, ada):
    quiet(AttendeeFactory(user=ada))
    active = AttendeeFactory(user=ada)

    assert tokens(client, modifiedSince=SINCE) == [active.room.token]


def test_what_happens_in_the_very_second_is_told_again(client, ada):
    seat = AttendeeFactory(user=ada)
    told = client.get(URL).headers["X-Nextcloud-Talk-Modified-Before"]

    assert tokens(client, modifiedSince=told) == [seat.room.token]


HAPPENINGS = {
    "a call goes on": lambda seat: Room.objects.filter(pk=seat.room_id).update(
        call_started_at=LONG_AGO, call_flags=1
    ),
    "another name": lambda seat: rooms.rename(seat.room, "New"),
    "another description": lambda seat: rooms.describe(seat.room, "New"),
    "read-only": lambda seat: rooms.make_read_only(seat.room),
    "listed": lambda seat: rooms.set_listable(seat.room, 1),
    "the lobby closes": lambda seat: lobby.enable(seat.room),
    "somebody comes": lambda seat: participant.add_user(seat.room, UserFactory()),
    "the reader is promoted": participant.promote,
    "the reader wants to hear less": lambda seat: Attendee.objects.get(pk=seat.pk).save(),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_what_brings_a_quiet_room_back(client, ada, happening):
    seat = quiet(AttendeeFactory(user=ada))

    HAPPENINGS[happening](seat)

    assert tokens(client, modifiedSince=SINCE) == [seat.room.token]


@pytest.mark.parametrize(("include", "listed"), [("true", True), ("1", True), ("false", False)])
def test_one_to_ones_come_along_with_statuses(client, ada, include, listed):
    quiet(AttendeeFactory(user=ada))
    pair = quiet(AttendeeFactory(user=ada, room__type=RoomType.ONE_TO_ONE))

    found = tokens(client, modifiedSince=SINCE, includeStatus=include)

    assert found == ([pair.room.token] if listed else [])


@pytest.mark.parametrize("seconds", [2**33, 253402300799, 253402300800, 2**40])
def test_a_moment_far_away_is_no_mistake_of_the_server(client, seconds):
    response = client.get(URL, {"modifiedSince": seconds})

    assert response.status_code in {200, 400}
    assert data_of(response) in [[], {"error": "modifiedSince"}]


# Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [-1, "abc", "1.5", "", 2**63, "1e3", "0x10", "\u0661"])
def test_a_malformed_moment_is_named(client, value):
    response = client.get(URL, {"modifiedSince": value})

    assert (response.status_code, data_of(response)) == (400, {"error": "modifiedSince"})


@pytest.mark.parametrize("name", ["noStatusUpdate", "includeStatus", "includeLastMessage"])
@pytest.mark.parametrize("value", ["0", "1", "true", "false", "", "maybe"])
def test_switches_take_anything(client, name, value):
    assert client.get(URL, {name: value}).status_code == 200


# Costs -------------------------------------------------------------------------------------


def queries_to_list(sign_in, number):
    user = UserFactory()
    peer = UserFactory()
    for index in range(number):
        room = RoomFactory(public=True, with_call=True)
        seat = AttendeeFactory(user=user, room=room)
        SessionFactory(attendee=seat, calling=True, holder="browser")
        SessionFactory(attendee__room=room, calling=True)
        if index % 3 == 0:
            name = Room.pair_name([user.username, peer.username])
            AttendeeFactory(user=user, room__type=RoomType.ONE_TO_ONE, room__name=name)
    client = sign_in(user)
    with CaptureQueriesContext(connection) as queries:
        assert len(tokens(client)) == number + (number + 2) // 3
    return len(queries)


def test_a_long_list_costs_as_many_queries_as_a_short_one(sign_in):
    assert queries_to_list(sign_in, 3) == queries_to_list(sign_in, 30)
