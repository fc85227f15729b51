"""``GET /call/{token}/notification-state`` (call.md §7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk.constants import LobbyState
from tests.call.endpoints import V1, V2, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory


@pytest.fixture
def room(db):
    """A room whose call somebody else is in."""
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    return room


def state(client, room):
    return answer_of(ask(client, "state", room.token))


def test_state_while_it_rings(sign_in, room):
    assert state(sign_in(AttendeeFactory(room=room)), room) == (200, None)


def test_state_after_the_call(sign_in):
    attendee = AttendeeFactory()

    assert state(sign_in(attendee), attendee.room) == (201, None)


def test_state_when_everybody_fell_silent(sign_in):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)

    assert state(sign_in(AttendeeFactory(room=room)), room) == (201, None)


def test_state_in_the_call(sign_in, room):
    attendee = AttendeeFactory(room=room)
    SessionFactory(attendee=attendee, holder="phone", calling=True, age=60)

    assert state(sign_in(attendee), room) == (404, None)


@pytest.mark.parametrize(("seconds", "status"), [(30, 404), (59, 404), (61, 200)])
def test_state_after_joining_and_leaving(sign_in, room, seconds, status):
    room.call_started_at = timezone.now() - timedelta(seconds=seconds)
    room.save()
    attendee = AttendeeFactory(room=room, last_joined_call=timezone.now())

    assert state(sign_in(attendee), room) == (status, None)


def test_state_of_a_stranger(sign_in, room):
    assert state(sign_in(UserFactory()), room) == (404, None)


def test_state_of_an_unknown_room(sign_in, room):
    response = ask(sign_in(AttendeeFactory(room=room)), "state", "nowhere0")

    assert answer_of(response) == (404, None)


def test_state_is_for_accounts_only(guest_client, room):
    response = ask(guest_client, "state", room.token)

    assert answer_of(response) == (401, [])
    assert response.json()["ocs"]["meta"] == {
        "status": "failure",
        "statuscode": 997,
        "message": "Current user is not logged in",
    }


@pytest.mark.parametrize("moderator", [True, False])
def test_state_is_not_for_guests(sign_in, room, moderator):
    guest = AttendeeFactory(room=room, guest=True, participant_type=6 if moderator else 4)

    assert state(sign_in(SessionFactory(attendee=guest)), room) == (401, [])


def test_state_of_a_guest_whose_browser_signed_in(sign_in, room):
    guest = SessionFactory(attendee=AttendeeFactory(room=room, guest=True))

    assert state(sign_in(UserFactory()).hold(guest), room) == (404, None)


@pytest.mark.parametrize(
    ("room_fields", "attendee"),
    [
        ({"read_only": True}, {}),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"permissions": 1}),
        ({"type": 4}, {}),
        ({"type": 5}, {}),
    ],
)
def test_state_asks_nothing_else_of_the_room(sign_in, settings, room_fields, attendee):
    settings.TALK_START_CALLS = 3
    room = RoomFactory(with_call=True, **room_fields)
    SessionFactory(attendee__room=room, calling=True)

    assert state(sign_in(AttendeeFactory(room=room, **attendee)), room) == (200, None)


@pytest.mark.parametrize(
    ("with_call", "meta"),
    [
        (True, {"status": "ok", "statuscode": 100}),
        (False, {"status": "failure", "statuscode": 201}),
    ],
)
def test_state_by_the_first_entry_point(sign_in, with_call, meta):
    room = RoomFactory(with_call=with_call)
    SessionFactory(attendee__room=room, calling=with_call)

    response = sign_in(AttendeeFactory(room=room)).get(f"{V1}{room.token}/notification-state")

    found = response.json()["ocs"]["meta"]
    assert response.status_code == 200
    assert {name: found[name] for name in meta} == meta


def test_state_by_basic_authentication(guest_client, room):
    AttendeeFactory(room=room, user__username="alice")

    response = guest_client.get(
        f"{V2}{room.token}/notification-state",
        headers={"authorization": "Basic YWxpY2U6c2VjcmV0"},
    )

    assert answer_of(response) == (200, None)


@pytest.mark.parametrize("count", [3, 30])
def test_state_costs_four_queries(sign_in, django_assert_num_queries, count):
    room = RoomFactory(with_call=True)
    for _ in range(count):
        SessionFactory(attendee__room=room, calling=True)
    client = sign_in(AttendeeFactory(room=room))

    with django_assert_num_queries(4):
        ask(client, "state", room.token)
