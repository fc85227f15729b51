"""room.set_listable: who finds the room without a seat in it (rooms.md §3)."""

import pytest

from talk import errors
from talk import room as rooms
from talk.constants import Listable, RoomType
from talk.models import Room
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
@pytest.mark.parametrize("scope", [Listable.USERS, 2])
def test_the_scope_is_stored_and_told(type_, scope, django_capture_on_commit_callbacks, heard):
    room = RoomFactory(type=type_)

    with django_capture_on_commit_callbacks(execute=True):
        rooms.set_listable(room, scope)

    room.refresh_from_db()
    assert room.listable == scope
    assert heard == [("room_changed", {"room": room, "changes": {"listable": 0}})]


def test_the_present_scope_changes_nothing(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(listable=Listable.USERS)
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        rooms.set_listable(room, Listable.USERS)

    assert Room.objects.values().get() == before
    assert heard == []


@pytest.mark.parametrize("scope", [-1, 3])
def test_another_scope_is_refused(scope):
    room = RoomFactory()

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.set_listable(room, scope)

    assert refusal.value.parameter == "value"


@pytest.mark.parametrize("type_", sorted(set(RoomType) - {RoomType.GROUP, RoomType.PUBLIC}))
def test_only_group_and_public_rooms_can_be_found(type_):
    room = RoomFactory(type=type_)

    with pytest.raises(errors.WrongRoomType):
        rooms.set_listable(room, Listable.EVERYONE)

    room.refresh_from_db()
    assert room.listable == Listable.PARTICIPANTS
