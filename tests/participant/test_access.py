"""Who gets to which endpoint of a room's people (participants.md §1), whatever it does then."""

import pytest

from talk.constants import LobbyState, ParticipantType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
BASE = "/ocs/v2.php/apps/spreed/api/v4/room"

# method, path, parameters, open to guests, for moderators only
ENDPOINTS = {
    "list": ("get", "participants", {}, True, False),
    "add": ("post", "participants", {"newParticipant": "somebody"}, False, True),
    "remove": ("delete", "attendees", {"attendeeId": 0}, True, True),
    "leave for good": ("delete", "participants/self", {}, False, False),
    "set the state": ("put", "participants/state", {"state": 1}, True, False),
    "promote": ("post", "moderators", {"attendeeId": 0}, True, True),
    "demote": ("delete", "moderators", {"attendeeId": 0}, True, True),
}
LOGIN = [name for name, endpoint in ENDPOINTS.items() if not endpoint[3]]
PUBLIC = [name for name, endpoint in ENDPOINTS.items() if endpoint[3]]
MODERATORS = [name for name, endpoint in ENDPOINTS.items() if endpoint[4]]


def ask(client, name, token):
    method, path, parameters, _public, _moderators = ENDPOINTS[name]
    url = f"{BASE}/{token}/{path}"
    if method == "get":
        return client.get(url, parameters)
    return getattr(client, method)(url, parameters, JSON)


def answer(response):
    return response.status_code, response.json()["ocs"]["meta"]["statuscode"], data_of(response)


@pytest.mark.parametrize("endpoint", LOGIN)
@pytest.mark.parametrize("room", ["unknown", "group", "public"])
def test_an_account_is_needed_before_the_room_is_looked_for(guest_client, endpoint, room):
    token = "nowhere1" if room == "unknown" else RoomFactory(public=room == "public").token

    response = ask(guest_client, endpoint, token)

    assert answer(response) == (401, 997, [])


@pytest.mark.parametrize("endpoint", PUBLIC)
@pytest.mark.parametrize("room", ["unknown", "group", "public"])
def test_a_visitor_without_a_session_is_no_participant(guest_client, endpoint, room):
    token = "nowhere1" if room == "unknown" else RoomFactory(public=room == "public").token

    response = ask(guest_client, endpoint, token)

    assert answer(response) == (404, 404, [])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("room", [{}, {"public": True}, {"listable": 2}])
def test_an_unknown_room_and_one_of_others_look_alike(sign_in, endpoint, room):
    outsider = sign_in(UserFactory())
    others = AttendeeFactory(owner=True, room=RoomFactory(**room)).room

    unknown, forbidden = ask(outsider, endpoint, "nowhere1"), ask(outsider, endpoint, others.token)

    assert answer(unknown) == (404, 404, [])
    assert forbidden.content == unknown.content
    assert forbidden.status_code == unknown.status_code


@pytest.mark.parametrize("endpoint", MODERATORS)
@pytest.mark.parametrize("role", [ParticipantType.USER, ParticipantType.SELF_JOINED])
def test_users_are_no_moderators(sign_in, endpoint, role):
    attendee = AttendeeFactory(room=RoomFactory(public=True), participant_type=role)

    response = ask(sign_in(attendee), endpoint, attendee.room.token)

    assert answer(response) == (403, 403, [])


@pytest.mark.parametrize("endpoint", sorted(set(MODERATORS) & set(PUBLIC)))
def test_guests_are_no_moderators(sign_in, endpoint):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    response = ask(sign_in(session), endpoint, session.room.token)

    assert answer(response) == (403, 403, [])


@pytest.mark.parametrize("endpoint", LOGIN)
def test_a_guest_moderator_has_no_account(sign_in, endpoint):
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)
    session = SessionFactory(attendee=guest)

    response = ask(sign_in(session), endpoint, session.room.token)

    assert answer(response) == (401, 997, [])


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("list", 200),
        ("set the state", 200),
        ("remove", 404),
        ("promote", 404),
        ("demote", 404),
    ],
)
def test_a_guest_moderator_gets_past_the_door(sign_in, endpoint, expected):
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)
    session = SessionFactory(attendee=guest)

    response = ask(sign_in(session), endpoint, session.room.token)

    assert response.status_code == expected
    assert data_of(response) != []


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [("list", (412, 412, [])), ("set the state", (200, 200)), ("leave for good", (200, 200))],
)
def test_only_the_list_is_behind_the_lobby(sign_in, endpoint, expected):
    session = SessionFactory(attendee__room__lobby_state=LobbyState.NON_MODERATORS_WAIT)
    AttendeeFactory(room=session.room, owner=True)

    response = ask(sign_in(session), endpoint, session.room.token)

    assert answer(response)[: len(expected)] == expected


@pytest.mark.parametrize("endpoint", ["list", "set the state", "leave for good"])
def test_nothing_here_minds_a_read_only_room(sign_in, endpoint):
    session = SessionFactory(attendee__room__read_only=True)
    AttendeeFactory(room=session.room, owner=True)

    response = ask(sign_in(session), endpoint, session.room.token)

    assert response.status_code == 200


@pytest.mark.parametrize("endpoint", ["add", "remove", "promote", "demote"])
def test_lobby_and_read_only_do_not_stop_moderators(sign_in, endpoint):
    moderator = AttendeeFactory(
        moderator=True,
        room=RoomFactory(read_only=True, lobby_state=LobbyState.NON_MODERATORS_WAIT),
    )

    response = ask(sign_in(moderator), endpoint, moderator.room.token)

    # Nobody of that id: the endpoint itself was reached.
    assert response.status_code == 404
    assert data_of(response) in [None, {"error": "participant"}, {"error": "new-participant"}]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_dead_guest_session_is_no_session(sign_in, endpoint):
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)
    session = SessionFactory(attendee=guest, age=101)

    response = ask(sign_in(session), endpoint, session.room.token)

    assert response.status_code == (401 if endpoint in LOGIN else 404)
