"""What puts people out of a call: read-only, the lobby, the clock, deletion (call.md §5.2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import lobby
from talk import room as rooms
from talk.cleanup import clean_up
from talk.constants import ParticipantType, RoomType
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("age", [0, 60])
def test_read_only_ends_the_call_of_all(told, age):
    room = RoomFactory(with_call=True)
    moderator = SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    other = SessionFactory(attendee__room=room, calling=True, age=age)

    events = told(rooms.make_read_only, room)

    room.refresh_from_db()
    moderator.refresh_from_db()
    other.refresh_from_db()
    assert [name for name, _arguments in events if name.startswith("call_")] == [
        "call_left",
        "call_left",
        "call_ended",
    ]
    assert dict(events)["call_ended"]["reason"] == "ended"
    assert (room.call_started_at, moderator.in_call, other.in_call) == (None, 0, 0)


@pytest.mark.parametrize("kind", list(ParticipantType))
@pytest.mark.parametrize("permissions", [0, 255])
def test_lobby_puts_out_whoever_is_no_moderator(kind, permissions):
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    session = SessionFactory(
        attendee__room=room,
        attendee__participant_type=kind,
        attendee__permissions=permissions,
        calling=True,
    )

    lobby.enable(room)

    session.refresh_from_db()
    room.refresh_from_db()
    stays = kind in {
        ParticipantType.OWNER,
        ParticipantType.MODERATOR,
        ParticipantType.GUEST_MODERATOR,
    }
    assert session.in_call == (7 if stays else 0)
    assert room.has_call is True


@pytest.mark.parametrize("room_type", [RoomType.GROUP, RoomType.PUBLIC])
def test_lobby_ends_the_call_when_nobody_is_left(told_names, room_type):
    room = RoomFactory(type=room_type, with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    SessionFactory(attendee__room=room, calling=True, age=60)

    names = told_names(lobby.enable, room)

    room.refresh_from_db()
    assert [name for name in names if name.startswith("call_")] == [
        "call_left",
        "call_left",
        "call_ended",
    ]
    assert room.call_started_at is None


def test_lobby_whose_timer_is_over_puts_out_nobody():
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    lobby.enable(session.room, until=timezone.now() - timedelta(seconds=1))

    session.refresh_from_db()
    assert session.in_call == 7


def test_call_that_lasts_too_long_is_ended_for_everyone_by_nobody(told, settings):
    settings.TALK_MAX_CALL_DURATION = 3600
    room = RoomFactory(call_started_at=timezone.now() - timedelta(seconds=3601), call_flags=7)
    session = SessionFactory(attendee__room=room, calling=True)

    events = told(clean_up, room)

    session.refresh_from_db()
    room.refresh_from_db()
    assert [(name, arguments["reason"], arguments["attendee"]) for name, arguments in events] == [
        ("call_ended", "ended_everyone", None)
    ]
    assert (session.in_call, room.call_started_at) == (0, None)


def test_call_that_lasts_too_long_goes_on_without_the_setting(stored):
    room = RoomFactory(call_started_at=timezone.now() - timedelta(days=9), call_flags=7)
    SessionFactory(attendee__room=room, calling=True)
    before = stored()

    clean_up(room)

    assert stored() == before


def test_deleting_the_room_deletes_everything(told_names, stored):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    names = told_names(rooms.delete, room)

    assert names == ["room_deleted"]
    assert stored() == [[], [], []]
