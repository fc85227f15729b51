"""The room object in all its forms (rooms.md §5): every key, its type, and what each reader sees.

One room has a value of its own in every field, so that a default is never mistaken for it.
"""

import pytest
from django.utils import timezone

from talk.constants import (
    Listable,
    LobbyState,
    MentionPermissions,
    NotificationLevel,
    ParticipantType,
)
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory, utc

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"
NUMBERS = [
    "id", "type", "participantType", "participantFlags", "readOnly", "callFlag", "callStartTime",
    "callRecording", "lastActivity", "lastReadMessage", "unreadMessages", "lastCommonReadMessage",
    "notificationLevel", "notificationCalls", "lobbyState", "lobbyTimer", "lastPing",
    "sipEnabled", "attendeeId", "permissions", "attendeePermissions", "callPermissions",
    "defaultPermissions", "listable", "messageExpiration", "breakoutRoomMode",
    "breakoutRoomStatus", "recordingConsent", "mentionPermissions", "lastPinnedId",
    "hiddenPinnedId", "hasScheduledMessages",
]  # fmt: skip
TEXTS = [
    "token", "name", "displayName", "description", "objectType", "objectId", "sessionId",
    "attendeePin", "actorType", "actorId", "avatarVersion", "liveTranscriptionLanguageId",
]  # fmt: skip
SWITCHES = [
    "hasPassword", "hasCall", "canStartCall", "unreadMention", "unreadMentionDirect",
    "isFavorite", "canLeaveConversation", "canDeleteConversation", "canEnableSIP",
    "isCustomAvatar", "isArchived", "isImportant", "isSensitive",
]  # fmt: skip
TYPES = dict.fromkeys(NUMBERS, int) | dict.fromkeys(TEXTS, str) | dict.fromkeys(SWITCHES, bool)
NOON = utc(2026, 5, 4, 12)
IN_THE_LOBBY = 1 | 2 | 4


@pytest.fixture(autouse=True)
def _site(settings, monkeypatch):
    settings.TALK_RECORDING_CONSENT = 2
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def room():
    room = RoomFactory(
        public=True,
        token="lounge77",
        name="Lounge",
        description="Sofas",
        object_type="event",
        object_id="1#2",
        read_only=True,
        listable=Listable.EVERYONE,
        lobby_state=LobbyState.NON_MODERATORS_WAIT,
        lobby_timer=utc(2026, 5, 4, 13),
        default_permissions=255,
        mention_permissions=MentionPermissions.MODERATORS,
        message_expiration=3600,
        recording_consent=1,
        sip_enabled=1,
        call_started_at=utc(2026, 5, 4, 11),
        call_flags=7,
        last_activity=utc(2026, 5, 4, 11, 30),
    )
    room.set_password("open sesame")
    room.save()
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    return room


def seat(room, **fields):
    wishes = {
        "is_favorite": True,
        "is_archived": True,
        "is_important": True,
        "is_sensitive": True,
        "notification_level": NotificationLevel.ALWAYS,
        "notification_calls": False,
    }
    return AttendeeFactory(room=room, **wishes | fields)


def joined(room, **fields):
    return SessionFactory(attendee=seat(room, **fields), in_call=3, age=20)


def guest(room, **fields):
    return joined(room, guest=True, display_name="Eve", **fields)


NON_MEMBERS = {
    "N-list user": lambda room: UserFactory(),
    "N-list visitor": lambda room: None,
    "N-bare user": lambda room: UserFactory(),
    "N-bare visitor": lambda room: None,
}
PEOPLE = {
    "M user": joined,
    "M self-joined": lambda room: joined(room, participant_type=ParticipantType.SELF_JOINED),
    "M offline": seat,
    "Mod owner": lambda room: joined(room, owner=True),
    "Mod moderator": lambda room: joined(room, moderator=True),
    "G guest": guest,
    "G moderator": lambda room: guest(room, participant_type=ParticipantType.GUEST_MODERATOR),
    "L user": lambda room: joined(room, permissions=IN_THE_LOBBY),
    "L guest": lambda room: guest(room, permissions=IN_THE_LOBBY),
}
FORMS = PEOPLE | NON_MEMBERS


def read(sign_in, room, form):
    """The room as somebody of this form reads it, and who they are."""
    if form.startswith("N-bare"):
        type(room).objects.update(listable=Listable.PARTICIPANTS)
    who = FORMS[form](room)
    client = TalkClient() if who is None else sign_in(who)
    response = client.get(URL.format(room.token))
    assert response.status_code == 200
    return data_of(response), who


@pytest.mark.parametrize("form", FORMS)
def test_every_key_is_there_and_of_its_type(sign_in, room, form):
    seen, _who = read(sign_in, room, form)

    # The exact type: no null anywhere, and no boolean where clients want a number.
    assert {key: type(value) for key, value in seen.items()} == TYPES


def member(room, session, **differences):
    attendee = session.attendee
    return {
        "id": room.pk,
        "token": "lounge77",
        "type": 3,
        "name": "Lounge",
        "displayName": "Lounge",
        "description": "Sofas",
        "objectType": "event",
        "objectId": "1#2",
        "participantType": attendee.participant_type,
        "participantFlags": 3,
        "readOnly": 1,
        "hasPassword": True,
        "hasCall": True,
        "callFlag": 7,
        "callStartTime": int(NOON.timestamp()) - 3600,
        "callRecording": 0,
        "canStartCall": True,
        "lastActivity": int(NOON.timestamp()) - 1800,
        "lastReadMessage": 0,
        "unreadMessages": 0,
        "unreadMention": False,
        "unreadMentionDirect": False,
        "lastCommonReadMessage": 0,
        "isFavorite": True,
        "canLeaveConversation": True,
        "canDeleteConversation": False,
        "notificationLevel": 1,
        "notificationCalls": 0,
        "lobbyState": 1,
        "lobbyTimer": int(NOON.timestamp()) + 3600,
        "lastPing": int(NOON.timestamp()) - 20,
        "sessionId": session.session_id,
        "sipEnabled": 0,
        "canEnableSIP": False,
        "attendeePin": "",
        "actorType": "users",
        "actorId": attendee.actor_id,
        "attendeeId": attendee.pk,
        "permissions": 255,
        "attendeePermissions": 0,
        "callPermissions": 0,
        "defaultPermissions": 255,
        "listable": 2,
        "messageExpiration": 3600,
        "isCustomAvatar": False,
        "breakoutRoomMode": 0,
        "breakoutRoomStatus": 0,
        "recordingConsent": 1,
        "mentionPermissions": 1,
        "liveTranscriptionLanguageId": "",
        "isArchived": True,
        "isImportant": True,
        "isSensitive": True,
        "lastPinnedId": 0,
        "hiddenPinnedId": 0,
        "hasScheduledMessages": 0,
    } | differences


MODERATOR = {"permissions": 254, "canDeleteConversation": True}
OFFLINE = {"participantFlags": 0, "lastPing": 0, "sessionId": "0"}
GUEST = {
    "actorType": "guests",
    "canLeaveConversation": False,
    "isFavorite": False,
    "isArchived": False,
    "isImportant": False,
    "isSensitive": False,
}
LOBBY = {
    "hasCall": False,
    "canStartCall": False,
    "permissions": IN_THE_LOBBY,
    "attendeePermissions": IN_THE_LOBBY,
}
PEOPLE_DIFFER = {
    "M user": {},
    "M self-joined": {},
    "M offline": OFFLINE,
    "Mod owner": MODERATOR,
    "Mod moderator": MODERATOR,
    "G guest": GUEST,
    "G moderator": GUEST | {"permissions": 254},
    "L user": LOBBY,
    "L guest": GUEST | LOBBY,
}


@pytest.mark.parametrize("form", PEOPLE)
def test_what_people_of_the_room_see(sign_in, room, form):
    seen, who = read(sign_in, room, form)

    session = SessionFactory.build(attendee=who, room=room) if form == "M offline" else who
    seen.pop("avatarVersion")
    assert seen == member(room, session, **PEOPLE_DIFFER[form])


BARE = {
    "token": "lounge77",
    "type": 3,
    "name": "",
    "displayName": "",
    "description": "",
    "objectType": "",
    "objectId": "",
    "participantType": 4,
    "participantFlags": 0,
    "readOnly": 0,
    "hasPassword": True,
    "hasCall": False,
    "callFlag": 0,
    "callStartTime": 0,
    "callRecording": 0,
    "canStartCall": False,
    "lastActivity": 0,
    "lastReadMessage": 0,
    "unreadMessages": 0,
    "unreadMention": False,
    "unreadMentionDirect": False,
    "lastCommonReadMessage": 0,
    "isFavorite": False,
    "canLeaveConversation": False,
    "canDeleteConversation": False,
    "notificationLevel": 3,
    "notificationCalls": 0,
    "lobbyState": 0,
    "lobbyTimer": 0,
    "lastPing": 0,
    "sessionId": "0",
    "sipEnabled": 0,
    "canEnableSIP": False,
    "attendeePin": "",
    "actorType": "",
    "actorId": "",
    "attendeeId": 0,
    "permissions": 1,
    "attendeePermissions": 1,
    "callPermissions": 1,
    "defaultPermissions": 1,
    "listable": 0,
    "messageExpiration": 0,
    "isCustomAvatar": False,
    "breakoutRoomMode": 0,
    "breakoutRoomStatus": 0,
    "recordingConsent": 1,
    "mentionPermissions": 0,
    "liveTranscriptionLanguageId": "",
    "isArchived": False,
    "isImportant": False,
    "isSensitive": False,
    "lastPinnedId": 0,
    "hiddenPinnedId": 0,
    "hasScheduledMessages": 0,
}
LISTED = {
    "name": "Lounge",
    "displayName": "Lounge",
    "description": "Sofas",
    "objectType": "event",
    "objectId": "1#2",
    "readOnly": 1,
    "hasCall": True,
    "callFlag": 7,
    "callStartTime": int(NOON.timestamp()) - 3600,
    "lastActivity": int(NOON.timestamp()) - 1800,
    "lobbyState": 1,
    "lobbyTimer": int(NOON.timestamp()) + 3600,
    "listable": 2,
}


@pytest.mark.parametrize(
    ("form", "differences"),
    [
        ("N-list user", LISTED),
        ("N-list visitor", LISTED),
        ("N-bare user", {}),
        ("N-bare visitor", {}),
    ],
)
def test_what_everybody_else_sees(sign_in, room, form, differences):
    seen, _who = read(sign_in, room, form)

    seen.pop("avatarVersion")
    assert seen == {"id": room.pk} | BARE | differences


def test_the_avatar_version_is_short_stable_and_the_same_for_all(sign_in, room):
    versions = {read(sign_in, room, form)[0]["avatarVersion"] for form in FORMS}

    assert [len(version) for version in versions] == [8]


@pytest.mark.parametrize(
    "form", ["M user", "M self-joined", "M offline", "Mod owner", "Mod moderator", "L user"]
)
def test_the_list_shows_the_same_as_the_room(sign_in, room, form):
    seen, who = read(sign_in, room, form)

    listed = sign_in(who).get("/ocs/v2.php/apps/spreed/api/v4/room")

    assert data_of(listed) == [seen]


def test_the_list_of_open_rooms_shows_the_same_as_the_room(sign_in, room):
    seen, who = read(sign_in, room, "N-list user")

    listed = sign_in(who).get("/ocs/v2.php/apps/spreed/api/v4/listed-room")

    assert data_of(listed) == [seen]
