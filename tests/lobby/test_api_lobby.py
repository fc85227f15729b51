"""PUT /room/{token}/webinar/lobby (rooms.md §3-4). Who may: tests/room/test_api_access.py."""

import time

import pytest

from talk.constants import LobbyState
from talk.models import Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, utc

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/webinar/lobby"
BASE = "/ocs/v2.php/apps/spreed/api/v4"
IN_2100 = 4102444800


@pytest.fixture
def owner():
    return AttendeeFactory(owner=True, room=RoomFactory(public=True))


def set_lobby(client, room, **parameters):
    response = client.put(URL.format(room.token), parameters, JSON)
    room.refresh_from_db()
    return response.status_code, data_of(response)


@pytest.mark.parametrize("state", [1, "1"])
@pytest.mark.parametrize("timer", [{}, {"timer": 0}, {"timer": None}, {"timer": "0"}])
def test_the_lobby_closes_until_somebody_opens_it(sign_in, owner, state, timer):
    status, seen = set_lobby(sign_in(owner), owner.room, state=state, **timer)

    assert (status, seen["lobbyState"], seen["lobbyTimer"]) == (200, 1, 0)
    assert (owner.room.has_lobby, owner.room.lobby_timer) == (True, None)


@pytest.mark.parametrize("timer", [IN_2100, str(IN_2100)])
def test_the_lobby_closes_until_a_moment(sign_in, owner, timer):
    status, seen = set_lobby(sign_in(owner), owner.room, state=1, timer=timer)

    assert (status, seen["lobbyState"], seen["lobbyTimer"]) == (200, 1, IN_2100)
    assert owner.room.lobby_timer == utc(2100, 1, 1)


def test_a_moment_in_the_past_opens_at_once(sign_in, owner):
    status, seen = set_lobby(sign_in(owner), owner.room, state=1, timer=int(time.time()) - 1)

    assert (status, seen["lobbyState"], seen["lobbyTimer"]) == (200, 0, 0)


@pytest.mark.parametrize("parameters", [{"state": 0}, {"state": 0, "timer": IN_2100}])
def test_the_lobby_opens(sign_in, owner, parameters):
    client = sign_in(owner)
    set_lobby(client, owner.room, state=1, timer=IN_2100)

    status, seen = set_lobby(client, owner.room, **parameters)

    assert (status, seen["lobbyState"], seen["lobbyTimer"]) == (200, 0, 0)
    assert owner.room.lobby_timer is None


def test_others_read_of_the_lobby_at_once(sign_in, owner):
    member = SessionFactory(attendee__room=owner.room)

    set_lobby(sign_in(owner), owner.room, state=1)

    client = sign_in(member)
    assert client.get(f"{BASE}/room/{owner.room.token}/participants").status_code == 412
    assert data_of(client.get(f"{BASE}/room/{owner.room.token}"))["lobbyState"] == 1


def test_people_are_thrown_out_of_the_call(sign_in):
    room = RoomFactory(public=True, with_call=True)
    moderator = SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    SessionFactory(attendee__room=room, calling=True)

    _status, seen = set_lobby(sign_in(moderator), room, state=1)

    assert list(Session.objects.in_call()) == [moderator]
    assert (seen["hasCall"], seen["participantFlags"]) == (True, 7)


@pytest.mark.parametrize("object_type", ["file", "share:password", "phone"])
def test_rooms_of_some_objects_have_no_lobby(sign_in, object_type):
    room = RoomFactory(public=True, object_type=object_type, object_id="1")
    owner = AttendeeFactory(owner=True, room=room)

    assert set_lobby(sign_in(owner), room, state=1) == (400, {"error": "object"})
    assert room.lobby_state == LobbyState.OPEN


@pytest.mark.parametrize(
    "parameters",
    [
        {"state": 2},
        {"state": -1},
        {"state": 1, "timer": -1},
        {"state": 0, "timer": -1},
        {"state": 1, "timer": 10**12},
        {"state": 1, "timer": 2**62},
    ],
)
def test_values_out_of_range_are_refused(sign_in, owner, parameters):
    assert set_lobby(sign_in(owner), owner.room, **parameters) == (400, {"error": "value"})
    assert owner.room.lobby_state == LobbyState.OPEN


@pytest.mark.parametrize("timer", ["noon", "", 1.5, True, [1], {}, 2**63, "2026-05-04T12:00:00Z"])
def test_a_malformed_timer_is_named(sign_in, owner, timer):
    status = set_lobby(sign_in(owner), owner.room, state=1, timer=timer)

    assert status == (400, {"error": "timer"})
    assert owner.room.lobby_state == LobbyState.OPEN
