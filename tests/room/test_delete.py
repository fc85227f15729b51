"""room.delete: a room with everything in it (rooms.md §3)."""

import pytest

from talk import errors
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_delete_takes_people_and_sessions_along_and_no_other_room():
    stays = SessionFactory()
    room = SessionFactory().room
    AttendeeFactory(room=room, guest=True)

    rooms.delete(room)

    assert list(Room.objects.all()) == [stays.room]
    assert list(Attendee.objects.all()) == [stays.attendee]
    assert list(Session.objects.all()) == [stays]


def test_a_deleted_room_is_told_with_its_token(django_capture_on_commit_callbacks, heard):
    room = RoomFactory()

    with django_capture_on_commit_callbacks(execute=True):
        rooms.delete(room)

    assert [(name, said["token"]) for name, said in heard][-1:] == [("room_deleted", room.token)]
    assert heard[-1][1]["room"].pk is None


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE])
def test_pairs_stay(type_):
    room = RoomFactory(type=type_)

    with pytest.raises(errors.RoomNotDeletable):
        rooms.delete(room)

    assert Room.objects.count() == 1


def test_a_room_can_be_deleted_once():
    room = RoomFactory()
    again = Room.objects.get()
    rooms.delete(room)

    with pytest.raises(errors.RoomNotFound):
        rooms.delete(again)
