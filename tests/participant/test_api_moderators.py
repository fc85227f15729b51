"""POST and DELETE /room/{token}/moderators: promote and demote (participants.md §8)."""

import pytest

from talk.constants import ActorType, ParticipantType, RoomType
from talk.models import Attendee
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/moderators"
ACTIONS = ["post", "delete"]


@pytest.fixture
def owner():
    return AttendeeFactory(owner=True, room=RoomFactory(public=True))


def ask(client, method, room, attendee_id):
    response = getattr(client, method)(URL.format(room.token), {"attendeeId": attendee_id}, JSON)
    return response.status_code, data_of(response)


def somebody(room, role, **fields):
    guest = role in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    return AttendeeFactory(room=room, guest=guest, participant_type=role, **fields)


@pytest.mark.parametrize(
    ("method", "role", "becomes"),
    [
        ("post", ParticipantType.USER, ParticipantType.MODERATOR),
        ("post", ParticipantType.SELF_JOINED, ParticipantType.MODERATOR),
        ("post", ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR),
        ("delete", ParticipantType.MODERATOR, ParticipantType.USER),
        ("delete", ParticipantType.GUEST_MODERATOR, ParticipantType.GUEST),
    ],
)
def test_roles_change(sign_in, owner, method, role, becomes):
    attendee = somebody(owner.room, role)

    assert ask(sign_in(owner), method, owner.room, attendee.pk) == (200, None)
    attendee.refresh_from_db()
    assert attendee.participant_type == becomes


@pytest.mark.parametrize(
    ("method", "role"),
    [
        ("post", ParticipantType.MODERATOR),
        ("post", ParticipantType.GUEST_MODERATOR),
        ("post", ParticipantType.OWNER),
        ("delete", ParticipantType.USER),
        ("delete", ParticipantType.SELF_JOINED),
        ("delete", ParticipantType.GUEST),
        ("delete", ParticipantType.OWNER),
    ],
)
def test_roles_that_do_not_change(sign_in, owner, method, role):
    attendee = somebody(owner.room, role)

    assert ask(sign_in(owner), method, owner.room, attendee.pk) == (400, None)
    attendee.refresh_from_db()
    assert attendee.participant_type == role


@pytest.mark.parametrize("method", ACTIONS)
def test_nobody_changes_their_own_role(sign_in, owner, method):
    moderator = AttendeeFactory(room=owner.room, moderator=True)

    assert ask(sign_in(moderator), method, owner.room, moderator.pk) == (403, None)
    moderator.refresh_from_db()
    assert moderator.participant_type == ParticipantType.MODERATOR


@pytest.mark.parametrize("method", ACTIONS)
def test_a_group_has_no_role(sign_in, owner, method):
    group = AttendeeFactory(
        room=owner.room,
        user=None,
        actor_type=ActorType.GROUPS,
        actor_id="staff",
        display_name="Staff",
    )

    assert ask(sign_in(owner), method, owner.room, group.pk) == (400, None)


@pytest.mark.parametrize("method", ACTIONS)
@pytest.mark.parametrize("attendee_id", [0, 999_999, 2**63 - 1])
def test_an_unknown_attendee_is_not_found(sign_in, owner, method, attendee_id):
    assert ask(sign_in(owner), method, owner.room, attendee_id) == (404, None)


@pytest.mark.parametrize(
    ("method", "role"), [("post", ParticipantType.USER), ("delete", ParticipantType.MODERATOR)]
)
def test_somebody_in_another_room_is_not_found(sign_in, owner, method, role):
    elsewhere = AttendeeFactory(participant_type=role)

    assert ask(sign_in(owner), method, owner.room, elsewhere.pk) == (404, None)
    elsewhere.refresh_from_db()
    assert elsewhere.participant_type == role


@pytest.mark.parametrize(
    ("method", "role"), [("post", ParticipantType.USER), ("delete", ParticipantType.MODERATOR)]
)
def test_a_guest_moderator_changes_roles(sign_in, owner, method, role):
    guest = somebody(owner.room, ParticipantType.GUEST_MODERATOR)
    attendee = AttendeeFactory(room=owner.room, participant_type=role)

    status = ask(sign_in(SessionFactory(attendee=guest)), method, owner.room, attendee.pk)

    assert status == (200, None)
    attendee.refresh_from_db()
    assert attendee.participant_type != role


@pytest.mark.parametrize("method", ACTIONS)
def test_both_of_a_pair_are_owners(sign_in, method):
    owner = AttendeeFactory(owner=True, room__type=RoomType.ONE_TO_ONE)
    peer = AttendeeFactory(owner=True, room=owner.room)

    assert ask(sign_in(owner), method, owner.room, peer.pk) == (400, None)


@pytest.mark.parametrize("method", ACTIONS)
def test_the_id_may_come_in_the_query(sign_in, owner, method):
    role = ParticipantType.USER if method == "post" else ParticipantType.MODERATOR
    attendee = AttendeeFactory(room=owner.room, participant_type=role)

    response = getattr(sign_in(owner), method)(
        URL.format(owner.room.token), query_params={"attendeeId": attendee.pk}
    )

    assert response.status_code == 200
    assert Attendee.objects.get(pk=attendee.pk).participant_type != role


@pytest.mark.parametrize("method", ACTIONS)
@pytest.mark.parametrize("value", [-1, "abc", "", 1.5, True, None, [1], {}, 2**63])
def test_malformed_values_are_named(sign_in, owner, method, value):
    assert ask(sign_in(owner), method, owner.room, value) == (400, {"error": "attendeeId"})
