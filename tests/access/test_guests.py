"""access.allow_guests and disallow_guests: public rooms and members' rooms (rooms.md §3;
participants.md §13)."""

import pytest
from django.test import override_settings

from talk import access, errors
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/public"
OTHER_TYPES = [
    RoomType.ONE_TO_ONE,
    RoomType.CHANGELOG,
    RoomType.FORMER_ONE_TO_ONE,
    RoomType.NOTE_TO_SELF,
]
STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
TOO_SHORT = "This password is too short. It must contain at least 8 characters."


@pytest.fixture
def told(heard, django_capture_on_commit_callbacks):
    def do(act, *arguments, **named):
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return list(heard)

    return do


# Allowing.


def test_a_group_room_becomes_public(told):
    room = RoomFactory()

    events = told(access.allow_guests, room)

    room.refresh_from_db()
    assert (room.type, room.has_password) == (RoomType.PUBLIC, False)
    assert events == [("room_changed", {"room": room, "changes": {"type": RoomType.GROUP}})]


def test_a_password_may_be_given(told):
    room = RoomFactory()

    events = told(access.allow_guests, room, password="open sesame")

    room.refresh_from_db()
    assert (room.type, room.check_password("open sesame")) == (RoomType.PUBLIC, True)
    assert "sesame" not in str(events) + room.password


def test_a_public_room_keeps_its_password(told):
    room = RoomFactory(public=True)
    room.set_password("the first one")
    room.save()

    events = told(access.allow_guests, room, password="another one")

    room.refresh_from_db()
    assert (room.check_password("the first one"), events) == (True, [])


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_changes_nothing():
    room = RoomFactory()

    with pytest.raises(errors.InvalidValue) as refusal:
        access.allow_guests(room, password="weak")

    room.refresh_from_db()
    assert refusal.value.data == {"error": "password", "message": TOO_SHORT}
    assert (room.type, room.password) == (RoomType.GROUP, "")


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_of_a_public_room_is_ignored(told):
    assert told(access.allow_guests, RoomFactory(public=True), password="weak") == []


@pytest.mark.parametrize("type_", OTHER_TYPES)
@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_other_rooms_cannot_be_public(type_):
    room = RoomFactory(type=type_)

    with pytest.raises(errors.WrongRoomType):
        access.allow_guests(room, password="weak")

    room.refresh_from_db()
    assert (room.type, room.password) == (type_, "")


# Disallowing.


def test_a_public_room_becomes_a_group_room(told):
    room = RoomFactory(public=True)
    room.set_password("open sesame")
    room.save()

    events = told(access.disallow_guests, room)

    room.refresh_from_db()
    assert (room.type, room.has_password) == (RoomType.GROUP, False)
    assert [name for name, _said in events] == ["room_changed"]
    assert events[0][1]["changes"] == {"type": RoomType.PUBLIC, "password": "…"}


def test_whoever_followed_the_link_goes():
    room = RoomFactory(public=True)
    seats = {
        role: AttendeeFactory(
            room=room,
            participant_type=role,
            guest=role in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR},
        )
        for role in ParticipantType
    }

    access.disallow_guests(room)

    assert set(room.attendees.all()) == {
        seats[ParticipantType.OWNER],
        seats[ParticipantType.MODERATOR],
        seats[ParticipantType.USER],
    }


def test_guests_drop_out_of_the_call(told):
    room = RoomFactory(public=True, with_call=True)
    guests = [
        SessionFactory(attendee=AttendeeFactory(guest=True, room=room), calling=True)
        for _ in range(2)
    ]

    events = told(access.disallow_guests, room)

    room.refresh_from_db()
    assert (room.call_started_at, room.sessions.count(), len(guests)) == (None, 0, 2)
    assert [name for name, _said in events] == [
        "call_left",
        "attendee_removed",
        "call_left",
        "call_ended",
        "attendee_removed",
        "room_changed",
    ]


def test_members_stay_in_the_call():
    room = RoomFactory(public=True, with_call=True)
    member = SessionFactory(attendee__room=room, calling=True)
    SessionFactory(attendee=AttendeeFactory(guest=True, room=room), calling=True)

    access.disallow_guests(room)

    room.refresh_from_db()
    assert (room.has_call, list(room.sessions.all())) == (True, [member])


def test_guests_of_other_rooms_stay():
    elsewhere = AttendeeFactory(guest=True)

    access.disallow_guests(RoomFactory(public=True))

    assert Attendee.objects.get() == elsewhere


def test_a_group_room_stays_one(told):
    assert told(access.disallow_guests, RoomFactory()) == []


@pytest.mark.parametrize("type_", OTHER_TYPES)
def test_other_rooms_have_no_guests(type_):
    room = RoomFactory(type=type_)

    with pytest.raises(errors.WrongRoomType):
        access.disallow_guests(room)


# Over HTTP.


@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.MODERATOR])
@pytest.mark.parametrize(
    ("method", "before", "after"),
    [
        ("post", RoomType.GROUP, RoomType.PUBLIC),
        ("post", RoomType.PUBLIC, RoomType.PUBLIC),
        ("delete", RoomType.PUBLIC, RoomType.GROUP),
        ("delete", RoomType.GROUP, RoomType.GROUP),
    ],
)
def test_the_room_is_answered(sign_in, method, before, after, role):
    caller = AttendeeFactory(participant_type=role, room=RoomFactory(type=before))

    response = getattr(sign_in(caller), method)(URL.format(caller.room.token))

    assert response.status_code == 200
    assert (data_of(response)["type"], data_of(response)["participantType"]) == (after, role)


def test_the_password_is_asked_for(sign_in, guest_client):
    caller = AttendeeFactory(owner=True)
    active = f"/ocs/v2.php/apps/spreed/api/v4/room/{caller.room.token}/participants/active"

    response = sign_in(caller).post(URL.format(caller.room.token), {"password": "sesame"}, JSON)

    assert data_of(response)["hasPassword"] is True
    assert guest_client.post(active).status_code == 403
    assert guest_client.post(active, {"password": "sesame"}).status_code == 200


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_is_explained(sign_in):
    caller = AttendeeFactory(owner=True)

    response = sign_in(caller).post(URL.format(caller.room.token), {"password": "weak"}, JSON)

    assert (response.status_code, data_of(response)) == (
        400,
        {"error": "password", "message": TOO_SHORT},
    )


@pytest.mark.parametrize("type_", OTHER_TYPES)
@pytest.mark.parametrize("method", ["post", "delete"])
def test_another_type_is_refused(sign_in, method, type_):
    caller = AttendeeFactory(owner=True, room=RoomFactory(type=type_))

    response = getattr(sign_in(caller), method)(URL.format(caller.room.token))

    assert (response.status_code, data_of(response)) == (400, {"error": "type"})


def test_a_guest_of_the_former_public_room_is_a_stranger(guest_client):
    room = RoomFactory(public=True)
    AttendeeFactory(owner=True, room=room)
    base = f"/ocs/v2.php/apps/spreed/api/v4/room/{room.token}"
    guest_client.post(f"{base}/participants/active")

    access.disallow_guests(Room.objects.get())

    assert guest_client.get(base).status_code == 404
    assert guest_client.post(f"{base}/participants/active").status_code == 404
    assert Attendee.objects.count() == 1
