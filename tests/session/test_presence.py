"""Presence: one rule, decided when it is read (participants.md §13, design.md §2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import peers
from talk.constants import CallFlag
from talk.models import Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, utc

pytestmark = pytest.mark.django_db

NOON = utc(2026, 5, 4, 12)
PARTICIPANTS = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    """The clock stands still, so that the limits can be met to the microsecond."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


MICROSECOND = 1e-6


@pytest.mark.parametrize(
    ("age", "fresh", "alive"),
    [
        (0, True, True),
        (30, True, True),
        (30 + MICROSECOND, False, True),
        (100 - MICROSECOND, False, True),
        (100, False, False),
        (1000, False, False),
    ],
)
def test_a_session_is_fresh_for_30_seconds_and_dead_after_100(age, fresh, alive):
    session = SessionFactory(age=age)

    assert Session.objects.fresh().exists() is fresh
    assert session.is_fresh is fresh
    assert Session.objects.alive().exists() is alive
    assert Session.objects.dead().exists() is not alive
    assert session.is_dead is not alive


@pytest.mark.parametrize(("flags", "counts"), [(0, False), (1, True), (6, True), (8, True)])
def test_any_flag_counts_as_in_the_call(flags, counts):
    SessionFactory(in_call=flags)

    assert Session.objects.in_call().exists() is counts


@pytest.mark.parametrize(
    ("flags", "is_in_call"),
    [
        (CallFlag.DISCONNECTED, False),
        (CallFlag.WITH_AUDIO | CallFlag.WITH_VIDEO, False),
        (CallFlag.IN_CALL, True),
        (CallFlag.IN_CALL | CallFlag.WITH_PHONE, True),
    ],
)
def test_only_the_first_bit_says_in_call_of_one_session(flags, is_in_call):
    assert Session(in_call=flags).is_in_call is is_in_call


@pytest.mark.parametrize(
    ("age", "listed_as_peer", "holds_the_call"),
    [
        (0, True, True),
        (30, True, True),
        (31, False, True),
        (99, False, True),
        (100, False, False),
    ],
)
def test_all_answers_about_a_call_agree(sign_in, age, listed_as_peer, holds_the_call):
    room = RoomFactory(with_call=True, call_started_at=NOON)
    SessionFactory(attendee__room=room, calling=True, age=age)
    reader = sign_in(AttendeeFactory(room=room, moderator=True))

    seen = data_of(reader.get(ROOM.format(room.token)))
    first, _reader = data_of(reader.get(PARTICIPANTS.format(room.token)))

    assert bool(peers.in_call(room)) is listed_as_peer
    assert room.has_call is holds_the_call
    assert list(Room.objects.in_call()) == ([room] if holds_the_call else [])
    assert (seen["hasCall"], seen["callFlag"], seen["callStartTime"]) == (
        (True, 7, int(NOON.timestamp())) if holds_the_call else (False, 0, 0)
    )
    assert (first["inCall"], len(first["sessionIds"])) == ((7, 1) if holds_the_call else (0, 0))
    assert first["lastPing"] == (
        int((NOON - timedelta(seconds=age)).timestamp()) if holds_the_call else 0
    )


def test_reading_writes_nothing(sign_in):
    room = RoomFactory(with_call=True, call_started_at=NOON)
    SessionFactory(attendee__room=room, calling=True, age=100)
    reader = sign_in(AttendeeFactory(room=room))

    reader.get(ROOM.format(room.token))
    reader.get(PARTICIPANTS.format(room.token))

    room.refresh_from_db()
    assert room.call_started_at == NOON
    assert Session.objects.get().in_call == 7


def test_a_room_without_a_call_has_none_whoever_is_there():
    room = RoomFactory()
    SessionFactory(attendee__room=room)

    assert room.has_call is False
    assert list(Room.objects.in_call()) == []


def test_call_state_of_many_rooms_costs_one_query(django_assert_num_queries):
    for room in RoomFactory.create_batch(3, with_call=True):
        SessionFactory(attendee__room=room, calling=True)
    RoomFactory.create_batch(3, with_call=True)

    with django_assert_num_queries(1):
        states = [room.has_call for room in Room.objects.with_call_state().order_by("pk")]

    assert states == [True, True, True, False, False, False]


@pytest.mark.parametrize("age", [100, 1000])
def test_a_dead_session_is_no_session_to_its_own_browser(sign_in, age):
    session = SessionFactory(age=age)

    seen = data_of(sign_in(session).get(ROOM.format(session.room.token)))

    assert (seen["sessionId"], seen["lastPing"], seen["participantFlags"]) == ("0", 0, 0)


@pytest.mark.parametrize("age", [0, 31, 99])
def test_a_living_session_belongs_to_its_browser(sign_in, age):
    session = SessionFactory(age=age, in_call=3)

    seen = data_of(sign_in(session).get(ROOM.format(session.room.token)))

    assert (seen["sessionId"], seen["lastPing"], seen["participantFlags"]) == (
        session.session_id,
        int(session.last_ping.timestamp()),
        3,
    )


def test_reading_does_not_ping(sign_in):
    session = SessionFactory(age=20)

    sign_in(session).get(ROOM.format(session.room.token))

    session.refresh_from_db()
    assert session.last_ping == NOON - timedelta(seconds=20)
