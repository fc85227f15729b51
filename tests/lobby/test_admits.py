"""lobby.admits: who waits (rooms.md §4, participants.md §12)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import lobby
from talk.constants import LobbyState, ParticipantType, Permission
from talk.models import Room
from tests.factories import AttendeeFactory, RoomFactory, utc

pytestmark = pytest.mark.django_db

NOON = utc(2026, 5, 4, 12)


@pytest.fixture
def room():
    return RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)


@pytest.mark.parametrize(
    ("role", "passes"), [(1, True), (2, True), (3, False), (4, False), (5, False), (6, True)]
)
def test_moderators_pass_and_others_wait(room, role, passes):
    attendee = AttendeeFactory(room=room, participant_type=role)

    assert lobby.admits(room, attendee) is passes


@pytest.mark.parametrize("role", ParticipantType)
def test_everybody_passes_where_there_is_no_lobby(role):
    attendee = AttendeeFactory(participant_type=role)

    assert lobby.admits(attendee.room, attendee) is True


@pytest.mark.parametrize(
    ("levels", "passes"),
    [
        # (own, the room's, the site's)
        ((Permission.LOBBY_IGNORE, 0, 246), True),
        ((Permission.CUSTOM, 255, 246), False),
        ((0, 255, 246), True),
        ((0, Permission.CUSTOM, 254), False),
        ((0, 0, 254), True),
        ((0, 0, 246), False),
    ],
)
def test_the_effective_permission_decides(settings, room, levels, passes):
    own, room.default_permissions, settings.TALK_DEFAULT_PERMISSIONS = levels
    attendee = AttendeeFactory.build(user=None, actor_id="x", display_name="", permissions=own)

    assert lobby.admits(room, attendee) is passes


@pytest.mark.parametrize(
    ("seconds", "open_"), [(-3600, True), (0, True), (1, False), (3600, False)]
)
def test_the_timer_opens_the_lobby_when_it_is_read(monkeypatch, seconds, open_):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    room = RoomFactory(
        lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=NOON + timedelta(seconds=seconds)
    )

    assert lobby.admits(room, AttendeeFactory(room=room)) is open_
    assert room.has_lobby is not open_
    assert list(Room.objects.with_lobby()) == ([] if open_ else [room])
    assert room.lobby_opens_at == (None if open_ else room.lobby_timer)


def test_without_a_timer_the_lobby_stays_closed(room):
    assert room.lobby_opens_at is None
    assert list(Room.objects.with_lobby()) == [room]


def test_a_timer_without_a_lobby_means_nothing():
    room = RoomFactory(lobby_timer=timezone.now() + timedelta(hours=1))

    assert room.has_lobby is False
    assert room.lobby_opens_at is None
    assert not Room.objects.with_lobby().exists()
