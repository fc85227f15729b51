"""DELETE /room/{token}/participants/self (participants.md §4)."""

import pytest

from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/self"


def leave(client, room):
    response = client.delete(URL.format(room.token))
    return response.status_code, data_of(response)


@pytest.mark.parametrize("role", [ParticipantType.USER, ParticipantType.SELF_JOINED])
def test_who_is_no_moderator_may_go(sign_in, role):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    session = SessionFactory(attendee__room=owner.room, attendee__participant_type=role)

    assert leave(sign_in(session), owner.room) == (200, None)
    assert list(Attendee.objects.all()) == [owner]
    assert not Session.objects.exists()


def test_the_sessions_on_other_devices_end_too(sign_in):
    session = SessionFactory()
    AttendeeFactory(room=session.room, owner=True)

    leave(sign_in(session.attendee), session.room)

    assert not Session.objects.exists()


@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.MODERATOR])
def test_the_last_moderator_has_to_stay(sign_in, role):
    attendee = AttendeeFactory(participant_type=role)
    AttendeeFactory(room=attendee.room)

    assert leave(sign_in(attendee), attendee.room) == (400, {"error": "last-moderator"})
    assert Attendee.objects.count() == 2


def test_a_moderator_may_go_while_another_stays(sign_in):
    owner = AttendeeFactory(owner=True)
    moderator = AttendeeFactory(room=owner.room, moderator=True)

    assert leave(sign_in(owner), owner.room) == (200, None)
    assert list(Attendee.objects.all()) == [moderator]


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC, RoomType.ONE_TO_ONE])
def test_the_last_user_takes_the_room_along(sign_in, type_):
    owner = AttendeeFactory(room__type=type_, owner=True)

    assert leave(sign_in(owner), owner.room) == (200, None)
    assert not Room.objects.exists()


def test_one_of_a_pair_may_go(sign_in):
    owner = AttendeeFactory(room__type=RoomType.ONE_TO_ONE, owner=True)
    peer = AttendeeFactory(room=owner.room, owner=True)

    assert leave(sign_in(owner), owner.room) == (200, None)
    assert list(Attendee.objects.all()) == [peer]


def test_who_has_left_is_no_participant_any_more(sign_in):
    session = SessionFactory()
    AttendeeFactory(room=session.room, owner=True)
    client = sign_in(session)
    leave(client, session.room)

    assert leave(client, session.room) == (404, [])
