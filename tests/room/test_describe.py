"""room.describe: another description (rooms.md §3)."""

import pytest

from talk import errors
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Room
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "stored"), [("New", "New"), (" New\n", "New"), ("", ""), ("x" * 2000, "x" * 2000)]
)
def test_the_description_is_stored_without_blanks_around_it(text, stored):
    room = RoomFactory(description="Old")

    rooms.describe(room, text)

    room.refresh_from_db()
    assert room.description == stored


def test_a_new_description_is_told_with_the_old_one(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(description="Old")

    with django_capture_on_commit_callbacks(execute=True):
        rooms.describe(room, "New")

    assert heard == [("room_changed", {"room": room, "changes": {"description": "Old"}})]


def test_the_present_description_changes_nothing(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(description="Same")
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        rooms.describe(room, "Same ")

    assert Room.objects.values().get() == before
    assert heard == []


def test_a_longer_description_is_refused():
    room = RoomFactory(description="Old")

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.describe(room, "x" * 2001)

    room.refresh_from_db()
    assert (refusal.value.parameter, room.description) == ("value", "Old")


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE])
def test_a_pair_has_no_description(type_):
    with pytest.raises(errors.WrongRoomType):
        rooms.describe(RoomFactory(type=type_), "New")


def test_an_event_describes_its_room():
    room = RoomFactory(object_type="event", object_id="1#2")

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.describe(room, "New")

    assert refusal.value.parameter == "event"
