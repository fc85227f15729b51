"""The password of a room: written, removed, never shown."""

from django.contrib.auth.hashers import check_password

from talk import room as operations
from talk.models import Room
from tests.factories import RoomFactory

GOOD = "correct horse battery"


def test_new_password_is_hashed(boss):
    room = RoomFactory(public=True)

    boss.save(room, new_password=GOOD)

    assert check_password(GOOD, Room.objects.get().password)


def test_empty_password_keeps_the_old_one(boss):
    room = operations.set_password(RoomFactory(public=True), GOOD)

    boss.save(room, name="Another name")

    assert check_password(GOOD, Room.objects.get().password)


def test_password_is_removed(boss):
    room = operations.set_password(RoomFactory(public=True), GOOD)

    boss.save(room, remove_password="on")

    assert not Room.objects.get().has_password


def test_page_shows_nothing_of_the_password(boss):
    room = operations.set_password(RoomFactory(public=True), GOOD)

    page = boss.open(room)

    assert room.password.encode() not in page.content
