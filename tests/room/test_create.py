"""room.create: group and public rooms (rooms.md §2)."""

import pytest
from django.test import override_settings

from talk import errors
from talk import room as rooms
from talk.constants import Listable, ParticipantType, RoomType
from talk.models import Attendee, Room
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


def test_create_gives_the_owner_the_first_seat():
    ada = UserFactory()

    room = rooms.create(name="Lounge", owner=ada)

    room.refresh_from_db()
    assert (room.name, room.type) == ("Lounge", RoomType.GROUP)
    owner = Attendee.objects.get()
    assert (owner.room, owner.user, owner.participant_type) == (room, ada, ParticipantType.OWNER)


def test_a_room_needs_no_owner():
    rooms.create(name="Lounge")

    assert Room.objects.count() == 1
    assert not Attendee.objects.exists()


def test_create_seats_further_users_once():
    ada, bob = UserFactory(), UserFactory()

    room = rooms.create(name="Lounge", owner=ada, users=[ada, bob])

    seats = room.attendees.order_by("pk").values_list("user", "participant_type")
    assert list(seats) == [(ada.pk, ParticipantType.OWNER), (bob.pk, ParticipantType.USER)]


def test_create_keeps_what_it_is_told():
    room = rooms.create(
        name="  Lounge ",
        type=RoomType.PUBLIC,
        password="open sesame",
        object_type="event",
        object_id="1#2",
        description=" Sofas ",
        listable=Listable.USERS,
    )

    room.refresh_from_db()
    assert (room.name, room.type, room.description) == ("Lounge", RoomType.PUBLIC, "Sofas")
    assert (room.object_type, room.object_id, room.listable) == ("event", "1#2", Listable.USERS)
    assert room.check_password("open sesame") is True


def test_only_a_hash_of_the_password_is_stored():
    room = rooms.create(name="Lounge", type=RoomType.PUBLIC, password="open sesame")

    assert "sesame" not in Room.objects.values_list("password", flat=True).get()
    assert room.check_password("wrong") is False


def test_a_group_room_keeps_no_password():
    room = rooms.create(name="Lounge", password="open sesame")

    assert room.has_password is False


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"description": "x" * 2001}, "description"),
        ({"object_type": "file", "object_id": "1"}, "object-type"),
        ({"object_type": "share:password", "object_id": "1"}, "object-type"),
        ({"object_type": "event"}, "object"),
        ({"object_id": "1"}, "object"),
        ({"object_type": "event", "object_id": "x" * 65}, "object-id"),
        ({"object_type": "event", "object_id": "ü" * 33}, "object-id"),
    ],
)
def test_values_that_no_room_may_have(values, named):
    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.create(**{"name": "Lounge"} | values)

    assert refusal.value.parameter == named
    assert not Room.objects.exists()


@pytest.mark.parametrize("values", [{"name": "x" * 255}, {"description": "x" * 2000}])
def test_the_longest_values_fit(values):
    rooms.create(**{"name": "Lounge"} | values)

    assert Room.objects.count() == 1


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_is_refused_with_the_reason():
    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.create(name="Lounge", type=RoomType.PUBLIC, password="short")

    assert refusal.value.data["error"] == "password"
    assert refusal.value.data["message"].startswith("This password is too short.")
    assert not Room.objects.exists()


@pytest.mark.parametrize("type_", set(RoomType) - {RoomType.GROUP, RoomType.PUBLIC})
def test_other_types_are_not_made_this_way(type_):
    with pytest.raises(errors.WrongRoomType):
        rooms.create(name="Lounge", type=type_)


def test_create_tells_of_room_and_seats(django_capture_on_commit_callbacks, heard):
    ada, bob = UserFactory(), UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        room = rooms.create(name="Lounge", owner=ada, users=[bob])

    owner, member = room.attendees.order_by("pk")
    assert heard == [
        ("room_created", {"room": room, "owner": ada}),
        ("attendee_added", {"room": room, "attendee": owner, "by": None}),
        ("attendee_added", {"room": room, "attendee": member, "by": owner}),
    ]
