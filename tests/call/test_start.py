"""Who may start a call, and when the question is asked at all (call.md §3.2)."""

import pytest

from talk import call, errors
from talk.constants import ParticipantType, RoomType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

WITH_START, WITHOUT_START = 1 | 2, 1 | 4 | 8 | 16 | 32 | 64 | 128
OWNER, MODERATOR, USER, GUEST, SELF_JOINED, GUEST_MODERATOR = ParticipantType

WHO_MAY_START = [
    # (TALK_START_CALLS, participant type, own permissions), may start
    *[((0, kind, WITH_START), True) for kind in ParticipantType],
    ((0, OWNER, WITHOUT_START), True),
    ((0, MODERATOR, WITHOUT_START), True),
    ((0, USER, WITHOUT_START), False),
    ((0, GUEST, WITHOUT_START), False),
    ((0, SELF_JOINED, WITHOUT_START), False),
    ((0, GUEST_MODERATOR, WITHOUT_START), True),
    ((1, OWNER, WITH_START), True),
    ((1, MODERATOR, WITH_START), True),
    ((1, USER, WITH_START), True),
    ((1, GUEST, WITH_START), False),
    ((1, SELF_JOINED, WITH_START), True),
    ((1, GUEST_MODERATOR, WITH_START), True),
    ((1, USER, WITHOUT_START), False),
    ((1, SELF_JOINED, WITHOUT_START), False),
    ((1, GUEST_MODERATOR, WITHOUT_START), True),
    ((2, OWNER, WITH_START), True),
    ((2, MODERATOR, WITH_START), True),
    ((2, USER, WITH_START), False),
    ((2, GUEST, WITH_START), False),
    ((2, SELF_JOINED, WITH_START), False),
    ((2, GUEST_MODERATOR, WITHOUT_START), True),
    *[((3, kind, WITH_START), False) for kind in ParticipantType],
]


def session_of(kind, room=None, **attendee):
    """A session of somebody of this type; guests are guests, all others have accounts."""
    guest = kind in {GUEST, GUEST_MODERATOR}
    return SessionFactory(
        attendee=AttendeeFactory(
            room=room or RoomFactory(public=True), guest=guest, participant_type=kind, **attendee
        )
    )


@pytest.mark.parametrize(("who", "may"), WHO_MAY_START)
def test_start_is_for_those_whom_the_rule_names(settings, stored, who, may):
    settings.TALK_START_CALLS, kind, permissions = who
    session = session_of(kind, permissions=permissions)
    before = stored()

    if may:
        call.join(session)
    else:
        with pytest.raises(errors.StartForbidden):
            call.join(session)

    session.room.refresh_from_db()
    assert session.room.has_call is may
    assert (stored() == before) is not may


@pytest.mark.parametrize(("who", "may"), WHO_MAY_START)
def test_may_start_says_who_could(settings, who, may):
    settings.TALK_START_CALLS, kind, permissions = who
    session = session_of(kind, permissions=permissions)

    assert call.may_start(session.room, session.attendee) is may


def test_nobody_may_start_in_a_note_to_self():
    attendee = AttendeeFactory(room=RoomFactory(type=RoomType.NOTE_TO_SELF), owner=True)

    assert call.may_start(attendee.room, attendee) is False


@pytest.mark.parametrize("kind", [USER, GUEST, SELF_JOINED])
@pytest.mark.parametrize(
    ("room", "exempt"),
    [
        ((RoomType.PUBLIC, "share:password", "q1w2e3"), True),
        ((RoomType.PUBLIC, "phone", "direct-dialin"), True),
        ((RoomType.PUBLIC, "phone_persist", "direct-dialin"), True),
        ((RoomType.PUBLIC, "phone_temporary", "direct-dialin"), True),
        ((RoomType.GROUP, "phone", "direct-dialin"), True),
        ((RoomType.GROUP, "share:password", "q1w2e3"), False),
        ((RoomType.PUBLIC, "phone", "phone"), False),
        ((RoomType.PUBLIC, "event", "direct-dialin"), False),
        ((RoomType.PUBLIC, "file", "q1w2e3"), False),
        ((RoomType.PUBLIC, "", ""), False),
    ],
)
def test_some_rooms_are_exempt_from_the_rule(settings, kind, room, exempt):
    room_type, object_type, object_id = room
    settings.TALK_START_CALLS = 2
    room = RoomFactory(type=room_type, object_type=object_type, object_id=object_id)
    attendee = session_of(kind, room, permissions=WITHOUT_START).attendee

    assert call.may_start(room, attendee) is exempt


@pytest.mark.parametrize(
    ("age", "flags", "may_join"),
    [
        (0, 7, True),
        (29, 7, True),
        (0, 8, True),
        (0, 0, False),
        (31, 7, False),
        (99, 7, False),
        (101, 7, False),
    ],
)
def test_anybody_may_join_somebody_who_is_there(settings, stored, age, flags, may_join):
    settings.TALK_START_CALLS = 2
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, age=age, in_call=flags)
    session = SessionFactory(attendee__room=room)
    before = stored()

    if may_join:
        call.join(session)
    else:
        with pytest.raises(errors.StartForbidden):
            call.join(session)

    assert (stored() == before) is not may_join


def test_a_call_in_another_room_opens_nothing(settings):
    settings.TALK_START_CALLS = 2
    SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)

    with pytest.raises(errors.StartForbidden):
        call.join(SessionFactory())


def test_ones_own_other_device_is_somebody_who_is_there(settings):
    settings.TALK_START_CALLS = 2
    phone = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop")

    call.join(laptop)

    laptop.refresh_from_db()
    assert laptop.in_call == 7


def test_joining_a_running_call_needs_no_join_permission():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, attendee__permissions=1 | 16 | 32)

    call.join(session)

    session.refresh_from_db()
    assert session.in_call == 7


def test_a_refused_start_says_nothing_to_anybody(told_names, heard, settings):
    settings.TALK_START_CALLS = 2
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=150)

    with pytest.raises(errors.StartForbidden):
        told_names(call.join, SessionFactory(attendee__room=room))

    assert heard == []


@pytest.mark.parametrize(
    ("policy", "kind", "may"),
    [
        ("NobodyStartsCalls", OWNER, False),
        ("OnlyAccountsStartCalls", USER, True),
        ("OnlyAccountsStartCalls", GUEST, False),
        ("OnlyAccountsStartCalls", GUEST_MODERATOR, False),
    ],
)
def test_the_site_may_add_a_rule_of_its_own(settings, policy, kind, may):
    settings.TALK_POLICY = f"tests.call.policies.{policy}"
    attendee = session_of(kind).attendee

    assert call.may_start(attendee.room, attendee) is may


def test_a_call_that_fell_silent_is_not_started_anew(told):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=60)

    events = told(call.join, SessionFactory(attendee__room=room))

    assert [(name, arguments["started"]) for name, arguments in events] == [("call_joined", False)]


def test_a_call_whose_people_are_dead_ends_before_the_next_one_starts(told, now):
    room = RoomFactory(with_call=True, call_flags=15)
    gone = SessionFactory(attendee__room=room, calling=True, age=150)
    session = SessionFactory(attendee__room=room)

    events = told(call.join, session, 3)

    room.refresh_from_db()
    gone.refresh_from_db()
    assert [name for name, _arguments in events] == [
        "call_left",
        "call_ended",
        "call_started",
        "call_joined",
    ]
    assert (room.call_started_at, room.call_flags, gone.in_call) == (now, 3, 0)


def test_of_two_who_arrive_together_one_starts(told_names):
    room = RoomFactory()
    first, second = SessionFactory(attendee__room=room), SessionFactory(attendee__room=room)

    names = told_names(call.join, first) + told_names(call.join, second)

    assert names == ["call_started", "call_joined", "call_joined"]
