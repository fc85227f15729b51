"""lobby.enable: people wait from now on (rooms.md §4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import errors, lobby
from talk.constants import LOBBY_OBJECT_TYPES, LobbyState, ParticipantType, RoomType
from talk.models import Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

LATER = timezone.now() + timedelta(hours=1)
EARLIER = timezone.now() - timedelta(hours=1)


@pytest.mark.parametrize("until", [None, LATER])
def test_the_lobby_is_closed_until_a_moment_or_for_good(until):
    room = RoomFactory()

    lobby.enable(room, until=until)

    room.refresh_from_db()
    assert (room.lobby_state, room.lobby_timer) == (LobbyState.NON_MODERATORS_WAIT, until)
    assert room.has_lobby is True


def test_who_is_thrown_out_of_the_call():
    room = RoomFactory(public=True, with_call=True)
    for role in [ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.USER,
                 ParticipantType.SELF_JOINED]:  # fmt: skip
        SessionFactory(attendee__room=room, attendee__participant_type=role, calling=True)
    for role in [ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR]:
        guest = AttendeeFactory(guest=True, room=room, participant_type=role)
        SessionFactory(attendee=guest, calling=True)

    lobby.enable(room)

    staying = Session.objects.in_call().values_list("attendee__participant_type", flat=True)
    assert sorted(staying) == [1, 2, 6]
    assert Session.objects.count() == 6


def test_permission_to_ignore_the_lobby_does_not_save_from_it():
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, attendee__permissions=255, calling=True)

    lobby.enable(room)

    session.refresh_from_db()
    assert session.in_call == 0


@pytest.mark.parametrize(("age", "goes_on"), [(0, True), (30 - 1, True), (31, False)])
def test_the_call_goes_on_while_a_fresh_moderator_is_in_it(age, goes_on):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True, age=age)
    SessionFactory(attendee__room=room, calling=True)

    lobby.enable(room)

    room.refresh_from_db()
    assert (room.call_started_at is not None) is goes_on


def test_the_call_ends_when_nobody_is_left():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    lobby.enable(room)

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)


def test_a_timer_in_the_past_throws_nobody_out():
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, calling=True)

    lobby.enable(room, until=EARLIER)

    room.refresh_from_db()
    session.refresh_from_db()
    assert (room.has_lobby, session.in_call) == (False, 7)


def test_what_is_told(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, calling=True)

    with django_capture_on_commit_callbacks(execute=True):
        lobby.enable(room, until=LATER)

    assert {name for name, _said in heard} == {"call_left", "call_ended", "room_changed"}
    said = dict(heard)
    assert said["call_left"]["session"] == session
    assert said["room_changed"]["changes"] == {"lobby_state": 0, "lobby_timer": None}


def test_the_present_state_changes_nothing(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=LATER)
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        lobby.enable(room, until=LATER)

    assert Room.objects.values().get() == before
    assert heard == []


def test_another_timer_replaces_the_first():
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=LATER)

    lobby.enable(room)

    room.refresh_from_db()
    assert (room.has_lobby, room.lobby_timer) == (True, None)


@pytest.mark.parametrize("operation", [lobby.enable, lobby.disable])
@pytest.mark.parametrize("type_", sorted(set(RoomType) - {RoomType.GROUP, RoomType.PUBLIC}))
def test_only_group_and_public_rooms_have_a_lobby(operation, type_):
    room = RoomFactory(type=type_)

    with pytest.raises(errors.WrongRoomType):
        operation(room)

    room.refresh_from_db()
    assert room.lobby_state == LobbyState.OPEN


@pytest.mark.parametrize("operation", [lobby.enable, lobby.disable])
@pytest.mark.parametrize("object_type", ["file", "share:password", "phone", "sample"])
def test_rooms_of_some_objects_have_no_lobby(operation, object_type):
    room = RoomFactory(public=True, object_type=object_type, object_id="1")

    with pytest.raises(errors.WrongObjectType):
        operation(room)


@pytest.mark.parametrize("object_type", sorted(LOBBY_OBJECT_TYPES))
def test_rooms_of_other_objects_have_one(object_type):
    room = RoomFactory(object_type=object_type, object_id="1" if object_type else "")

    assert lobby.enable(room).has_lobby is True


def test_a_room_that_is_gone_has_no_lobby():
    room = RoomFactory()
    Room.objects.all().delete()

    with pytest.raises(errors.RoomNotFound):
        lobby.enable(room)
