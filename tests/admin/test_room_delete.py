"""Deleting rooms in the admin."""

import pytest

from talk.constants import RoomType
from talk.models import Room
from tests.admin.rooms import COLUMNS
from tests.factories import AttendeeFactory, RoomFactory

GOOD = "correct horse battery"


def test_deleting_a_room_sends_its_signal(boss, told):
    room = AttendeeFactory().room

    assert told(boss.delete, room) == ["room_deleted"]

    assert not Room.objects.exists()


def test_deleting_rooms_in_bulk_sends_their_signals(told):
    RoomFactory.create_batch(2)

    assert told(COLUMNS.delete_queryset, None, Room.objects.all()) == ["room_deleted"] * 2

    assert not Room.objects.exists()


@pytest.mark.parametrize("kind", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE])
def test_one_to_one_cannot_be_deleted(boss, kind):
    room = RoomFactory(type=kind)

    assert boss.delete(room).status_code == 403

    assert Room.objects.exists()
