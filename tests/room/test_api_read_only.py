"""PUT /room/{token}/read-only (rooms.md §3). Who may is tested in test_api_access.py."""

import pytest

from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/read-only"


def set_state(client, room, state):
    response = client.put(URL.format(room.token), {"state": state}, JSON)
    room.refresh_from_db()
    return response.status_code, data_of(response)


@pytest.mark.parametrize("state", [0, 1, "0", "1"])
def test_the_state_is_stored_and_answered(sign_in, state):
    owner = AttendeeFactory(owner=True, room__read_only=not int(state))

    status, seen = set_state(sign_in(owner), owner.room, state)

    assert (status, seen["readOnly"], owner.room.read_only) == (200, int(state), bool(int(state)))


def test_everybody_is_thrown_out_of_the_call(sign_in):
    room = RoomFactory(with_call=True)
    moderator = SessionFactory(attendee__room=room, attendee__moderator=True, calling=True)
    member = SessionFactory(attendee__room=room, calling=True)

    status, seen = set_state(sign_in(moderator), room, 1)

    member.refresh_from_db()
    assert (status, seen["hasCall"], seen["callStartTime"]) == (200, False, 0)
    assert (seen["participantFlags"], member.in_call) == (0, 0)


@pytest.mark.parametrize("state", [-1, 2, 2**62])
def test_another_state_is_refused(sign_in, state):
    owner = AttendeeFactory(owner=True)

    assert set_state(sign_in(owner), owner.room, state) == (400, {"error": "value"})
    assert owner.room.read_only is False
