"""Making a room in the admin."""

import pytest
from django.contrib.auth.hashers import check_password

from talk.constants import RoomType
from talk.models import Room
from tests.admin.staff import errors_of
from tests.factories import UserFactory

GOOD = "correct horse battery"


def test_new_room_is_created_with_its_people(boss, told):
    owner = UserFactory()

    events = told(
        boss.save,
        Room,
        name="Chess club",
        type="3",
        new_password=GOOD,
        lobby_state="1",
        **{"read_only": "on", "attendees-0-user": owner.pk, "attendees-0-participant_type": "1"},
    )

    room = Room.objects.get()
    assert (room.name, room.type, room.has_lobby, room.read_only) == (
        "Chess club",
        RoomType.PUBLIC,
        True,
        True,
    )
    assert check_password(GOOD, room.password)
    assert [seat.actor_id for seat in room.attendees.all()] == [owner.username]
    assert events == ["room_created", "room_changed", "room_changed", "attendee_added"]


def test_new_group_room_takes_no_password(boss):
    page = boss.save(Room, name="Chess club", type="2", new_password=GOOD)

    assert errors_of(page) == {"new_password": ["Only public rooms have a password."]}
    assert not Room.objects.exists()


@pytest.mark.parametrize("kind", [RoomType.ONE_TO_ONE, RoomType.CHANGELOG])
def test_new_room_is_of_a_kind_that_people_create(boss, kind):
    page = boss.save(Room, name="Chess club", type=str(int(kind)))

    assert list(errors_of(page)) == ["type"]
