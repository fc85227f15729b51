"""Joining: what it does to the session, the attendee and the room (call.md §3.1 to §3.5, §3.7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import call, peers
from talk.constants import CallFlag
from talk.models import Attendee, Session
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

AUDIO, VIDEO = 16, 32


def test_join_without_flags_means_all_three():
    session = SessionFactory()

    call.join(session)

    session.refresh_from_db()
    assert session.in_call == 7


@pytest.mark.parametrize("wanted", range(1, 16))
@pytest.mark.parametrize("permissions", [1, 1 | AUDIO, 1 | VIDEO, 1 | AUDIO | VIDEO])
def test_join_drops_what_may_not_be_published(permissions, wanted):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, attendee__permissions=permissions)

    call.join(session, wanted)

    session.refresh_from_db()
    dropped = (0 if permissions & AUDIO else 2) | (0 if permissions & VIDEO else 4)
    assert session.in_call == wanted & ~dropped


def test_join_without_any_publishing_permission_stores_one():
    session = SessionFactory(attendee__permissions=1 | 2)

    call.join(session, 7)

    session.refresh_from_db()
    assert session.in_call == 1


def test_join_drops_nothing_of_a_moderator():
    session = SessionFactory(attendee__moderator=True, attendee__permissions=1)

    call.join(session, 15)

    session.refresh_from_db()
    assert session.in_call == 15


def test_join_gives_the_room_the_flags_as_asked_for():
    session = SessionFactory(attendee__permissions=1 | 2)

    call.join(session, 7)

    session.room.refresh_from_db()
    assert session.room.call_flags == 7


def test_first_join_starts_the_call(now):
    session = SessionFactory()

    call.join(session, 3)

    session.room.refresh_from_db()
    assert session.room.call_started_at == now
    assert session.room.call_flags == 3
    assert session.room.last_activity == now
    assert session.room.has_call is True


def test_join_notes_when_the_attendee_joined_last(now):
    session = SessionFactory()

    call.join(session)

    session.attendee.refresh_from_db()
    session.room.refresh_from_db()
    assert session.attendee.last_joined_call == now
    assert session.room.call_started_at == session.attendee.last_joined_call


def test_first_join_is_told_as_start_and_join(told):
    session = SessionFactory()

    events = told(call.join, session, silent_for=("bob", "carol"))

    silence = {"silent": False, "silent_for": ["bob", "carol"]}
    assert events == [
        ("call_started", {"room": session.room, "session": session, **silence}),
        ("call_joined", {"room": session.room, "session": session, "started": True}),
    ]


@pytest.mark.parametrize("silent", [True, False])
def test_start_tells_whether_it_is_silent(told, silent):
    session = SessionFactory()

    events = dict(told(call.join, session, silent=silent))

    assert events["call_started"]["silent"] is silent


def test_guest_starts_a_call_as_anybody(told):
    session = SessionFactory(attendee__guest=True)

    events = dict(told(call.join, session))

    assert events["call_started"]["session"] == session
    session.room.refresh_from_db()
    assert session.room.has_call is True


def test_second_join_adds_new_flags_to_the_room():
    started_at = timezone.now() - timedelta(minutes=5)
    room = RoomFactory(call_started_at=started_at, call_flags=1 | 2, last_activity=started_at)
    SessionFactory(attendee__room=room, in_call=1 | 2)

    call.join(SessionFactory(attendee__room=room), 1 | 4)

    room.refresh_from_db()
    assert (room.call_flags, room.call_started_at, room.last_activity) == (
        7,
        started_at,
        started_at,
    )


def test_second_join_with_new_flags_is_told_as_change_and_join(told):
    room = RoomFactory(call_started_at=timezone.now(), call_flags=1)
    SessionFactory(attendee__room=room, in_call=1)

    events = told(call.join, SessionFactory(attendee__room=room), 5)

    assert [name for name, _arguments in events] == ["room_changed", "call_joined"]
    assert events[0][1]["changes"] == {"call_flags": 1}
    assert events[1][1]["started"] is False


def test_second_join_without_new_flags_leaves_the_room_as_it_is(told_names, stored):
    room = RoomFactory(call_started_at=timezone.now(), call_flags=7)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room)
    rooms_before, _attendees, _sessions = stored()

    names = told_names(call.join, session, 3)

    assert names == ["call_joined"]
    assert stored()[0] == rooms_before


def test_silence_means_nothing_when_a_call_is_running(told_names):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    names = told_names(
        call.join, SessionFactory(attendee__room=room), silent=True, silent_for=["bob"]
    )

    assert names == ["call_joined"]


@pytest.mark.parametrize(
    ("before", "wanted", "others", "names"),
    [
        (0, 7, False, ["call_started", "call_joined"]),
        (0, 7, True, ["call_joined"]),
        (7, 7, True, []),
        (7, 3, True, ["call_flags_changed"]),
        (7, 0, True, ["call_left"]),
        (7, 0, False, ["call_left", "call_ended"]),
        (0, 0, True, []),
        (0, 0, False, []),
    ],
)
def test_join_tells_what_happened_to_the_session(told_names, before, wanted, others, names):
    room = RoomFactory(with_call=bool(before or others))
    if others:
        SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, in_call=before)

    assert told_names(call.join, session, wanted) == names


def test_join_again_replaces_the_flags(told):
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, calling=True)

    events = told(call.join, session, 1)

    session.refresh_from_db()
    assert session.in_call == 1
    assert [(name, arguments["previous"]) for name, arguments in events] == [
        ("call_flags_changed", CallFlag(7))
    ]


def test_join_again_needs_no_right_to_start(settings):
    settings.TALK_START_CALLS = 2
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    call.join(session, 3)

    session.refresh_from_db()
    assert session.in_call == 3


def test_join_does_not_touch_the_ping():
    session = SessionFactory(age=20)
    before = session.last_ping

    call.join(session)

    session.refresh_from_db()
    assert session.last_ping == before


def test_second_device_joins_on_its_own(told_names):
    room = RoomFactory(with_call=True)
    phone = SessionFactory(attendee__room=room, calling=True)
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop")

    names = told_names(call.join, laptop, 1)

    assert names == ["call_joined"]
    assert list(Session.objects.order_by("pk").values_list("in_call", flat=True)) == [7, 1]


@pytest.mark.parametrize("wanted", [2, 4, 6, 8])
def test_join_without_the_first_bit_is_taken_as_it_is(wanted):
    session = SessionFactory()

    call.join(session, wanted)

    session.refresh_from_db()
    assert session.in_call == wanted
    assert [row[4] for row in peers.in_call(session.room)] == [session.session_id]


def test_join_goes_by_what_the_attendee_may_now():
    session = SessionFactory()
    Attendee.objects.filter(pk=session.attendee_id).update(permissions=1 | 2)

    call.join(session, 7)

    session.refresh_from_db()
    assert session.in_call == 1
