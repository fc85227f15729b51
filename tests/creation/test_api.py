"""POST /room with everything in one request (rooms.md §2)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from talk.constants import ParticipantType
from talk.models import Attendee, Notification, Room
from tests.conftest import data_of
from tests.creation.asking import URL, answer_of, create, seats
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

# Everything at once.


def test_everything_is_stored(client, site):
    opens_at = timezone.now().replace(microsecond=0) + timedelta(hours=1)

    response = create(
        client,
        roomType=3,
        roomName="  Practice ",
        objectType="event",
        objectId="1#2",
        password="open sesame",
        readOnly=1,
        listable=2,
        messageExpiration=3600,
        lobbyState=1,
        lobbyTimer=int(opens_at.timestamp()),
        sipEnabled=0,
        permissions=34,
        recordingConsent=1,
        mentionPermissions=1,
        description=" Every Monday. ",
        participants={"users": ["ada"], "groups": ["Choir"]},
    )

    room = Room.objects.get()
    assert {
        "type": room.type,
        "name": room.name,
        "object": (room.object_type, room.object_id),
        "password": room.check_password("open sesame") and room.has_password,
        "read_only": room.read_only,
        "listable": room.listable,
        "expiration": room.message_expiration,
        "lobby": (room.lobby_state, room.lobby_timer),
        "permissions": room.default_permissions,
        "consent": room.recording_consent,
        "mention": room.mention_permissions,
        "description": room.description,
    } == {
        "type": 3,
        "name": "Practice",
        "object": ("event", "1#2"),
        "password": True,
        "read_only": True,
        "listable": 2,
        "expiration": 3600,
        "lobby": (1, opens_at),
        "permissions": 35,
        "consent": 1,
        "mention": 1,
        "description": "Every Monday.",
    }
    shown = data_of(client.get(f"{URL}/{room.token}"))
    assert answer_of(response) == (201, shown)
    assert seats() == [("groups", "Choir"), ("users", "ada"), ("users", "bob"), ("users", "cleo")]
    assert set(Notification.objects.values_list("user__username", "kind", "sender_id")) == {
        (name, "room", "owner") for name in ("ada", "bob", "cleo")
    }


def test_nothing_but_a_name_is_needed(client):
    response = create(client, roomName="Room")

    shown = data_of(response)
    assert response.status_code == 201
    assert {key: shown[key] for key in ("type", "name", "participantType", "lobbyState")} == {
        "type": 2,
        "name": "Room",
        "participantType": 1,
        "lobbyState": 0,
    }
    assert "invalidParticipants" not in shown
    assert [each.participant_type for each in Attendee.objects.all()] == [ParticipantType.OWNER]


@pytest.mark.parametrize("version", [1, 2])
def test_both_entries_create(client, version):
    response = client.post(URL.replace("v2", f"v{version}"), {"roomName": "Room"})

    assert response.status_code == (200 if version == 1 else 201)
    assert response.json()["ocs"]["meta"]["statuscode"] == 201


def test_a_form_with_brackets_says_the_same(client, site):
    form = (
        "roomType=3&roomName=Room&readOnly=1&participants[users][]=ada&participants[users][]=bob"
        "&participants[groups][]=Empty"
    )

    response = client.generic("POST", URL, form, "application/x-www-form-urlencoded")

    assert (response.status_code, data_of(response)["readOnly"]) == (201, 1)
    assert seats() == [("groups", "Empty"), ("users", "ada"), ("users", "bob")]


# Who may.


@pytest.mark.parametrize("parameters", [{"roomName": "Room"}, {"roomType": 99}, {}])
def test_only_accounts_create_rooms(guest_client, parameters):
    response = create(guest_client, **parameters)

    assert answer_of(response) == (401, {"error": "auth"})


@pytest.mark.parametrize("parameters", [{"roomName": "Room"}, {"roomType": 1, "invite": "ada"}])
def test_the_site_may_forbid_it(client, site, settings, parameters):
    settings.TALK_POLICY = "tests.creation.policies.NobodyCreatesRooms"

    response = create(client, **parameters)

    assert answer_of(response) == (403, {"error": "permissions"})
    assert Room.objects.count() == 0


# Events, and costs.


def test_the_host_hears_of_it_in_order(client, site, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        create(client, roomName="Room", participants={"users": ["ada"], "groups": ["Empty"]})

    assert [(name, str(said.get("attendee", ""))) for name, said in heard] == [
        ("room_created", ""),
        ("attendee_added", str(Attendee.objects.get(actor_id="owner"))),
        ("attendee_added", str(Attendee.objects.get(actor_id="ada"))),
        ("attendee_added", "Empty"),
    ]


def cost_of_inviting(client, people):
    invited = [UserFactory().username for _ in range(people)]
    with CaptureQueriesContext(connection) as queries:
        response = create(client, roomName="Room", participants={"users": invited})
    assert response.status_code == 201
    return len(queries)


def test_inviting_many_costs_what_inviting_few_does(client):
    create(client, roomName="A browser that is known by then")

    assert cost_of_inviting(client, 3) == cost_of_inviting(client, 40)
