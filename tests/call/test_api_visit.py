"""Whole visits: from entering the room to leaving the call, as clients make them."""

import pytest

from talk.constants import ParticipantType
from talk.models import Attendee, Session
from tests.call.endpoints import ENDPOINTS, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def enter(client, room):
    return client.post(f"/ocs/v2.php/apps/spreed/api/v4/room/{room.token}/participants/active")


def test_a_guest_starts_a_call_and_ends_it(guest_client, told_names):
    room = RoomFactory(public=True)

    def visit():
        enter(guest_client, room)
        ask(guest_client, "join", room.token)
        ask(guest_client, "change_flags", room.token, flags=1)
        ask(guest_client, "leave", room.token)

    names = told_names(visit)

    assert names == [
        "attendee_added",
        "call_started",
        "call_joined",
        "call_flags_changed",
        "call_left",
        "call_ended",
    ]
    assert Attendee.objects.get().participant_type == ParticipantType.GUEST


def test_two_browsers_of_one_user_call_on_their_own(sign_in):
    attendee = AttendeeFactory()
    phone, laptop = sign_in(attendee), sign_in(attendee)
    enter(phone, attendee.room)
    enter(laptop, attendee.room)

    ask(phone, "join", attendee.room.token, flags=1)
    ask(laptop, "join", attendee.room.token, flags=3)
    ask(phone, "leave", attendee.room.token)

    assert list(Session.objects.order_by("pk").values_list("in_call", flat=True)) == [0, 3]


def test_entering_the_room_again_leaves_its_call(sign_in):
    attendee = AttendeeFactory()
    client = sign_in(attendee)
    enter(client, attendee.room)
    ask(client, "join", attendee.room.token)

    enter(client, attendee.room)

    attendee.room.refresh_from_db()
    assert attendee.room.call_started_at is None
    assert answer_of(ask(client, "change_flags", attendee.room.token, flags=7)) == (400, None)


def test_no_request_of_the_call_makes_a_session(sign_in):
    attendee = AttendeeFactory(moderator=True)
    client = sign_in(attendee)

    for endpoint in ENDPOINTS:
        ask(client, endpoint, attendee.room.token, flags=7)

    assert Session.objects.exists() is False


def test_no_request_of_the_call_is_a_ping(sign_in):
    session = SessionFactory(attendee__moderator=True, age=29)
    client, before = sign_in(session), session.last_ping

    for endpoint in ENDPOINTS:
        ask(client, endpoint, session.room.token, flags=7)

    session.refresh_from_db()
    assert session.last_ping == before
