"""Favourite, archived, important, sensitive, and how much somebody wants to hear
(rooms.md §3; README of the contract, "present value")."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import errors, preference
from talk.constants import NotificationLevel, ParticipantType, RoomType
from talk.models import Attendee, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"
SWITCHES = {
    "favorite": ("is_favorite", "isFavorite"),
    "archive": ("is_archived", "isArchived"),
    "important": ("is_important", "isImportant"),
    "sensitive": ("is_sensitive", "isSensitive"),
}
OPERATIONS = {
    "favorite": preference.set_favorite,
    "archive": preference.set_archived,
    "important": preference.set_important,
    "sensitive": preference.set_sensitive,
    "notify": preference.set_notification_level,
    "notify-calls": preference.set_call_notifications,
}


def url_of(attendee, path=""):
    return ROOM.format(attendee.room.token) + path


def answer_of(response):
    return response.status_code, data_of(response)


# Switches.


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize(("method", "after"), [("post", True), ("delete", False)])
@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_is_turned(sign_in, switch, method, after, before):
    field, wire = SWITCHES[switch]
    attendee = AttendeeFactory(**{field: before})
    client = sign_in(attendee)

    response = getattr(client, method)(url_of(attendee, f"/{switch}"))

    attendee.refresh_from_db()
    assert getattr(attendee, field) is after
    assert answer_of(response) == (200, data_of(client.get(url_of(attendee))))
    assert data_of(response)[wire] is after


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_turns_nothing_else(sign_in, switch):
    attendee = AttendeeFactory()
    other = AttendeeFactory(room=attendee.room)
    elsewhere = AttendeeFactory(user=attendee.user)

    sign_in(attendee).post(url_of(attendee, f"/{switch}"))

    on = {
        (field, each.pk)
        for field, _wire in SWITCHES.values()
        for each in Attendee.objects.filter(**{field: True})
    }
    assert on == {(SWITCHES[switch][0], attendee.pk)}
    assert Attendee.objects.count() == len([attendee, other, elsewhere])


@pytest.mark.parametrize(
    "role",
    [ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.SELF_JOINED],
)
@pytest.mark.parametrize("switch", SWITCHES)
def test_every_account_in_the_room_has_preferences(sign_in, switch, role):
    attendee = AttendeeFactory(participant_type=role, room=RoomFactory(public=True))

    response = sign_in(attendee).post(url_of(attendee, f"/{switch}"))

    assert data_of(response)[SWITCHES[switch][1]] is True


@pytest.mark.parametrize("type_", RoomType)
def test_every_room_can_be_preferred(sign_in, type_):
    attendee = AttendeeFactory(owner=True, room=RoomFactory(type=type_, name='["a", "b"]'))

    response = sign_in(attendee).post(url_of(attendee, "/favorite"))

    assert data_of(response)["isFavorite"] is True


# Levels.


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_notification_level_is_stored(sign_in, level):
    attendee = AttendeeFactory()

    response = sign_in(attendee).post(url_of(attendee, "/notify"), {"level": level}, JSON)

    attendee.refresh_from_db()
    assert attendee.notification_level == level
    assert (response.status_code, data_of(response)["notificationLevel"]) == (200, level)


@pytest.mark.parametrize("level", [0, 4, -1, 2**40])
def test_another_notification_level_is_refused(sign_in, level):
    attendee = AttendeeFactory(notification_level=NotificationLevel.MENTION)

    response = sign_in(attendee).post(url_of(attendee, "/notify"), {"level": level}, JSON)

    attendee.refresh_from_db()
    assert answer_of(response) == (400, {"error": "level"})
    assert attendee.notification_level == NotificationLevel.MENTION


@pytest.mark.parametrize(
    ("role", "type_", "told"),
    [
        (ParticipantType.USER, RoomType.GROUP, 2),
        (ParticipantType.USER, RoomType.PUBLIC, 2),
        (ParticipantType.OWNER, RoomType.ONE_TO_ONE, 1),
        (ParticipantType.OWNER, RoomType.FORMER_ONE_TO_ONE, 1),
        (ParticipantType.GUEST, RoomType.PUBLIC, 3),
    ],
)
def test_the_default_level_is_never_told(role, type_, told):
    guest = role == ParticipantType.GUEST
    attendee = AttendeeFactory(participant_type=role, guest=guest, room=RoomFactory(type=type_))

    assert attendee.effective_notification_level() == told


@pytest.mark.parametrize("level", [0, 1])
def test_call_notifications_are_switched(sign_in, level):
    attendee = AttendeeFactory(notification_calls=not level)

    response = sign_in(attendee).post(url_of(attendee, "/notify-calls"), {"level": level}, JSON)

    attendee.refresh_from_db()
    assert attendee.notification_calls is bool(level)
    assert (response.status_code, data_of(response)["notificationCalls"]) == (200, level)


@pytest.mark.parametrize("level", [2, 3, -1, 2**40])
def test_another_call_level_is_refused(sign_in, level):
    attendee = AttendeeFactory()

    response = sign_in(attendee).post(url_of(attendee, "/notify-calls"), {"level": level}, JSON)

    attendee.refresh_from_db()
    assert answer_of(response) == (400, {"error": "level"})
    assert attendee.notification_calls is True


# What is shared.


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_seat_has_changed_but_not_the_room(name):
    attendee, long_ago = AttendeeFactory(), timezone.now() - timedelta(days=1)
    Attendee.objects.update(modified_at=long_ago)
    room = Room.objects.values().get()

    OPERATIONS[name](attendee, 1)

    stored = Attendee.objects.get()
    assert stored.modified_at == attendee.modified_at > long_ago
    assert Room.objects.values().get() == room


@pytest.mark.parametrize("name", OPERATIONS)
def test_somebody_who_is_gone_prefers_nothing(name):
    attendee = AttendeeFactory()
    Attendee.objects.filter(pk=attendee.pk).delete()

    with pytest.raises(errors.ParticipantNotFound):
        OPERATIONS[name](attendee, 1)

    assert Attendee.objects.count() == 0


def test_a_changed_preference_is_a_changed_room_to_its_owner(sign_in):
    attendee, long_ago = AttendeeFactory(), timezone.now() - timedelta(days=1)
    Attendee.objects.update(modified_at=long_ago)
    Room.objects.update(last_activity=long_ago)
    client = sign_in(attendee)
    since = {"modifiedSince": int(long_ago.timestamp()) + 1}
    before = data_of(client.get(ROOM.format("").rstrip("/"), since))

    client.post(url_of(attendee, "/favorite"))

    after = data_of(client.get(ROOM.format("").rstrip("/"), since))
    assert (before, [room["token"] for room in after]) == ([], [attendee.room.token])
