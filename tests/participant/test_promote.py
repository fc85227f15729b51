"""participant.promote: moderators are made (participants.md §8)."""

import pytest

from talk import errors, participant
from talk.constants import ActorType, ParticipantType
from talk.models import Attendee
from tests.factories import AttendeeFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "becomes"),
    [
        (ParticipantType.USER, ParticipantType.MODERATOR),
        (ParticipantType.SELF_JOINED, ParticipantType.MODERATOR),
    ],
)
def test_a_user_becomes_moderator_without_own_permissions(role, becomes):
    attendee = AttendeeFactory(participant_type=role, permissions=3)

    participant.promote(attendee)

    attendee.refresh_from_db()
    assert (attendee.participant_type, attendee.permissions) == (becomes, 0)


def test_a_guest_becomes_guest_moderator_and_keeps_own_permissions():
    guest = AttendeeFactory(guest=True, permissions=3)

    participant.promote(guest)

    guest.refresh_from_db()
    assert (guest.participant_type, guest.permissions) == (ParticipantType.GUEST_MODERATOR, 3)


@pytest.mark.parametrize(
    "attendee",
    [
        {"participant_type": ParticipantType.OWNER},
        {"participant_type": ParticipantType.MODERATOR},
        {"guest": True, "participant_type": ParticipantType.GUEST_MODERATOR},
        {"actor_type": ActorType.GROUPS, "actor_id": "staff", "user": None, "display_name": "x"},
    ],
)
def test_who_cannot_be_promoted(attendee):
    attendee = AttendeeFactory(**attendee)

    with pytest.raises(errors.RoleUnchangeable):
        participant.promote(attendee)

    assert Attendee.objects.get().participant_type == attendee.participant_type


def test_promote_tells_the_previous_role(django_capture_on_commit_callbacks, heard):
    attendee = AttendeeFactory(
        room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
    )

    with django_capture_on_commit_callbacks(execute=True):
        participant.promote(attendee)

    assert [(name, said["attendee"], said["previous"]) for name, said in heard] == [
        ("attendee_role_changed", attendee, ParticipantType.SELF_JOINED)
    ]


def test_promoting_somebody_who_is_gone_is_refused():
    attendee = AttendeeFactory()
    Attendee.objects.all().delete()

    with pytest.raises(errors.AttendeeNotFound):
        participant.promote(attendee)
