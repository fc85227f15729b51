"""permission.set_default: what a room allows (participants.md §9, rooms.md §3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import errors, permission
from talk.constants import RoomType
from talk.models import Attendee
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value", "stored"), [(0, 0), (1, 1), (34, 35), (35, 35), (254, 255), (255, 255)]
)
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_a_value_is_stored_with_the_custom_bit(type_, value, stored):
    room = RoomFactory(type=type_, default_permissions=51)

    changed = permission.set_default(room, value)

    room.refresh_from_db()
    assert (room.default_permissions, changed.default_permissions) == (stored, stored)


def test_a_change_is_told(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(default_permissions=51)

    with django_capture_on_commit_callbacks(execute=True):
        permission.set_default(room, 34)

    assert heard == [("room_changed", {"room": room, "changes": {"default_permissions": 51}})]


def test_everybodys_own_value_goes(django_capture_on_commit_callbacks, heard):
    room, moment = RoomFactory(public=True), timezone.now() - timedelta(days=1)
    people = [
        AttendeeFactory(room=room, permissions=35),
        AttendeeFactory(room=room, guest=True, permissions=1),
        AttendeeFactory(room=room, moderator=True, permissions=255),
    ]
    untouched = AttendeeFactory(room=room)
    elsewhere = AttendeeFactory(permissions=35)
    Attendee.objects.update(modified_at=moment)

    with django_capture_on_commit_callbacks(execute=True):
        permission.set_default(room, 34)

    assert set(room.attendees.values_list("permissions", flat=True)) == {0}
    assert list(Attendee.objects.filter(modified_at=moment).order_by("pk")) == [
        untouched,
        elsewhere,
    ]
    elsewhere.refresh_from_db()
    assert elsewhere.permissions == 35
    told = [said["attendee"] for name, said in heard if name == "attendee_permissions_changed"]
    assert sorted((each.pk, each.permissions) for each in told) == [(one.pk, 0) for one in people]


def test_the_present_value_resets_people_and_tells_nothing_of_the_room(
    django_capture_on_commit_callbacks, heard
):
    attendee = AttendeeFactory(permissions=35, room__default_permissions=51)

    with django_capture_on_commit_callbacks(execute=True):
        permission.set_default(attendee.room, 50)

    attendee.refresh_from_db()
    assert attendee.permissions == 0
    assert [name for name, _arguments in heard] == ["attendee_permissions_changed"]


def test_flags_of_a_running_call_stay_as_they_are():
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    permission.set_default(session.room, 1)

    session.refresh_from_db()
    assert session.in_call == 7


@pytest.mark.parametrize(
    "type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE, RoomType.NOTE_TO_SELF]
)
@pytest.mark.parametrize(
    ("value", "refusal"), [(34, errors.WrongRoomType), (256, errors.InvalidValue)]
)
def test_rooms_without_a_default(type_, value, refusal):
    attendee = AttendeeFactory(permissions=35, room=RoomFactory(type=type_))

    with pytest.raises(refusal):
        permission.set_default(attendee.room, value)

    attendee.refresh_from_db()
    attendee.room.refresh_from_db()
    assert (attendee.permissions, attendee.room.default_permissions) == (35, 0)


@pytest.mark.parametrize("value", [-1, 256])
def test_a_value_out_of_range_is_refused(value):
    room = RoomFactory()

    with pytest.raises(errors.InvalidValue) as refusal:
        permission.set_default(room, value)

    assert refusal.value.data == {"error": "permissions"}
