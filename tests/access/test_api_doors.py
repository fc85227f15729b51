"""Who may arrange a room: every endpoint, asked by everybody (rooms.md §0, §3;
participants.md §1)."""

import pytest

from talk.constants import ParticipantType
from talk.models import Ban
from tests.access.endpoints import (
    ENDPOINTS,
    IN_A_ROOM,
    LOGIN,
    LOGIN_MODERATOR,
    LOGIN_PARTICIPANT,
    MODERATOR,
    PARTICIPANT,
)
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

ACCOUNTS = {
    "owner": ParticipantType.OWNER,
    "moderator": ParticipantType.MODERATOR,
    "user": ParticipantType.USER,
    "self-joined": ParticipantType.SELF_JOINED,
}
GUESTS = {
    "guest": ParticipantType.GUEST,
    "guest moderator": ParticipantType.GUEST_MODERATOR,
    "banned guest": ParticipantType.GUEST,
    "banned guest moderator": ParticipantType.GUEST_MODERATOR,
}
PASSES = "passes"
DOORS = {
    # access: caller → status of the refusal; who is not named passes
    PARTICIPANT: {
        "anonymous": 404,
        "stranger": 404,
        "banned guest": 403,
        "banned guest moderator": 403,
    },
    MODERATOR: {
        "anonymous": 404,
        "stranger": 404,
        "user": 403,
        "self-joined": 403,
        "guest": 403,
        "banned guest": 403,
        "banned guest moderator": 403,
    },
    LOGIN_PARTICIPANT: {"anonymous": 401, "stranger": 404, **dict.fromkeys(GUESTS, 401)},
    LOGIN_MODERATOR: {
        "anonymous": 401,
        "stranger": 404,
        "user": 403,
        "self-joined": 403,
        **dict.fromkeys(GUESTS, 401),
    },
    LOGIN: {"anonymous": 401, **dict.fromkeys(GUESTS, 401)},
}


@pytest.fixture
def room():
    return RoomFactory(public=True, object_type="event", object_id="1#2")


@pytest.fixture
def client_of(sign_in, room):
    def make(caller):
        if caller == "anonymous":
            return TalkClient()
        if caller == "stranger":
            return sign_in(UserFactory())
        if caller.startswith("banned"):
            Ban.objects.create(room=room, actor_type="ip", actor_id="127.0.0.1")
        role = {**ACCOUNTS, **GUESTS}[caller]
        seat = AttendeeFactory(room=room, guest=caller in GUESTS, participant_type=role)
        return sign_in(SessionFactory(attendee=seat))

    return make


@pytest.mark.parametrize("caller", ["anonymous", "stranger", *ACCOUNTS, *GUESTS])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_who_may(client_of, room, endpoint, caller):
    client, attendee = client_of(caller), AttendeeFactory(room=room)

    response = endpoint.ask(client, room, attendee.pk)

    refused = DOORS[endpoint.access].get(caller)
    assert response.status_code == (refused or endpoint.status)
    if refused:
        assert data_of(response) == []


@pytest.mark.parametrize("endpoint", IN_A_ROOM, ids=str)
def test_an_unknown_room_is_not_found(sign_in, endpoint):
    response = endpoint.ask(sign_in(UserFactory()), RoomFactory.build(token="nowhere0"))

    assert (response.status_code, data_of(response)) == (404, [])


@pytest.mark.parametrize("endpoint", IN_A_ROOM, ids=str)
def test_a_moderator_of_another_room_is_a_stranger_here(sign_in, room, endpoint):
    elsewhere, attendee = AttendeeFactory(owner=True), AttendeeFactory(room=room)

    response = endpoint.ask(sign_in(elsewhere), room, attendee.pk)

    assert (response.status_code, data_of(response)) == (404, [])


@pytest.mark.parametrize("token", ["ab", "ABCD", "room-1", "x" * 31])
@pytest.mark.parametrize("endpoint", IN_A_ROOM, ids=str)
def test_a_malformed_token_is_no_route(sign_in, endpoint, token):
    response = endpoint.ask(sign_in(UserFactory()), RoomFactory.build(token=token))

    assert response.status_code == 404
    assert response.json()["ocs"]["meta"]["statuscode"] == 998


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_another_site_cannot_ask(sign_in, room, endpoint):
    owner = AttendeeFactory(room=room, owner=True)
    client = sign_in(owner)
    del client.defaults["HTTP_OCS_APIREQUEST"]

    response = endpoint.ask(client, room, AttendeeFactory(room=room).pk)

    assert (response.status_code, response.json()) == (412, {"message": "CSRF check failed"})


# Notifications are another app's: those of Talk go away (tests/notification/test_going_away.py).
@pytest.mark.parametrize(
    "endpoint", [each for each in ENDPOINTS if "/apps/spreed/" in each.path], ids=str
)
def test_whoever_may_not_use_talk_may_nothing(sign_in, room, endpoint, settings):
    settings.TALK_POLICY = "tests.access.policies.NobodyUsesTalk"
    owner = AttendeeFactory(room=room, owner=True)

    response = endpoint.ask(sign_in(owner), room, AttendeeFactory(room=room).pk)

    assert (response.status_code, data_of(response)) == (403, [])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_the_other_entry_answers_200(sign_in, room, endpoint):
    owner, attendee = AttendeeFactory(room=room, owner=True), AttendeeFactory(room=room)
    client = sign_in(owner)
    older = type(endpoint)(
        endpoint.method, endpoint.path.replace("/v2.php/", "/v1.php/"), endpoint.access,
        endpoint.fine,
    )  # fmt: skip

    response = older.ask(client, room, attendee.pk)

    code = 100 if endpoint.status == 200 else endpoint.status
    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (200, code)
