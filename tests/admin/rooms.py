"""Rooms as the admin's tests need them, and the columns of their list."""

from django.contrib import admin

from talk.admin import RoomAdmin
from talk.constants import RoomType
from talk.models import Room
from tests.factories import RoomFactory, SessionFactory

COLUMNS = RoomAdmin(Room, admin.site)


def room_with_callers(*names, **facts):
    room = RoomFactory(with_call=True, **facts)
    for name in names:
        SessionFactory(attendee__room=room, attendee__display_name=name, calling=True)
    return room


def one_to_one(*users):
    ids = [user.username for user in users]
    return RoomFactory(
        type=RoomType.ONE_TO_ONE, name=Room.pair_name(ids), pair=Room.pair_digest(ids)
    )
