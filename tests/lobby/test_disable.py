"""lobby.disable: everybody may come in (rooms.md §4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import lobby
from talk.constants import LobbyState
from talk.models import Room
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_the_lobby_opens_and_the_timer_goes():
    later = timezone.now() + timedelta(hours=1)
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=later)

    lobby.disable(room)

    room.refresh_from_db()
    assert (room.lobby_state, room.lobby_timer) == (LobbyState.OPEN, None)


def test_the_call_goes_on():
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT, with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)

    lobby.disable(room)

    assert list(Room.objects.in_call()) == [room]


def test_opening_is_told(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT)

    with django_capture_on_commit_callbacks(execute=True):
        lobby.disable(room)

    assert heard == [
        ("room_changed", {"room": room, "changes": {"lobby_state": 1, "lobby_timer": None}})
    ]


def test_an_open_lobby_stays_open(django_capture_on_commit_callbacks, heard):
    room = RoomFactory()

    with django_capture_on_commit_callbacks(execute=True):
        lobby.disable(room)

    assert heard == []
