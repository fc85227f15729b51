"""POST /room/{token}/participants (participants.md §3)."""

import pytest

from talk.constants import ParticipantType, RoomType
from talk.models import Attendee
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants"


@pytest.fixture
def moderator():
    return AttendeeFactory(moderator=True, room=RoomFactory(public=True))


def add(client, room, **parameters):
    return client.post(URL.format(room.token), parameters, JSON)


@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.MODERATOR])
def test_moderators_add_users(sign_in, role):
    moderator, user = AttendeeFactory(participant_type=role), UserFactory()

    response = add(sign_in(moderator), moderator.room, newParticipant=user.username)

    assert (response.status_code, data_of(response)) == (200, [])
    added = Attendee.objects.get(user=user)
    assert (added.participant_type, added.permissions) == (ParticipantType.USER, 0)


def test_the_source_may_be_named(sign_in, moderator):
    user = UserFactory()

    response = add(sign_in(moderator), moderator.room, newParticipant=user.username, source="users")

    assert response.status_code == 200
    assert Attendee.objects.filter(user=user).exists()


def test_parameters_may_come_in_the_query(sign_in, moderator):
    user = UserFactory()

    response = sign_in(moderator).post(
        URL.format(moderator.room.token), query_params={"newParticipant": user.username}
    )

    assert response.status_code == 200
    assert Attendee.objects.filter(user=user).exists()


def test_adding_somebody_again_changes_nothing(sign_in, moderator):
    there = AttendeeFactory(room=moderator.room, moderator=True, permissions=35)

    response = add(sign_in(moderator), moderator.room, newParticipant=there.actor_id)

    assert (response.status_code, data_of(response)) == (200, [])
    there.refresh_from_db()
    assert (there.participant_type, there.permissions) == (ParticipantType.MODERATOR, 35)


def test_a_self_joined_user_becomes_a_member(sign_in, moderator):
    visitor = AttendeeFactory(room=moderator.room, participant_type=ParticipantType.SELF_JOINED)

    response = add(sign_in(moderator), moderator.room, newParticipant=visitor.actor_id)

    assert response.status_code == 200
    visitor.refresh_from_db()
    assert visitor.participant_type == ParticipantType.USER


@pytest.mark.parametrize("user_id", ["nobody", "", " ", "a" * 300, "<b>", "ü", "1", "../x"])
def test_an_unknown_account_cannot_be_added(sign_in, moderator, user_id):
    response = add(sign_in(moderator), moderator.room, newParticipant=user_id)

    assert (response.status_code, data_of(response)) == (404, {"error": "new-participant"})
    assert Attendee.objects.count() == 1


def test_an_inactive_account_cannot_be_added(sign_in, moderator):
    user = UserFactory(is_active=False)

    response = add(sign_in(moderator), moderator.room, newParticipant=user.username)

    assert (response.status_code, data_of(response)) == (404, {"error": "new-participant"})


def test_user_ids_tell_upper_from_lower_case(sign_in, moderator):
    UserFactory(username="ada")

    response = add(sign_in(moderator), moderator.room, newParticipant="ADA")

    assert response.status_code == 404


@pytest.mark.parametrize("source", ["bots", "", "Users", "users "])
def test_participants_come_from_known_sources_only(sign_in, moderator, source):
    user = UserFactory()

    response = add(sign_in(moderator), moderator.room, newParticipant=user.username, source=source)

    assert (response.status_code, data_of(response)) == (400, {"error": "source"})
    assert not Attendee.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    "room",
    [
        {"type": RoomType.ONE_TO_ONE, "name": '["a", "b"]'},
        {"type": RoomType.FORMER_ONE_TO_ONE},
        {"type": RoomType.NOTE_TO_SELF},
        {"type": RoomType.PUBLIC, "object_type": "share:password", "object_id": "x"},
    ],
)
@pytest.mark.parametrize("user_id", ["known", "unknown"])
def test_rooms_that_nobody_can_be_added_to(sign_in, room, user_id):
    owner = AttendeeFactory(owner=True, room=RoomFactory(**room))
    UserFactory(username="known")

    response = add(sign_in(owner), owner.room, newParticipant=user_id)

    assert (response.status_code, data_of(response)) == (400, {"error": "room-type"})
    assert Attendee.objects.count() == 1


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, "newParticipant"),
        ({"newParticipant": None}, "newParticipant"),
        ({"newParticipant": ["ada"]}, "newParticipant"),
        ({"newParticipant": {"id": "ada"}}, "newParticipant"),
        ({"newParticipant": "a\x00b"}, "newParticipant"),
        ({"newParticipant": True}, "newParticipant"),
        ({"newParticipant": "ada", "source": ["users"]}, "source"),
    ],
)
def test_malformed_values_are_named(sign_in, moderator, parameters, named):
    response = add(sign_in(moderator), moderator.room, **parameters)

    assert (response.status_code, data_of(response)) == (400, {"error": named})
    assert Attendee.objects.count() == 1
