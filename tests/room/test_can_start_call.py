"""``canStartCall`` of the room object (rooms.md §7)."""

import pytest

from talk.constants import LobbyState, ParticipantType, RoomType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"
OWNER, MODERATOR, USER, GUEST, SELF_JOINED, GUEST_MODERATOR = ParticipantType
EVERYONE, USERS, MODERATORS, NOBODY = 0, 1, 2, 3
MAY_NOT = 255 - 2
EVERYBODY = set(ParticipantType)


def can_start(sign_in, room, role, **fields):
    guest = role in {GUEST, GUEST_MODERATOR}
    attendee = AttendeeFactory(room=room, guest=guest, participant_type=role, **fields)
    response = sign_in(SessionFactory(attendee=attendee)).get(URL.format(room.token))
    return data_of(response)["canStartCall"]


@pytest.mark.parametrize(
    ("start_calls", "who"),
    [
        (EVERYONE, EVERYBODY),
        (USERS, EVERYBODY - {GUEST}),
        (MODERATORS, {OWNER, MODERATOR, GUEST_MODERATOR}),
        (NOBODY, set()),
    ],
)
@pytest.mark.parametrize("role", ParticipantType)
def test_the_site_says_who(sign_in, settings, start_calls, who, role):
    settings.TALK_START_CALLS = start_calls

    assert can_start(sign_in, RoomFactory(public=True), role) is (role in who)


@pytest.mark.parametrize("role", ParticipantType)
def test_without_the_permission_only_moderators_can(sign_in, role):
    room = RoomFactory(public=True, default_permissions=MAY_NOT)

    assert can_start(sign_in, room, role) is (role in {OWNER, MODERATOR, GUEST_MODERATOR})


@pytest.mark.parametrize("start_calls", [EVERYONE, USERS, MODERATORS])
def test_nobody_can_in_a_note_to_self(sign_in, settings, start_calls):
    settings.TALK_START_CALLS = start_calls

    assert can_start(sign_in, RoomFactory(type=RoomType.NOTE_TO_SELF), OWNER) is False


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.GROUP, RoomType.PUBLIC])
def test_owners_can_in_other_rooms(sign_in, type_):
    assert can_start(sign_in, RoomFactory(type=type_), OWNER) is True


@pytest.mark.parametrize("role", [OWNER, USER])
def test_read_only_has_no_influence(sign_in, role):
    assert can_start(sign_in, RoomFactory(read_only=True), role) is True


@pytest.mark.parametrize(
    ("role", "own", "can"), [(USER, 0, False), (USER, 255, True), (OWNER, 0, True)]
)
def test_whoever_waits_in_the_lobby_cannot(sign_in, role, own, can):
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT)

    assert can_start(sign_in, room, role, permissions=own) is can


def test_a_running_call_has_no_influence(sign_in):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)

    assert can_start(sign_in, room, USER, permissions=MAY_NOT) is False
