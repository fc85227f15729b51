"""What the database itself refuses, whoever writes."""

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from talk.constants import ActorType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def refused(write):
    try:
        with transaction.atomic():
            write()
    except (IntegrityError, DataError):
        return True
    return False


ROOMS = {
    "a type that nobody knows": {"type": 7},
    "a type of 0": {"type": 0},
    "a scope that nobody knows": {"listable": 3},
    "a lobby that nobody knows": {"lobby_state": 2},
    "permissions out of range": {"default_permissions": 256},
    "flags out of range": {"call_flags": 16, "call_started_at": timezone.now()},
    "flags without a call": {"call_flags": 1},
    "negative permissions": {"default_permissions": -1},
}


@pytest.mark.parametrize("mistake", ROOMS)
def test_no_room_has(mistake):
    assert refused(lambda: RoomFactory(**ROOMS[mistake])) is True
    assert not Room.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"default_permissions": 255},
        {"call_flags": 15, "call_started_at": timezone.now()},
        {"call_flags": 0, "call_started_at": timezone.now()},
        {"listable": 2, "lobby_state": 1, "type": 6},
    ],
)
def test_a_room_may_have(fields):
    assert refused(lambda: RoomFactory(**fields)) is False


def test_a_token_belongs_to_one_room():
    RoomFactory(token="lounge77")

    assert refused(lambda: RoomFactory(token="lounge77")) is True


def test_a_pair_has_one_room():
    digest = Room.pair_digest(["ada", "bob"])
    RoomFactory(pair=digest)

    assert refused(lambda: RoomFactory(pair=digest)) is True


def test_other_rooms_are_no_pairs():
    RoomFactory(pair=None)

    assert refused(lambda: RoomFactory(pair=None)) is False


def test_an_actor_has_one_seat_in_a_room():
    seat = AttendeeFactory()

    assert refused(lambda: AttendeeFactory(room=seat.room, user=seat.user)) is True


def test_an_actor_has_seats_in_many_rooms():
    seat = AttendeeFactory()

    assert refused(lambda: AttendeeFactory(user=seat.user)) is False


def test_actors_of_two_kinds_may_share_an_id():
    seat = AttendeeFactory()

    assert (
        refused(
            lambda: AttendeeFactory(
                room=seat.room,
                user=None,
                actor_type=ActorType.GROUPS,
                actor_id=seat.actor_id,
                display_name="x",
            )
        )
        is False
    )


def test_a_browser_has_one_guest_in_a_room():
    guest = AttendeeFactory(guest=True)

    assert (
        refused(lambda: AttendeeFactory(guest=True, room=guest.room, holder=guest.holder)) is True
    )


def test_a_browser_has_guests_in_many_rooms():
    guest = AttendeeFactory(guest=True)

    assert refused(lambda: AttendeeFactory(guest=True, holder=guest.holder)) is False


@pytest.mark.parametrize(
    "fields", [{"participant_type": 0}, {"participant_type": 7}, {"permissions": 256}]
)
def test_no_seat_has(fields):
    room = RoomFactory()

    assert refused(lambda: AttendeeFactory(room=room, **fields)) is True


def test_a_browser_has_one_session_in_a_room():
    session = SessionFactory()

    assert refused(
        lambda: SessionFactory(attendee__room=session.room, holder=session.holder)
    ) is True  # fmt: skip


def test_a_browser_has_sessions_in_many_rooms():
    session = SessionFactory()

    assert refused(lambda: SessionFactory(holder=session.holder)) is False


def test_a_session_id_belongs_to_one_session():
    session = SessionFactory()

    assert refused(lambda: SessionFactory(session_id=session.session_id)) is True


@pytest.mark.parametrize("in_call", [16, -1])
def test_no_session_has_unknown_flags(in_call):
    attendee = AttendeeFactory()

    assert refused(lambda: SessionFactory(attendee=attendee, in_call=in_call)) is True


def test_a_room_takes_seats_and_sessions_along():
    session = SessionFactory()

    session.room.delete()

    assert (Attendee.objects.count(), Session.objects.count()) == (0, 0)


def test_a_seat_takes_its_sessions_along():
    session = SessionFactory()

    session.attendee.delete()

    assert (Room.objects.count(), Session.objects.count()) == (1, 0)


def test_an_account_takes_its_seats_along_and_no_room():
    session = SessionFactory()
    other = AttendeeFactory(room=session.room)

    session.attendee.user.delete()

    assert list(Attendee.objects.all()) == [other]
    assert not Session.objects.exists()
