"""room.rename: another name (rooms.md §3)."""

import pytest

from talk import errors
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Room
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "stored"), [("New", "New"), ("  New\n", "New"), ("x" * 255, "x" * 255)]
)
def test_the_name_is_stored_without_blanks_around_it(name, stored):
    room = RoomFactory()

    changed = rooms.rename(room, name)

    room.refresh_from_db()
    assert (room.name, changed.name) == (stored, stored)


def test_a_new_name_is_told_with_the_old_one(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(name="Old")

    with django_capture_on_commit_callbacks(execute=True):
        rooms.rename(room, "New")

    assert heard == [("room_changed", {"room": room, "changes": {"name": "Old"}})]


@pytest.mark.parametrize("name", ["Same", " Same "])
def test_the_present_name_changes_nothing(name, django_capture_on_commit_callbacks, heard):
    room = RoomFactory(name="Same")
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        rooms.rename(room, name)

    assert Room.objects.values().get() == before
    assert heard == []


@pytest.mark.parametrize("name", ["", " \t\n", "x" * 256])
def test_a_name_that_cannot_be_is_refused(name):
    room = RoomFactory(name="Old")

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.rename(room, name)

    room.refresh_from_db()
    assert (refusal.value.parameter, room.name) == ("value", "Old")


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE])
def test_a_pair_is_named_after_its_people(type_):
    room = RoomFactory(type=type_, name="Old")

    with pytest.raises(errors.WrongRoomType):
        rooms.rename(room, "New")

    room.refresh_from_db()
    assert room.name == "Old"


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.ONE_TO_ONE])
def test_an_event_names_its_room(type_):
    room = RoomFactory(type=type_, object_type="event", object_id="1#2")

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.rename(room, "New")

    assert refusal.value.parameter == "event"


def test_a_room_that_is_gone_cannot_be_renamed():
    room = RoomFactory()
    Room.objects.all().delete()

    with pytest.raises(errors.RoomNotFound):
        rooms.rename(room, "New")
