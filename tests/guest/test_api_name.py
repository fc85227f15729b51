"""POST /guest/{token}/name (participants.md §11)."""

import pytest

from talk.constants import ParticipantType
from talk.models import Attendee
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v1/guest/{}/name"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"
GUESTS = [ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR]


def guest_session(**guest):
    return SessionFactory(attendee=AttendeeFactory(guest=True, **guest))


def rename(client, room, name):
    return client.post(URL.format(room.token), {"displayName": name}, JSON)


def answer_of(response):
    return response.status_code, data_of(response)


@pytest.mark.parametrize("role", GUESTS)
def test_a_guest_takes_a_name(sign_in, role, django_capture_on_commit_callbacks, heard):
    session = guest_session(participant_type=role, display_name="Old")

    with django_capture_on_commit_callbacks(execute=True):
        response = rename(sign_in(session), session.room, "Ada")

    assert answer_of(response) == (200, None)
    session.attendee.refresh_from_db()
    assert session.attendee.display_name == "Ada"
    assert heard == [
        (
            "attendee_renamed",
            {"room": session.room, "attendee": session.attendee, "previous": "Old"},
        )
    ]


NAMES = {
    "empty": ("", ""),
    "blanks": ("  Ada ", "  Ada "),
    "64": ("x" * 64, "x" * 64),
    "65": ("x" * 65, "x" * 64),
    "very long": ("ü" * 5000, "ü" * 64),
    "markup": ("<b>Ada</b>", "<b>Ada</b>"),
    "beyond the plane": ("🎉", "🎉"),
    "a number": (5, "5"),
}


@pytest.mark.parametrize("case", NAMES)
def test_any_string_is_a_name(sign_in, case):
    sent, stored = NAMES[case]
    session = guest_session(display_name="Old")

    response = rename(sign_in(session), session.room, sent)

    assert answer_of(response) == (200, None)
    session.attendee.refresh_from_db()
    assert session.attendee.display_name == stored


@pytest.mark.parametrize("name", [None, ["Ada"], {"a": 1}, True, "A\x00da", "\ud800"])
def test_what_is_no_string_is_refused(sign_in, name):
    session = guest_session(display_name="Old")

    response = rename(sign_in(session), session.room, name)

    assert answer_of(response) == (400, {"error": "displayName"})
    session.attendee.refresh_from_db()
    assert session.attendee.display_name == "Old"


def test_a_name_must_be_given(sign_in):
    session = guest_session()

    response = sign_in(session).post(URL.format(session.room.token))

    assert answer_of(response) == (400, {"error": "displayName"})


def test_the_present_name_is_no_event(sign_in, django_capture_on_commit_callbacks, heard):
    session = guest_session(display_name="Ada")

    with django_capture_on_commit_callbacks(execute=True):
        response = rename(sign_in(session), session.room, "Ada")

    assert response.status_code == 200
    assert heard == []


def test_the_name_goes_to_every_seat_of_the_guest(sign_in):
    session = guest_session()
    elsewhere = AttendeeFactory(guest=True, actor_id=session.attendee.actor_id)
    other = AttendeeFactory(guest=True, room=session.room, display_name="Other")

    rename(sign_in(session), session.room, "Ada")

    elsewhere.refresh_from_db()
    other.refresh_from_db()
    assert (elsewhere.display_name, other.display_name) == ("Ada", "Other")


def test_a_user_with_the_id_of_a_guest_keeps_their_name(sign_in):
    session = guest_session()
    user = AttendeeFactory(actor_id=session.attendee.actor_id, display_name="User")

    rename(sign_in(session), session.room, "Ada")

    user.refresh_from_db()
    assert user.display_name == "User"


@pytest.mark.parametrize(
    "role",
    [
        ParticipantType.OWNER,
        ParticipantType.MODERATOR,
        ParticipantType.USER,
        ParticipantType.SELF_JOINED,
    ],
)
def test_users_have_the_name_of_their_account(sign_in, role):
    session = SessionFactory(
        attendee__room=RoomFactory(public=True), attendee__participant_type=role
    )
    before = session.attendee.display_name

    response = rename(sign_in(session), session.room, "Ada")

    assert answer_of(response) == (403, None)
    session.attendee.refresh_from_db()
    assert session.attendee.display_name == before


def test_whoever_is_not_there_has_no_name(guest_client):
    room = RoomFactory(public=True)

    response = rename(guest_client, room, "Ada")

    assert answer_of(response) == (404, [])


def test_an_account_without_a_seat_has_no_name(sign_in):
    room = RoomFactory(public=True)

    response = rename(sign_in(AttendeeFactory().user), room, "Ada")

    assert answer_of(response) == (404, [])


def test_a_guest_who_has_left_has_no_name(sign_in):
    session = guest_session(display_name="Old")
    client = sign_in(session)
    client.delete(f"{ROOM.format(session.room.token)}/participants/active")

    response = rename(client, session.room, "Ada")

    assert answer_of(response) == (404, [])
    assert Attendee.objects.get().display_name == "Old"


def test_the_name_stays_when_the_guest_comes_back(sign_in):
    session = guest_session()
    client, active = sign_in(session), f"{ROOM.format(session.room.token)}/participants/active"
    rename(client, session.room, "Ada")
    client.delete(active)

    client.post(active)

    assert Attendee.objects.get().display_name == "Ada"


def test_everybody_sees_the_name(sign_in):
    session = guest_session()
    owner = AttendeeFactory(owner=True, room=session.room)
    rename(sign_in(session), session.room, "Ada")

    listed = sign_in(owner).get(f"{ROOM.format(session.room.token)}/participants")

    assert [entry["displayName"] for entry in data_of(listed)] == ["Ada", owner.display_name]
