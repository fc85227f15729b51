"""The end of a call: for everyone, and what is noted and told of it (call.md §5, §5.1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import call
from talk.constants import ActorType, RoomType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def started_at(now):
    return now - timedelta(minutes=7)


def joined(room, when, **fields):
    """Somebody who joined a call at this moment and is not in it any more."""
    return AttendeeFactory(room=room, last_joined_call=when, **fields)


def test_end_takes_everybody_out_of_the_call_however_long_silent():
    room = RoomFactory(with_call=True)
    sessions = [
        SessionFactory(attendee__room=room, calling=True, age=age) for age in (0, 29, 60, 99, 1000)
    ]

    ended = call.end(room)

    assert ended is True
    for session in sessions:
        session.refresh_from_db()
    assert [session.in_call for session in sessions] == [0, 0, 0, 0, 0]


def test_end_forgets_the_call_but_no_permission(now):
    room = RoomFactory(with_call=True, default_permissions=17, last_activity=now - timedelta(1))
    session = SessionFactory(attendee__room=room, attendee__permissions=33, calling=True)

    call.end(room)

    room.refresh_from_db()
    session.attendee.refresh_from_db()
    assert (room.call_started_at, room.call_flags, room.last_activity) == (None, 0, now)
    assert (room.default_permissions, session.attendee.permissions) == (17, 33)


def test_end_leaves_other_rooms_alone():
    elsewhere = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    call.end(session.room)

    elsewhere.refresh_from_db()
    elsewhere.room.refresh_from_db()
    assert (elsewhere.in_call, elsewhere.room.has_call) == (7, True)


def test_end_for_everyone_is_told_once_and_nobody_is_said_to_have_left(told, now, started_at):
    room = RoomFactory(call_started_at=started_at, call_flags=7)
    users = [
        SessionFactory(attendee__room=room, attendee__last_joined_call=started_at, calling=True)
        for _ in range(3)
    ]
    moderator = users[0].attendee

    events = told(call.end, room, by=moderator)

    events[0][1]["users"].sort()
    assert events == [
        (
            "call_ended",
            {
                "room": room,
                "reason": "ended_everyone",
                "attendee": moderator,
                "users": sorted(session.attendee.actor_id for session in users),
                "guests": 0,
                "started_at": started_at,
                "duration": timedelta(minutes=7),
            },
        )
    ]


def test_end_by_the_site_names_nobody(told):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    events = dict(told(call.end, room))

    assert events["call_ended"]["attendee"] is None


def test_end_by_the_last_one_who_leaves_names_them(told):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    events = dict(told(call.leave, session))

    assert events["call_ended"]["attendee"] == session.attendee
    assert events["call_ended"]["reason"] == "ended"


def test_end_counts_whoever_joined_since_the_start(told, now, started_at):
    room = RoomFactory(public=True, call_started_at=started_at, call_flags=7)
    SessionFactory(
        attendee__room=room,
        attendee__user__username="bob",
        attendee__last_joined_call=now,
        calling=True,
    )
    joined(room, started_at, user__username="alice")
    joined(room, started_at - timedelta(seconds=1), user__username="carol")
    joined(room, None, user__username="dave")
    joined(room, now, guest=True)
    joined(room, now, guest=True, display_name="Eve")
    joined(room, now, guest=True, actor_type=ActorType.EMAILS, invited_address="f@example.org")
    joined(room, None, guest=True)
    joined(RoomFactory(), now, user__username="mallory")

    events = dict(told(call.end, room))

    assert sorted(events["call_ended"]["users"]) == ["alice", "bob"]
    assert events["call_ended"]["guests"] == 3


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ((RoomType.ONE_TO_ONE, 1, 0, False), "missed"),
        ((RoomType.ONE_TO_ONE, 1, 0, True), "missed"),
        ((RoomType.ONE_TO_ONE, 2, 0, False), "ended"),
        ((RoomType.ONE_TO_ONE, 2, 0, True), "ended_everyone"),
        ((RoomType.FORMER_ONE_TO_ONE, 1, 0, False), "missed"),
        ((RoomType.FORMER_ONE_TO_ONE, 2, 0, False), "ended"),
        ((RoomType.GROUP, 1, 0, False), "ended"),
        ((RoomType.GROUP, 1, 0, True), "ended_everyone"),
        ((RoomType.PUBLIC, 1, 0, False), "ended"),
        ((RoomType.PUBLIC, 1, 2, True), "ended_everyone"),
    ],
)
def test_end_has_a_reason(told, started_at, case, reason):
    room_type, users, guests, for_everyone = case
    room = RoomFactory(type=room_type, call_started_at=started_at, call_flags=7)
    for _ in range(users - 1):
        joined(room, started_at)
    for _ in range(guests):
        joined(room, started_at, guest=True)
    session = SessionFactory(
        attendee__room=room, attendee__last_joined_call=started_at, calling=True
    )

    events = dict(told(call.end, room) if for_everyone else told(call.leave, session))

    assert events["call_ended"]["reason"] == reason


def test_end_of_no_call_changes_nothing(told, stored):
    session = SessionFactory()
    before = stored()
    answers = []

    events = told(lambda: answers.append(call.end(session.room)))

    assert answers == [False]
    assert events == []
    assert stored() == before


def test_of_two_ends_one_wins(told_names):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    names = told_names(call.end, room) + told_names(call.end, room)

    assert names == ["call_ended"]


def test_end_of_a_call_whose_people_are_dead_only_writes_down_what_was_so(told):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)
    answers = []

    events = told(lambda: answers.append(call.end(room)))

    room.refresh_from_db()
    assert answers == [False]
    assert [(name, arguments.get("reason")) for name, arguments in events] == [
        ("call_left", None),
        ("call_ended", "ended"),
    ]
    assert (room.call_started_at, room.call_flags) == (None, 0)


def test_end_by_leaving_takes_those_who_fell_silent_along(told):
    room = RoomFactory(with_call=True)
    silent = SessionFactory(attendee__room=room, calling=True, age=60)
    session = SessionFactory(attendee__room=room, calling=True)

    events = told(call.leave, session)

    silent.refresh_from_db()
    assert silent.in_call == 0
    assert [(name, arguments.get("session")) for name, arguments in events] == [
        ("call_left", session),
        ("call_left", silent),
        ("call_ended", None),
    ]


def test_a_call_may_follow_another(told_names, db):
    session = SessionFactory(
        attendee__room=RoomFactory(with_call=True, call_flags=15), calling=True
    )
    call.end(session.room)

    names = told_names(call.join, session, 1)

    session.room.refresh_from_db()
    assert names == ["call_started", "call_joined"]
    assert session.room.call_flags == 1


def test_end_never_lasts_less_than_nothing(told):
    room = RoomFactory(call_started_at=timezone.now() + timedelta(hours=1), call_flags=7)
    SessionFactory(attendee__room=room, calling=True)

    events = dict(told(call.end, room))

    assert events["call_ended"]["duration"] == timedelta(0)


@pytest.mark.parametrize(
    ("limit", "age", "too_long"),
    [(0, 10**6, False), (60, 59, False), (60, 61, True)],
)
def test_call_lasts_too_long_by_the_setting(settings, limit, age, too_long):
    settings.TALK_MAX_CALL_DURATION = limit
    room = RoomFactory(call_started_at=timezone.now() - timedelta(seconds=age))

    assert call.lasts_too_long(room) is too_long


def test_no_call_lasts_too_long(settings):
    settings.TALK_MAX_CALL_DURATION = 1

    assert call.lasts_too_long(RoomFactory()) is False
