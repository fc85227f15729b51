"""DELETE /room/{token}/attendees (participants.md §4)."""

import pytest

from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/attendees"


@pytest.fixture
def moderator():
    return AttendeeFactory(moderator=True, room=RoomFactory(public=True))


def remove(client, room, attendee_id):
    response = client.delete(URL.format(room.token), {"attendeeId": attendee_id}, JSON)
    return response.status_code, data_of(response)


@pytest.mark.parametrize(
    "role", [ParticipantType.MODERATOR, ParticipantType.USER, ParticipantType.SELF_JOINED]
)
def test_moderators_remove_people_and_their_sessions(sign_in, moderator, role):
    session = SessionFactory(attendee__room=moderator.room, attendee__participant_type=role)

    assert remove(sign_in(moderator), moderator.room, session.attendee_id) == (200, None)
    assert list(Attendee.objects.all()) == [moderator]
    assert not Session.objects.exists()


@pytest.mark.parametrize("role", [ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR])
def test_moderators_remove_guests(sign_in, moderator, role):
    guest = AttendeeFactory(guest=True, room=moderator.room, participant_type=role)

    assert remove(sign_in(moderator), moderator.room, guest.pk) == (200, None)
    assert list(Attendee.objects.all()) == [moderator]


def test_a_guest_moderator_removes_a_moderator(sign_in, moderator):
    guest = AttendeeFactory(
        guest=True, room=moderator.room, participant_type=ParticipantType.GUEST_MODERATOR
    )

    status = remove(sign_in(SessionFactory(attendee=guest)), moderator.room, moderator.pk)

    assert status == (200, None)
    assert list(Attendee.objects.all()) == [guest]


def test_the_id_may_come_in_the_query(sign_in, moderator):
    attendee = AttendeeFactory(room=moderator.room)

    response = sign_in(moderator).delete(
        URL.format(moderator.room.token), query_params={"attendeeId": attendee.pk}
    )

    assert response.status_code == 200
    assert list(Attendee.objects.all()) == [moderator]


def test_an_owner_cannot_be_removed(sign_in, moderator):
    owner = AttendeeFactory(room=moderator.room, owner=True)

    assert remove(sign_in(moderator), moderator.room, owner.pk) == (403, {"error": "owner"})
    assert Attendee.objects.count() == 2


@pytest.mark.parametrize("attendee_id", [0, 999_999, 2**63 - 1])
def test_an_unknown_attendee_is_not_found(sign_in, moderator, attendee_id):
    assert remove(sign_in(moderator), moderator.room, attendee_id) == (
        404,
        {"error": "participant"},
    )


def test_somebody_in_another_room_is_not_found(sign_in, moderator):
    elsewhere = AttendeeFactory()

    assert remove(sign_in(moderator), moderator.room, elsewhere.pk) == (
        404,
        {"error": "participant"},
    )
    assert Attendee.objects.filter(pk=elsewhere.pk).exists()


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE])
@pytest.mark.parametrize("target", ["peer", "self"])
def test_nobody_is_removed_from_a_pair(sign_in, type_, target):
    owner = AttendeeFactory(room__type=type_, owner=True)
    peer = AttendeeFactory(room=owner.room, owner=True)

    target = peer if target == "peer" else owner

    assert remove(sign_in(owner), owner.room, target.pk) == (400, {"error": "room-type"})
    assert Attendee.objects.count() == 2


def test_an_unknown_attendee_of_a_pair_is_not_found(sign_in):
    owner = AttendeeFactory(room__type=RoomType.ONE_TO_ONE, owner=True)

    assert remove(sign_in(owner), owner.room, 0) == (404, {"error": "participant"})


def test_the_last_moderator_cannot_remove_themself(sign_in, moderator):
    AttendeeFactory(room=moderator.room)

    assert remove(sign_in(moderator), moderator.room, moderator.pk) == (
        400,
        {"error": "last-moderator"},
    )


def test_the_last_user_who_removes_themself_takes_the_room_along(sign_in, moderator):
    assert remove(sign_in(moderator), moderator.room, moderator.pk) == (200, None)
    assert not Room.objects.exists()


def test_an_owner_may_remove_themself_when_a_moderator_stays(sign_in, moderator):
    owner = AttendeeFactory(room=moderator.room, owner=True)

    assert remove(sign_in(owner), moderator.room, owner.pk) == (200, None)
    assert list(Attendee.objects.all()) == [moderator]


@pytest.mark.parametrize("value", [-1, "abc", "", 1.5, True, None, [1], {}, 2**63, "1e3", " 1"])
def test_malformed_values_are_named(sign_in, moderator, value):
    assert remove(sign_in(moderator), moderator.room, value) == (400, {"error": "attendeeId"})
