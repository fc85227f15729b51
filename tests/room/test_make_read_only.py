"""room.make_read_only and make_writable (rooms.md §3)."""

import pytest

from talk import errors
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Room, Session
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_a_read_only_room_takes_no_calls():
    room = RoomFactory()

    rooms.make_read_only(room)

    room.refresh_from_db()
    assert (room.read_only, room.takes_calls) == (True, False)


def test_a_writable_room_takes_calls_again():
    room = RoomFactory(read_only=True)

    rooms.make_writable(room)

    room.refresh_from_db()
    assert (room.read_only, room.takes_calls) == (False, True)


def test_the_call_ends_for_everybody():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    SessionFactory(attendee__room=room, calling=True, age=60)

    rooms.make_read_only(room)

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)
    assert list(Session.objects.values_list("in_call", flat=True)) == [0, 0]


def test_the_sessions_stay():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    rooms.make_read_only(session.room)

    assert list(Session.objects.all()) == [session]


def test_what_is_told(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, calling=True)

    with django_capture_on_commit_callbacks(execute=True):
        rooms.make_read_only(room)

    assert [name for name, _said in heard] == ["room_changed", "call_left", "call_ended"]
    assert heard[0][1]["changes"] == {"read_only": False}
    assert heard[1][1]["session"] == session
    assert heard[2][1]["reason"] == "ended"


@pytest.mark.parametrize(
    ("operation", "read_only"), [(rooms.make_read_only, True), (rooms.make_writable, False)]
)
def test_the_present_state_changes_nothing(
    operation, read_only, django_capture_on_commit_callbacks, heard
):
    room = RoomFactory(read_only=read_only)
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        operation(room)

    assert Room.objects.values().get() == before
    assert heard == []


@pytest.mark.parametrize("operation", [rooms.make_read_only, rooms.make_writable])
@pytest.mark.parametrize("type_", RoomType)
def test_which_rooms_may_change(operation, type_):
    read_only = operation is rooms.make_writable
    room = RoomFactory(type=type_, read_only=read_only)

    if type_ in {RoomType.GROUP, RoomType.PUBLIC, RoomType.CHANGELOG}:
        assert operation(room).read_only is not read_only
    else:
        with pytest.raises(errors.WrongRoomType):
            operation(room)
        room.refresh_from_db()
        assert room.read_only is read_only
