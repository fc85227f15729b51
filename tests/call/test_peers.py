"""Who is in the call (call.md §2)."""

from datetime import timedelta

import pytest

from talk import peers
from talk.constants import ActorType, ParticipantType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def ids(room):
    return [row[4] for row in peers.in_call(room)]


def test_peers_of_an_idle_room_are_none():
    session = SessionFactory()

    assert peers.in_call(session.room) == []


@pytest.mark.parametrize("flags", [1, 2, 4, 6, 7, 8, 15])
def test_peers_have_any_flag_at_all(flags):
    session = SessionFactory(in_call=flags)

    assert ids(session.room) == [session.session_id]


@pytest.mark.parametrize(
    ("age", "listed"),
    [
        (timedelta(0), True),
        (timedelta(seconds=30), True),
        (timedelta(seconds=30, microseconds=1), False),
        (timedelta(days=1), False),
    ],
)
def test_peers_pinged_within_30_seconds(now, age, listed):
    session = SessionFactory(calling=True, last_ping=now - age)

    assert ids(session.room) == ([session.session_id] if listed else [])


def test_peers_are_listed_once_per_session_in_the_order_of_their_sessions():
    room = RoomFactory()
    phone = SessionFactory(attendee__room=room, calling=True, age=1)
    other = SessionFactory(attendee__room=room, calling=True, age=25)
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop", calling=True, age=0)

    assert ids(room) == [phone.session_id, other.session_id, laptop.session_id]


def test_peers_of_another_room_are_not_listed():
    SessionFactory(calling=True)

    assert ids(RoomFactory()) == []


def test_peers_are_all_listed():
    room = RoomFactory()
    everybody = [SessionFactory(attendee__room=room, calling=True) for _ in range(120)]

    assert ids(room) == [session.session_id for session in everybody]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"user__username": "alice", "display_name": "Alice A."}, ("users", "alice", "Alice A.")),
        (
            {"guest": True, "actor_id": "5" * 40, "display_name": "Eve"},
            ("guests", "5" * 40, "Eve"),
        ),
        ({"guest": True, "actor_id": "5" * 40}, ("guests", "5" * 40, "")),
        (
            {"guest": True, "actor_type": ActorType.EMAILS, "actor_id": "6" * 64},
            ("emails", "6" * 64, ""),
        ),
        (
            {
                "guest": True,
                "actor_id": "7" * 40,
                "participant_type": ParticipantType.GUEST_MODERATOR,
            },
            ("guests", "7" * 40, ""),
        ),
    ],
)
def test_peers_say_who_they_are(fields, shown):
    session = SessionFactory(attendee=AttendeeFactory(**fields), calling=True)

    rows = peers.in_call(session.room)

    assert rows == [(*shown, int(session.last_ping.timestamp()), session.session_id)]


@pytest.mark.parametrize(
    ("first_name", "policy", "shown"),
    [
        ("Alice", "talk.host.Policy", "Alice Last"),
        ("Alice", "tests.call.policies.AccountsAreShouted", "ALICE"),
        ("Alice", "tests.call.policies.AccountsAreNameless", "alice"),
    ],
)
def test_peers_without_a_name_of_their_own_have_the_name_of_their_account(
    settings, first_name, policy, shown
):
    settings.TALK_POLICY = policy
    session = SessionFactory(
        attendee__user__username="alice",
        attendee__user__first_name=first_name,
        attendee__display_name="",
        calling=True,
    )

    assert [row[2] for row in peers.in_call(session.room)] == [shown]


def test_peers_whose_account_is_gone_have_their_id_for_a_name():
    attendee = AttendeeFactory(user=None, actor_id="zoe", display_name="")
    session = SessionFactory(attendee=attendee, calling=True)

    assert [row[2] for row in peers.in_call(session.room)] == ["zoe"]


@pytest.mark.parametrize("count", [0, 3, 30])
def test_peers_cost_one_query(django_assert_num_queries, count):
    room = RoomFactory()
    for _ in range(count):
        SessionFactory(attendee__room=room, calling=True)
    peers.in_call(room)

    with django_assert_num_queries(1):
        rows = peers.in_call(room)

    assert len(rows) == count


def test_looking_at_the_peers_changes_nothing(stored):
    room = RoomFactory(with_call=True)
    for age in (0, 25, 60, 1000):
        SessionFactory(attendee__room=room, calling=True, age=age)
    before = stored()

    peers.in_call(room)

    assert stored() == before
