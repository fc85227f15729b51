"""DELETE /room/{token}/participants/active: leave (participants.md §6)."""

import pytest

from talk.constants import ParticipantType
from talk.models import Attendee, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/active"


def leave(client, token):
    response = client.delete(URL.format(token))
    return response.status_code, data_of(response)


def test_leaving_ends_the_session_of_this_browser(sign_in):
    session = SessionFactory()
    other = SessionFactory(attendee=session.attendee, holder="another device")

    assert leave(sign_in(session), session.room.token) == (200, None)
    assert list(Session.objects.all()) == [other]


@pytest.mark.parametrize("visitor", ["nobody", "outsider", "member"])
def test_leaving_is_fine_for_whoever_is_not_there(guest_client, sign_in, visitor):
    session = SessionFactory()
    client = {
        "nobody": lambda: guest_client,
        "outsider": lambda: sign_in(UserFactory()),
        "member": lambda: sign_in(session.attendee),
    }[visitor]()

    assert leave(client, session.room.token) == (200, None)
    assert list(Session.objects.all()) == [session]


@pytest.mark.parametrize("visitor", ["nobody", "user"])
def test_leaving_an_unknown_room_is_fine(guest_client, sign_in, visitor):
    client = guest_client if visitor == "nobody" else sign_in(UserFactory())

    assert leave(client, "nowhere1") == (200, None)


def test_leaving_twice_is_fine(sign_in):
    session = SessionFactory()
    client = sign_in(session)
    leave(client, session.room.token)

    assert leave(client, session.room.token) == (200, None)


def test_a_guest_leaves_and_keeps_the_seat(sign_in):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    leave(sign_in(session), session.room.token)

    assert not Session.objects.exists()
    assert list(Attendee.objects.all()) == [session.attendee]


def test_a_self_joined_user_leaves_for_good(sign_in):
    session = SessionFactory(
        attendee__room=RoomFactory(public=True),
        attendee__participant_type=ParticipantType.SELF_JOINED,
    )

    leave(sign_in(session), session.room.token)

    assert not Attendee.objects.exists()


def test_the_last_one_out_ends_the_call(sign_in):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    leave(sign_in(session), session.room.token)

    assert Room.objects.get().call_started_at is None


@pytest.mark.parametrize("closed", [{"read_only": True}, {"lobby_state": 1}])
def test_a_closed_room_can_be_left(sign_in, closed):
    session = SessionFactory(attendee__room=RoomFactory(**closed))

    assert leave(sign_in(session), session.room.token) == (200, None)
    assert not Session.objects.exists()


def test_other_rooms_of_the_browser_are_not_left(sign_in):
    session = SessionFactory()
    elsewhere = SessionFactory(attendee__user=session.attendee.user, holder=session.holder)

    leave(sign_in(session), session.room.token)

    assert list(Session.objects.all()) == [elsewhere]


def test_who_logged_in_after_joining_as_guest_leaves_all_the_same(sign_in):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    client = sign_in(UserFactory()).hold(guest)

    assert leave(client, guest.room.token) == (200, None)
    assert not Session.objects.exists()
