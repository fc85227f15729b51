"""POST /room: values that are accepted, one by one (rooms.md §2)."""

import pytest
from django.test import override_settings

from talk.constants import CREATABLE_OBJECT_TYPES, RoomType
from talk.models import Room
from tests.conftest import data_of
from tests.creation.asking import create
from tests.factories import utc

pytestmark = pytest.mark.django_db

STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("Room", "Room"),
        (" Room\n", "Room"),
        ("x" * 255, "x" * 255),
        ("", "---"),
        ("<b>", "<b>"),
        ("0", "0"),
    ],
)
def test_a_name(client, sent, stored):
    response = create(client, roomName=sent)

    assert data_of(response)["name"] == stored


ACCEPTED = [
    ("readOnly", 0, "read_only", False),
    ("readOnly", 1, "read_only", True),
    ("readOnly", "1", "read_only", True),
    ("listable", 0, "listable", 0),
    ("listable", 1, "listable", 1),
    ("listable", 2, "listable", 2),
    ("messageExpiration", 0, "message_expiration", 0),
    ("messageExpiration", 2**31 - 1, "message_expiration", 2**31 - 1),
    ("lobbyState", 0, "lobby_state", 0),
    ("lobbyState", 1, "lobby_state", 1),
    ("sipEnabled", 0, "sip_enabled", 0),
    ("sipEnabled", 1, "sip_enabled", 0),
    ("sipEnabled", 2, "sip_enabled", 0),
    ("permissions", 0, "default_permissions", 0),
    ("permissions", 1, "default_permissions", 1),
    ("permissions", 254, "default_permissions", 255),
    ("permissions", 255, "default_permissions", 255),
    ("recordingConsent", 0, "recording_consent", 0),
    ("recordingConsent", 1, "recording_consent", 1),
    ("mentionPermissions", 0, "mention_permissions", 0),
    ("mentionPermissions", 1, "mention_permissions", 1),
    ("description", "x" * 2000, "description", "x" * 2000),
    ("description", " x\n", "description", "x"),
    ("description", "", "description", ""),
    ("participants", {}, "type", 2),
    ("participants", [], "type", 2),
    *(
        ("emoji", emoji, "emoji", emoji)
        for emoji in ("🎉", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "7️⃣", "©", "🏴󠁧󠁢󠁳󠁣󠁴󠁿")
    ),
    ("emoji", None, "emoji", ""),
    ("avatarColor", "00FF00", "avatar_color", "00ff00"),
    ("avatarColor", None, "avatar_color", ""),
]


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: f"{case[0]}={case[1]!s:.9}")
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_a_value_is_accepted(client, type_, case):
    parameter, value, field, stored = case

    response = create(client, roomType=type_, roomName="Room", **{parameter: value})

    assert response.status_code == 201
    expected = type_ if field == "type" else stored
    assert Room.objects.values_list(field, flat=True).get() == expected


@pytest.mark.parametrize("object_type", sorted(CREATABLE_OBJECT_TYPES - {""}))
def test_an_object(client, object_type):
    create(client, roomName="Room", objectType=object_type, objectId="x" * 64)

    room = Room.objects.get()
    assert (room.object_type, room.object_id) == (
        object_type,
        "phone" if object_type.startswith("phone") else "x" * 64,
    )


@pytest.mark.parametrize(
    ("state", "timer", "stored"),
    [
        (1, None, None),
        (1, 0, None),
        (1, 4102444800, utc(2100, 1, 1)),
        (1, "4102444800", utc(2100, 1, 1)),
        (0, 4102444800, None),
        (0, -1, None),
    ],
)
def test_a_lobby_with_a_timer(client, state, timer, stored):
    response = create(client, roomName="Room", lobbyState=state, lobbyTimer=timer)

    room = Room.objects.get()
    assert (response.status_code, room.lobby_state, room.lobby_timer) == (201, state, stored)


def test_a_timer_in_the_past_opens_the_lobby(client):
    response = create(client, roomName="Room", lobbyState=1, lobbyTimer=1)

    shown = data_of(response)
    assert (shown["lobbyState"], shown["lobbyTimer"]) == (0, 0)


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
@pytest.mark.parametrize("password", ["weak", "open sesame"])
def test_a_group_room_has_no_password(client, password):
    response = create(client, roomName="Room", roomType=2, password=password)

    assert (response.status_code, data_of(response)["hasPassword"]) == (201, False)
