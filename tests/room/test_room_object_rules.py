"""Fields of the room object whose value is worked out (rooms.md §5)."""

import pytest

from talk.constants import RoomType
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


@pytest.mark.parametrize(("levels", "told"), [((0, 1), 0), ((1, 0), 1), ((2, 0), 0), ((2, 1), 1)])
@pytest.mark.parametrize("reader", ["member", "visitor"])
def test_recording_consent_is_the_sites_unless_rooms_decide(
    sign_in, settings, reader, levels, told
):
    settings.TALK_RECORDING_CONSENT, of_room = levels
    attendee = AttendeeFactory(room=RoomFactory(public=True, recording_consent=of_room))
    client = sign_in(attendee) if reader == "member" else TalkClient()

    seen = data_of(client.get(URL.format(attendee.room.token)))

    assert seen["recordingConsent"] == told


@pytest.mark.parametrize(
    ("type_", "level", "told"),
    [
        (RoomType.GROUP, 0, 2),
        (RoomType.PUBLIC, 0, 2),
        (RoomType.ONE_TO_ONE, 0, 1),
        (RoomType.FORMER_ONE_TO_ONE, 0, 1),
        (RoomType.GROUP, 1, 1),
        (RoomType.GROUP, 3, 3),
        (RoomType.ONE_TO_ONE, 2, 2),
    ],
)
def test_a_notification_level_of_0_is_never_told(sign_in, type_, level, told):
    attendee = AttendeeFactory(room__type=type_, notification_level=level)

    seen = data_of(sign_in(attendee).get(URL.format(attendee.room.token)))

    assert seen["notificationLevel"] == told


def test_a_guest_without_a_level_is_never_notified(sign_in):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    seen = data_of(sign_in(session).get(URL.format(session.room.token)))

    assert (seen["notificationLevel"], seen["notificationCalls"]) == (3, 1)


@pytest.mark.parametrize(
    ("type_", "may_leave", "may_delete"),
    [
        (RoomType.ONE_TO_ONE, True, False),
        (RoomType.GROUP, True, True),
        (RoomType.PUBLIC, True, True),
        (RoomType.FORMER_ONE_TO_ONE, True, False),
        (RoomType.NOTE_TO_SELF, False, True),
    ],
)
def test_what_an_owner_may_do_with_the_room(sign_in, type_, may_leave, may_delete):
    owner = AttendeeFactory(room__type=type_, owner=True)

    seen = data_of(sign_in(owner).get(URL.format(owner.room.token)))

    assert (seen["canLeaveConversation"], seen["canDeleteConversation"]) == (may_leave, may_delete)


def test_an_email_guest_reads_the_own_address(sign_in):
    guest = AttendeeFactory(
        guest=True, actor_type="emails", actor_id="hash", invited_address="eve@example.org"
    )

    seen = data_of(sign_in(SessionFactory(attendee=guest)).get(URL.format(guest.room.token)))

    assert (seen["actorType"], seen["actorId"]) == ("emails", "hash")
    assert seen["invitedActorId"] == "eve@example.org"


@pytest.mark.parametrize(
    ("room", "flags", "start"),
    [
        ({}, 0, False),
        ({"with_call": True, "call_flags": 3}, 3, True),
        ({"with_call": True, "call_flags": 0}, 0, True),
    ],
)
def test_what_the_room_tells_of_a_call(sign_in, room, flags, start):
    room = RoomFactory(**room)
    session = SessionFactory(attendee__room=room, in_call=1 if start else 0)

    seen = data_of(sign_in(session).get(URL.format(room.token)))

    assert (seen["hasCall"], seen["callFlag"]) == (start, flags)
    assert (seen["callStartTime"] > 0) is start


def test_a_room_without_password_says_so(sign_in):
    attendee = AttendeeFactory()

    seen = data_of(sign_in(attendee).get(URL.format(attendee.room.token)))

    assert seen["hasPassword"] is False


def test_an_emoji_is_a_picture_of_the_rooms_own(sign_in):
    attendee = AttendeeFactory()
    client, url = sign_in(attendee), URL.format(attendee.room.token)
    plain = data_of(client.get(url))

    attendee.room.emoji = "🎉"
    attendee.room.save()
    drawn = data_of(client.get(url))

    assert (plain["isCustomAvatar"], drawn["isCustomAvatar"]) == (False, True)
    assert plain["avatarVersion"] != drawn["avatarVersion"]
