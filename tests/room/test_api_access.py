"""Who gets to which endpoint of a room's properties (rooms.md §0, §3), whatever it does then."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
BASE = "/ocs/v2.php/apps/spreed/api/v4/room"

# method, path, parameters, open to guests
ENDPOINTS = {
    "rename": ("put", "", {"roomName": "New"}, True),
    "describe": ("put", "/description", {"description": "New"}, True),
    "delete": ("delete", "", {}, True),
    "password": ("put", "/password", {"password": "a long and good one"}, True),
    "read-only": ("put", "/read-only", {"state": 1}, False),
    "listable": ("put", "/listable", {"scope": 1}, False),
    "lobby": ("put", "/webinar/lobby", {"state": 1}, False),
}
LOGIN = [name for name, endpoint in ENDPOINTS.items() if not endpoint[3]]
PUBLIC = [name for name, endpoint in ENDPOINTS.items() if endpoint[3]]


def ask(client, name, token, parameters=None):
    method, path, usual, _public = ENDPOINTS[name]
    return getattr(client, method)(f"{BASE}/{token}{path}", parameters or usual, JSON)


def answer(response):
    return response.status_code, response.json()["ocs"]["meta"]["statuscode"], data_of(response)


def stored():
    return list(Room.objects.order_by("pk").values())


@pytest.mark.parametrize("endpoint", LOGIN)
@pytest.mark.parametrize("room", ["unknown", "group", "public"])
def test_an_account_is_needed_before_the_room_is_looked_for(guest_client, endpoint, room):
    token = "nowhere1" if room == "unknown" else RoomFactory(public=room == "public").token
    before = stored()

    response = ask(guest_client, endpoint, token)

    assert answer(response) == (401, 997, [])
    assert stored() == before


@pytest.mark.parametrize("endpoint", PUBLIC)
@pytest.mark.parametrize("room", ["unknown", "group", "public"])
def test_a_visitor_without_a_session_is_no_participant(guest_client, endpoint, room):
    token = "nowhere1" if room == "unknown" else RoomFactory(public=room == "public").token
    before = stored()

    response = ask(guest_client, endpoint, token)

    assert answer(response) == (404, 404, [])
    assert stored() == before


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("room", [{}, {"public": True}, {"listable": 2}])
def test_an_unknown_room_and_one_of_others_look_alike(sign_in, endpoint, room):
    outsider = sign_in(UserFactory())
    others = AttendeeFactory(owner=True, room=RoomFactory(**room)).room

    unknown, forbidden = ask(outsider, endpoint, "nowhere1"), ask(outsider, endpoint, others.token)

    assert answer(unknown) == (404, 404, [])
    assert (forbidden.status_code, forbidden.content) == (404, unknown.content)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_moderator_elsewhere_is_nobody_here(sign_in, endpoint):
    room, elsewhere = RoomFactory(public=True), AttendeeFactory(owner=True)
    before = stored()

    response = ask(sign_in(elsewhere), endpoint, room.token)

    assert answer(response) == (404, 404, [])
    assert stored() == before


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("role", [ParticipantType.USER, ParticipantType.SELF_JOINED])
def test_users_are_no_moderators(sign_in, endpoint, role):
    attendee = AttendeeFactory(room=RoomFactory(public=True), participant_type=role)
    before = stored()

    response = ask(sign_in(attendee), endpoint, attendee.room.token)

    assert answer(response) == (403, 403, [])
    assert stored() == before


@pytest.mark.parametrize("endpoint", PUBLIC)
def test_guests_are_no_moderators(sign_in, endpoint):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    response = ask(sign_in(session), endpoint, session.room.token)

    assert answer(response) == (403, 403, [])


@pytest.mark.parametrize(("endpoint", "status"), [(name, 200) for name in PUBLIC]
    + [(name, 401) for name in LOGIN])  # fmt: skip
def test_guest_moderators_get_to_public_endpoints(sign_in, endpoint, status):
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)
    session = SessionFactory(attendee=guest)

    response = ask(sign_in(session), endpoint, session.room.token)

    assert response.status_code == status


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.MODERATOR])
@pytest.mark.parametrize(
    "closed", [{}, {"read_only": True}, {"lobby_state": LobbyState.NON_MODERATORS_WAIT}]
)
def test_neither_lobby_nor_read_only_stop_moderators(sign_in, endpoint, role, closed):
    moderator = AttendeeFactory(participant_type=role, room=RoomFactory(public=True, **closed))

    response = ask(sign_in(moderator), endpoint, moderator.room.token)

    assert response.status_code == 200


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - {"delete"}))
def test_a_change_answers_the_callers_room(sign_in, endpoint):
    session = SessionFactory(attendee__owner=True, attendee__room=RoomFactory(public=True))
    client = sign_in(session)

    response = ask(client, endpoint, session.room.token)

    assert response.status_code == 200
    assert data_of(response) == data_of(client.get(f"{BASE}/{session.room.token}"))
    assert data_of(response)["sessionId"] == session.session_id


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - {"delete"}))
def test_parameters_may_come_in_the_query(sign_in, endpoint):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    before = stored()
    method, path, parameters, _public = ENDPOINTS[endpoint]

    response = getattr(sign_in(owner), method)(
        f"{BASE}/{owner.room.token}{path}", query_params=parameters
    )

    assert response.status_code == 200
    assert stored() != before


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - {"delete"}))
def test_a_change_twice_is_as_good_as_once(sign_in, endpoint):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    client = sign_in(owner)
    ask(client, endpoint, owner.room.token)
    before = stored()

    response = ask(client, endpoint, owner.room.token)

    assert response.status_code == 200
    assert stored() == before


MALFORMED = {
    ("rename", "roomName"): [None, ["x"], {"a": 1}, True, "a\x00b"],
    ("describe", "description"): [None, ["x"], {"a": 1}, True, "a\x00b"],
    ("password", "password"): [None, ["x"], {"a": 1}, True, "a\x00b"],
    ("read-only", "state"): [None, "", "on", 1.5, True, [1], {}, 2**63],
    ("listable", "scope"): [None, "", "all", 1.5, True, [1], {}, 2**63],
    ("lobby", "state"): [None, "", "on", 1.5, True, [1], {}, 2**63],
}


@pytest.mark.parametrize(
    ("endpoint", "parameter", "value"),
    [(*where, value) for where, values in MALFORMED.items() for value in values],
)
def test_malformed_values_are_named(sign_in, endpoint, parameter, value):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    before = stored()

    response = ask(sign_in(owner), endpoint, owner.room.token, {parameter: value})

    assert answer(response) == (400, 400, {"error": parameter})
    assert stored() == before


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - {"delete"}))
def test_a_missing_value_is_named(sign_in, endpoint):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    named = next(iter(ENDPOINTS[endpoint][2]))

    response = ask(sign_in(owner), endpoint, owner.room.token, {"other": 1})

    assert answer(response) == (400, 400, {"error": named})


@pytest.mark.parametrize(
    ("endpoint", "type_", "error"),
    [
        ("rename", RoomType.ONE_TO_ONE, {"error": "type"}),
        ("rename", RoomType.FORMER_ONE_TO_ONE, {"error": "type"}),
        ("describe", RoomType.ONE_TO_ONE, {"error": "type"}),
        ("delete", RoomType.ONE_TO_ONE, None),
        ("delete", RoomType.FORMER_ONE_TO_ONE, None),
        ("password", RoomType.GROUP, {"error": "type"}),
        ("password", RoomType.ONE_TO_ONE, {"error": "type"}),
        ("read-only", RoomType.ONE_TO_ONE, {"error": "type"}),
        ("read-only", RoomType.NOTE_TO_SELF, {"error": "type"}),
        ("listable", RoomType.ONE_TO_ONE, {"error": "type"}),
        ("listable", RoomType.NOTE_TO_SELF, {"error": "type"}),
        ("lobby", RoomType.ONE_TO_ONE, {"error": "type"}),
        ("lobby", RoomType.NOTE_TO_SELF, {"error": "type"}),
    ],
)
def test_rooms_of_another_type_are_refused(sign_in, endpoint, type_, error):
    owner = AttendeeFactory(owner=True, room__type=type_)
    before = stored()

    response = ask(sign_in(owner), endpoint, owner.room.token)

    assert answer(response) == (400, 400, error)
    assert stored() == before


@pytest.mark.parametrize("endpoint", ["rename", "describe"])
def test_an_event_keeps_its_text(sign_in, endpoint):
    owner = AttendeeFactory(owner=True, room=RoomFactory(object_type="event", object_id="1#2"))

    response = ask(sign_in(owner), endpoint, owner.room.token)

    assert answer(response) == (400, 400, {"error": "event"})


def queries_to_change(sign_in, endpoint, people):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    for _ in range(people):
        SessionFactory(attendee__room=owner.room)
    client = sign_in(owner)
    with CaptureQueriesContext(connection) as queries:
        assert ask(client, endpoint, owner.room.token).status_code == 200
    return len(queries)


@pytest.mark.parametrize("endpoint", sorted(set(ENDPOINTS) - {"delete"}))
def test_a_change_costs_the_same_in_a_full_room(sign_in, endpoint):
    assert queries_to_change(sign_in, endpoint, 3) == queries_to_change(sign_in, endpoint, 30)
