"""participant.demote: moderators no more (participants.md §8)."""

import pytest

from talk import errors, participant
from talk.constants import ParticipantType
from talk.models import Attendee
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db


def test_a_moderator_becomes_user_with_the_usual_permissions():
    attendee = AttendeeFactory(moderator=True, permissions=3)

    participant.demote(attendee)

    attendee.refresh_from_db()
    assert (attendee.participant_type, attendee.permissions) == (ParticipantType.USER, 0)
    assert attendee.effective_permissions() == 246


def test_a_guest_moderator_becomes_guest():
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)

    participant.demote(guest)

    guest.refresh_from_db()
    assert guest.participant_type == ParticipantType.GUEST


@pytest.mark.parametrize(
    "attendee",
    [
        {"participant_type": ParticipantType.OWNER},
        {"participant_type": ParticipantType.USER},
        {"participant_type": ParticipantType.SELF_JOINED},
        {"guest": True, "participant_type": ParticipantType.GUEST},
    ],
)
def test_who_cannot_be_demoted(attendee):
    attendee = AttendeeFactory(**attendee)

    with pytest.raises(errors.RoleUnchangeable):
        participant.demote(attendee)

    assert Attendee.objects.get().participant_type == attendee.participant_type


def test_demote_tells_the_previous_role(django_capture_on_commit_callbacks, heard):
    attendee = AttendeeFactory(moderator=True)

    with django_capture_on_commit_callbacks(execute=True):
        participant.demote(attendee)

    assert [(name, said["attendee"], said["previous"]) for name, said in heard] == [
        ("attendee_role_changed", attendee, ParticipantType.MODERATOR)
    ]


def test_demoting_somebody_who_is_gone_is_refused():
    attendee = AttendeeFactory(moderator=True)
    Attendee.objects.all().delete()

    with pytest.raises(errors.AttendeeNotFound):
        participant.demote(attendee)
