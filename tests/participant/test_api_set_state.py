"""PUT /room/{token}/participants/state (participants.md §7)."""

import pytest

from tests.conftest import data_of
from tests.factories import AttendeeFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/state"


def set_state(client, room, state):
    response = client.put(URL.format(room.token), {"state": state}, JSON)
    return response.status_code, data_of(response)


@pytest.mark.parametrize("state", [0, 1, "0", "1"])
def test_the_state_is_stored_and_the_room_answered(sign_in, state):
    session = SessionFactory(state=1 - int(state))

    status, seen = set_state(sign_in(session), session.room, state)

    session.refresh_from_db()
    assert session.state == int(state)
    assert (status, seen["token"], seen["sessionId"]) == (
        200,
        session.room.token,
        session.session_id,
    )


def test_a_guest_has_a_state_too(sign_in):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    status, _seen = set_state(sign_in(session), session.room, 0)

    session.refresh_from_db()
    assert (status, session.state) == (200, 0)


def test_only_the_session_of_this_browser_changes(sign_in):
    session = SessionFactory()
    other = SessionFactory(attendee=session.attendee, holder="another device")

    set_state(sign_in(session), session.room, 0)

    other.refresh_from_db()
    assert other.state == 1


@pytest.mark.parametrize("state", [2, -1, "7"])
def test_another_value_is_refused_without_a_reason(sign_in, state):
    session = SessionFactory()

    assert set_state(sign_in(session), session.room, state) == (400, None)
    session.refresh_from_db()
    assert session.state == 1


@pytest.mark.parametrize("state", ["active", "", 1.5, True, [1], {}, None, 2**63])
def test_malformed_values_are_named(sign_in, state):
    session = SessionFactory()

    assert set_state(sign_in(session), session.room, state) == (400, {"error": "state"})


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_member_who_has_not_joined_with_this_browser_has_no_state(sign_in, elsewhere):
    attendee = AttendeeFactory()
    if elsewhere:
        SessionFactory(attendee=attendee)

    assert set_state(sign_in(attendee), attendee.room, 1) == (404, None)


def test_a_dead_session_has_no_state(sign_in):
    session = SessionFactory(age=101)

    assert set_state(sign_in(session), session.room, 1) == (404, None)
