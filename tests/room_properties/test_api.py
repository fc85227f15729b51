"""Properties of rooms over HTTP: mentions, expiration, object, dial-in, recording consent,
capabilities (rooms.md §1.5, §3)."""

import pytest

from talk.constants import ParticipantType, RoomType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
BASE = "/ocs/v2.php/apps/spreed/api/v4/room/"
CHANGES = {
    # method, path, parameters, field of the room object
    "mention-permissions": ("put", {"mentionPermissions": 1}, {"mentionPermissions": 1}),
    "message-expiration": ("post", {"seconds": 3600}, {"messageExpiration": 3600}),
    "object": ("delete", {}, {"objectType": "", "objectId": ""}),
}


def ask(client, room, path, method, **parameters):
    return getattr(client, method)(f"{BASE}{room.token}/{path}", parameters, JSON)


def answer_of(response):
    return response.status_code, data_of(response)


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
@pytest.mark.parametrize("path", CHANGES)
def test_the_changed_room_is_answered(sign_in, path, type_):
    method, parameters, shown = CHANGES[path]
    room = RoomFactory(type=type_, object_type="event", object_id="1#2")
    client = sign_in(AttendeeFactory(moderator=True, room=room))

    response = ask(client, room, path, method, **parameters)

    assert answer_of(response) == (200, data_of(client.get(f"{BASE}{room.token}")))
    assert {field: data_of(response)[field] for field in shown} == shown


@pytest.mark.parametrize("path", ["message-expiration", "object"])
def test_a_guest_moderator_may(sign_in, path):
    method, parameters, shown = CHANGES[path]
    room = RoomFactory(public=True, object_type="event", object_id="1#2")
    guest = AttendeeFactory(guest=True, room=room, participant_type=ParticipantType.GUEST_MODERATOR)

    response = ask(sign_in(SessionFactory(attendee=guest)), room, path, method, **parameters)

    assert response.status_code == 200
    assert {field: data_of(response)[field] for field in shown} == shown


REFUSALS = [
    ("mention-permissions", RoomType.ONE_TO_ONE, {"mentionPermissions": 1}, "type"),
    ("mention-permissions", RoomType.FORMER_ONE_TO_ONE, {"mentionPermissions": 1}, "type"),
    ("mention-permissions", RoomType.NOTE_TO_SELF, {"mentionPermissions": 1}, "type"),
    ("mention-permissions", RoomType.GROUP, {"mentionPermissions": 2}, "value"),
    ("mention-permissions", RoomType.GROUP, {"mentionPermissions": -1}, "value"),
    ("message-expiration", RoomType.FORMER_ONE_TO_ONE, {"seconds": 60}, "type"),
    ("message-expiration", RoomType.GROUP, {"seconds": -1}, "value"),
    ("message-expiration", RoomType.GROUP, {"seconds": 2**31}, "value"),
    ("object", RoomType.GROUP, {}, "object-type"),
]


@pytest.mark.parametrize(("path", "type_", "parameters", "reason"), REFUSALS)
def test_a_reason_to_refuse_is_named(sign_in, path, type_, parameters, reason):
    owner = AttendeeFactory(owner=True, room=RoomFactory(type=type_))

    response = ask(sign_in(owner), owner.room, path, CHANGES[path][0], **parameters)

    assert answer_of(response) == (400, {"error": reason})


@pytest.mark.parametrize("type_", RoomType)
@pytest.mark.parametrize(
    ("path", "name", "values"),
    [("webinar/sip", "state", [0, 1, 2, 3]), ("recording-consent", "recordingConsent", [0, 1, 2])],
)
def test_what_needs_another_server_is_not_configured(sign_in, path, name, values, type_):
    owner = AttendeeFactory(owner=True, room=RoomFactory(type=type_))
    client = sign_in(owner)

    answers = [answer_of(ask(client, owner.room, path, "put", **{name: v})) for v in values]

    assert answers == [(412, {"error": "config"})] * len(values)
    owner.room.refresh_from_db()
    assert (owner.room.sip_enabled, owner.room.recording_consent) == (0, 0)


@pytest.mark.parametrize("role", ParticipantType)
def test_whoever_is_in_the_room_reads_what_works(sign_in, role):
    guest = role in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    seat = AttendeeFactory(room=RoomFactory(public=True), guest=guest, participant_type=role)
    client = sign_in(SessionFactory(attendee=seat))
    everywhere = client.get("/ocs/v2.php/cloud/capabilities")

    response = client.get(f"{BASE}{seat.room.token}/capabilities")

    assert answer_of(response) == (200, data_of(everywhere)["capabilities"]["spreed"])
    shown = client.get(f"{BASE}{seat.room.token}")
    assert response["X-Nextcloud-Talk-Hash"] == shown["X-Nextcloud-Talk-Hash"]


def test_the_lobby_hides_no_capabilities(sign_in):
    attendee = AttendeeFactory(room__lobby_state=1)

    response = sign_in(attendee).get(f"{BASE}{attendee.room.token}/capabilities")

    assert response.status_code == 200
