"""Which level decides what somebody may do (participants.md §12, rooms.md §7)."""

import pytest

from talk import participant
from talk.constants import ParticipantType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

MODERATORS = [
    ParticipantType.OWNER,
    ParticipantType.MODERATOR,
    ParticipantType.GUEST_MODERATOR,
]
OTHERS = [ParticipantType.USER, ParticipantType.GUEST, ParticipantType.SELF_JOINED]

LEVELS = {
    # own, room, site: effective
    "own": (35, 51, 7, 35),
    "own, without the custom bit": (34, 51, 7, 34),
    "own, nothing allowed": (1, 51, 7, 1),
    "room": (0, 51, 7, 51),
    "room, nothing allowed": (0, 1, 7, 1),
    "site": (0, 0, 7, 7),
    "unset": (0, 0, None, 246),
}


def seat(role, own, room):
    guest = role in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    return AttendeeFactory(
        guest=guest,
        participant_type=role,
        permissions=own,
        room=RoomFactory(public=True, default_permissions=room),
    )


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_first_level_that_says_something_decides(settings, role, level):
    own, room, site, effective = LEVELS[level]
    if site is not None:
        settings.TALK_DEFAULT_PERMISSIONS = site

    attendee = seat(role, own, room)

    assert attendee.effective_permissions() == effective


@pytest.mark.parametrize("role", MODERATORS)
@pytest.mark.parametrize("level", LEVELS)
def test_moderators_may_do_everything(settings, role, level):
    own, room, site, _effective = LEVELS[level]
    settings.TALK_DEFAULT_PERMISSIONS = site or 0

    attendee = seat(role, own, room)

    assert attendee.effective_permissions() == 254


def test_a_demoted_moderator_is_back_at_the_default():
    attendee = AttendeeFactory(moderator=True, permissions=255, room__default_permissions=51)

    demoted = participant.demote(attendee)

    assert (demoted.permissions, demoted.effective_permissions()) == (0, 51)


def test_whoever_may_do_nothing_may_still_join_the_call(sign_in):
    session = SessionFactory(attendee__permissions=1, attendee__room__with_call=True)
    SessionFactory(attendee__room=session.room, calling=True)

    response = sign_in(session).post(
        f"/ocs/v2.php/apps/spreed/api/v4/call/{session.room.token}", {"flags": 7}
    )

    session.refresh_from_db()
    assert (response.status_code, session.in_call) == (200, 1)
