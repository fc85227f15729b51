"""Which permissions count in a call (participants.md §12)."""

import pytest

from talk import call, participant
from talk.constants import ParticipantType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/"
OWNER, MODERATOR, USER, GUEST, SELF_JOINED, GUEST_MODERATOR = ParticipantType

EFFECTIVE = [
    # (type, own, the room's default, the site's default or None), effective
    ((OWNER, 1, 1, 1), 254),
    ((MODERATOR, 1, 1, 1), 254),
    ((GUEST_MODERATOR, 1, 1, 1), 254),
    ((USER, 3, 5, 9), 3),
    ((USER, 0, 5, 9), 5),
    ((USER, 0, 0, 9), 9),
    ((USER, 0, 0, None), 246),
    ((USER, 1, 255, 255), 1),
    ((USER, 2, 0, None), 2),
    ((USER, 255, 1, 1), 255),
    ((GUEST, 0, 0, None), 246),
    ((GUEST, 0, 17, None), 17),
    ((SELF_JOINED, 0, 0, None), 246),
    ((SELF_JOINED, 33, 17, None), 33),
]


@pytest.mark.parametrize(("levels", "effective"), EFFECTIVE)
def test_first_level_that_says_something_decides(sign_in, settings, levels, effective):
    kind, own, room, site = levels
    if site is not None:
        settings.TALK_DEFAULT_PERMISSIONS = site
    attendee = AttendeeFactory(
        room=RoomFactory(public=True, default_permissions=room),
        guest=kind in {GUEST, GUEST_MODERATOR},
        participant_type=kind,
        permissions=own,
    )
    client = sign_in(SessionFactory(attendee=attendee))

    shown = data_of(client.get(ROOM + attendee.room.token))

    assert attendee.effective_permissions() == effective
    assert (shown["permissions"], shown["attendeePermissions"]) == (effective, own)


@pytest.mark.parametrize(
    ("own", "room", "site", "stored"),
    [
        (1 | 2, 0, 246, 1),
        (0, 1 | 2 | 16, 246, 3),
        (0, 0, 2 | 32, 5),
        (0, 0, 246, 7),
        (1 | 2 | 16 | 32, 1, 1, 7),
    ],
)
def test_join_goes_by_the_effective_permissions(settings, own, room, site, stored):
    settings.TALK_DEFAULT_PERMISSIONS = site
    session = SessionFactory(
        attendee__room=RoomFactory(default_permissions=room), attendee__permissions=own
    )

    call.join(session, 7)

    session.refresh_from_db()
    assert session.in_call == stored


def test_nothing_allowed_still_joins_a_running_call():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, attendee__permissions=1)

    call.join(session, 7)

    session.refresh_from_db()
    assert session.in_call == 1


def test_demotion_falls_back_to_the_defaults():
    attendee = AttendeeFactory(permissions=1)

    demoted = participant.demote(participant.promote(attendee))

    assert demoted.effective_permissions() == 246


def test_call_permissions_are_none_for_people_of_the_room(sign_in):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    client = sign_in(session)

    during = data_of(client.get(ROOM + session.room.token))["callPermissions"]
    call.end(session.room)
    after = data_of(client.get(ROOM + session.room.token))["callPermissions"]

    assert (during, after) == (0, 0)


@pytest.mark.parametrize("listable", [0, 2])
def test_call_permissions_are_one_for_strangers(sign_in, listable):
    room = RoomFactory(public=True, with_call=True, listable=listable)

    shown = data_of(sign_in(UserFactory()).get(ROOM + room.token))

    assert (shown["callPermissions"], shown["permissions"], shown["defaultPermissions"]) == (
        1,
        1,
        1,
    )
