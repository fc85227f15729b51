"""room.set_mention_permissions, set_message_expiration and unbind (rooms.md §3)."""

import pytest

from talk import errors
from talk import room as rooms
from talk.constants import MentionPermissions, RoomType
from talk.models import Room
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db

MANY = {RoomType.GROUP, RoomType.PUBLIC}
CHANGES = {
    "mention": (rooms.set_mention_permissions, "mention_permissions", 0, [1, 0]),
    "expire": (rooms.set_message_expiration, "message_expiration", 0, [0, 1, 3600, 2**31 - 1]),
}
STORED = [
    (name, type_, value)
    for name, (_operation, _field, _before, values) in CHANGES.items()
    for type_ in RoomType
    for value in values
    if type_ in MANY or (name == "expire" and type_ != RoomType.FORMER_ONE_TO_ONE)
]


@pytest.mark.parametrize(("name", "type_", "value"), STORED)
def test_a_value_is_stored_and_told_once(
    name, type_, value, django_capture_on_commit_callbacks, heard
):
    operation, field, before, _values = CHANGES[name]
    room = RoomFactory(type=type_)

    with django_capture_on_commit_callbacks(execute=True):
        operation(room, value)
        operation(room, value)

    room.refresh_from_db()
    assert getattr(room, field) == value
    changed = ("room_changed", {"room": room, "changes": {field: before}})
    assert heard == ([] if value == before else [changed])


@pytest.mark.parametrize(
    ("name", "value"), [("mention", -1), ("mention", 2), ("expire", -1), ("expire", 2**31)]
)
def test_a_value_that_cannot_be_is_refused(name, value):
    operation, field, before, _values = CHANGES[name]
    room = RoomFactory()

    with pytest.raises(errors.InvalidValue) as refusal:
        operation(room, value)

    room.refresh_from_db()
    assert refusal.value.data == {"error": "value"}
    assert getattr(room, field) == before


@pytest.mark.parametrize(
    ("operation", "type_"),
    [
        (rooms.set_message_expiration, RoomType.FORMER_ONE_TO_ONE),
        *((rooms.set_mention_permissions, type_) for type_ in RoomType if type_ not in MANY),
    ],
)
def test_rooms_that_do_not_change(operation, type_):
    room = RoomFactory(type=type_)
    before = Room.objects.values().get()

    with pytest.raises(errors.WrongRoomType):
        operation(room, MentionPermissions.MODERATORS)

    assert Room.objects.values().get() == before


@pytest.mark.parametrize("object_type", ["event", "instant_meeting", "phone_temporary"])
def test_a_room_lives_on_without_its_object(object_type, django_capture_on_commit_callbacks, heard):
    room = RoomFactory(object_type=object_type, object_id="1#2")

    with django_capture_on_commit_callbacks(execute=True):
        rooms.unbind(room)

    room.refresh_from_db()
    assert (room.object_type, room.object_id) == ("", "")
    changes = {"object_type": object_type, "object_id": "1#2"}
    assert heard == [("room_changed", {"room": room, "changes": changes})]


@pytest.mark.parametrize(
    "object_type",
    ["", "file", "share:password", "room", "phone", "phone_persist", "sample",
     "extended_conversation", "emails", "note_to_self"],
)  # fmt: skip
def test_other_objects_keep_their_rooms(object_type):
    room = RoomFactory(object_type=object_type, object_id="1")

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.unbind(room)

    room.refresh_from_db()
    assert refusal.value.data == {"error": "object-type"}
    assert (room.object_type, room.object_id) == (object_type, "1")


def test_an_unbound_room_can_be_renamed():
    room = RoomFactory(object_type="event", object_id="1#2")
    rooms.unbind(room)

    renamed = rooms.rename(room, "By itself")

    assert renamed.name == "By itself"
