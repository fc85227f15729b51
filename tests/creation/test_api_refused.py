"""POST /room: values that are refused, and by which name (rooms.md §2)."""

import pytest
from django.test import override_settings

from talk.constants import CREATABLE_OBJECT_TYPES, LOBBY_OBJECT_TYPES
from talk.models import Attendee, Room
from tests.creation.asking import answer_of, create

pytestmark = pytest.mark.django_db

STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
TOO_SHORT = "This password is too short. It must contain at least 8 characters."


REFUSED = [
    ({"roomType": 0}, "type"),
    ({"roomType": 4}, "type"),
    ({"roomType": 5}, "type"),
    ({"roomType": 6}, "type"),
    ({"roomType": -1}, "type"),
    ({"roomName": " \t"}, "name"),
    ({"roomName": "x" * 256}, "name"),
    ({"objectType": "file", "objectId": "1"}, "object-type"),
    ({"objectType": "room", "objectId": "1"}, "object-type"),
    ({"objectType": "share:password", "objectId": "1"}, "object-type"),
    ({"objectType": "x" * 65, "objectId": "1"}, "object-type"),
    ({"objectType": "event", "objectId": "x" * 65}, "object-id"),
    ({"objectType": "event", "objectId": "ü" * 33}, "object-id"),
    ({"objectType": "", "objectId": "x" * 65}, "object-id"),
    ({"objectType": "event"}, "object"),
    ({"objectId": "1"}, "object"),
    ({"readOnly": 2}, "read-only"),
    ({"readOnly": -1}, "read-only"),
    ({"listable": 3}, "listable"),
    ({"listable": -1}, "listable"),
    ({"messageExpiration": -1}, "message-expiration"),
    ({"messageExpiration": 2**31}, "message-expiration"),
    ({"lobbyState": 2}, "lobby"),
    ({"lobbyState": -1}, "lobby"),
    ({"lobbyState": 1, "lobbyTimer": -1}, "lobby-timer"),
    ({"lobbyState": 1, "lobbyTimer": 2**62}, "lobby-timer"),
    ({"sipEnabled": 3}, "sip-enabled"),
    ({"sipEnabled": -1}, "sip-enabled"),
    ({"permissions": 256}, "permissions"),
    ({"permissions": -1}, "permissions"),
    ({"recordingConsent": 2}, "recording-consent"),
    ({"recordingConsent": -1}, "recording-consent"),
    ({"mentionPermissions": 2}, "mention-permissions"),
    ({"mentionPermissions": -1}, "mention-permissions"),
    ({"description": "x" * 2001}, "description"),
    *(({"emoji": no_emoji}, "avatar")
        for no_emoji in ("", "a", "ab", "🎉🎉", "🎉 ", "1", "<b>", "🇩")
    ),
    *(
        ({"emoji": "🎉", "avatarColor": no_color}, "avatar")
        for no_color in ("", "#00ff00", "00ff0", "00ff000", "00fg00", "red")
    ),
    *(
        ({"objectType": kind, "objectId": "1", "lobbyState": 1}, "lobby")
        for kind in sorted(CREATABLE_OBJECT_TYPES - LOBBY_OBJECT_TYPES)
    ),
    # Of the wrong kind: by the name of the parameter.
    *(
        ({name: value}, name)
        for name in (
            "roomType", "readOnly", "listable", "messageExpiration", "lobbyState", "lobbyTimer",
            "sipEnabled", "permissions", "recordingConsent", "mentionPermissions",
        )
        for value in ("abc", "", 1.5, True, [1], {"a": 1}, 10**19)
    ),
    *(
        ({name: value}, name)
        for name in (
            "invite", "source", "roomName", "objectType", "objectId", "password", "description",
        )
        for value in (["x"], {"a": "x"}, True, "a\x00b", "\ud800")
    ),
    *(
        ({"participants": value}, "participants")
        for value in (
            "ada", 1, True, ["ada"], {"users": "ada"}, {"users": [["ada"]]}, {"groups": {"a": 1}},
            {"users": [None]}, {"users": ["a\x00b"]},
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "reason"), REFUSED, ids=lambda value: str(value)[:50])
def test_a_value_is_refused(client, parameters, reason):
    response = create(client, **{"roomName": "Room", **parameters})

    assert answer_of(response) == (400, {"error": reason})
    assert (Room.objects.count(), Attendee.objects.count()) == (0, 0)


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_is_explained(client):
    response = create(client, roomName="Room", roomType=3, password="weak")

    assert answer_of(response) == (400, {"error": "password", "message": TOO_SHORT})
    assert Room.objects.count() == 0


# Order of what is wrong: the first that fails is named.

ORDER = [
    # everything from here on is wrong as well
    ({"roomType": 7}, 400, "type"),
    ({"readOnly": 9}, 400, "read-only"),
    ({"participants": {"users": ["nobody"]}}, 404, "invite"),
    ({"lobbyState": 1, "lobbyTimer": -1}, 400, "lobby-timer"),
    ({"objectType": "file"}, 400, "object-type"),
    ({"roomName": " "}, 400, "name"),
    ({"description": "x" * 2001}, 400, "description"),
]


@pytest.mark.parametrize("step", range(len(ORDER)))
def test_the_first_reason_wins(client, site, step):
    parameters = {}
    for wrong, _status, _reason in ORDER[step:]:
        parameters |= wrong

    response = create(client, **{"roomName": "Room", **parameters})

    assert answer_of(response) == (ORDER[step][1], {"error": ORDER[step][2]})
