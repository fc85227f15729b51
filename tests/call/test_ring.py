"""Ringing somebody again (call.md §6, decisions D3, D5 and D6)."""

import pytest

from talk import errors, ringing
from talk.constants import ActorType, ParticipantType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(db):
    return SessionFactory(
        attendee__room=RoomFactory(with_call=True), attendee__moderator=True, calling=True
    )


def test_ring_is_told(told, caller):
    target = AttendeeFactory(room=caller.room)

    events = told(ringing.ring, caller, target.pk, room=caller.room)

    assert events == [("call_rung", {"room": caller.room, "attendee": target, "session": caller})]


def test_ring_changes_nothing(stored, caller):
    target = SessionFactory(attendee__room=caller.room)
    before = stored()

    rung = ringing.ring(caller, target.attendee.pk, room=caller.room)

    assert rung == target.attendee
    assert stored() == before


def test_ring_reaches_whoever_does_not_want_to_hear_of_calls(told_names, caller):
    target = AttendeeFactory(room=caller.room, notification_calls=False)

    assert told_names(ringing.ring, caller, target.pk, room=caller.room) == ["call_rung"]


def test_ring_reaches_whoever_waits_in_the_lobby(told_names, caller):
    caller.room.lobby_state = 1
    caller.room.save()
    target = AttendeeFactory(room=caller.room)

    assert told_names(ringing.ring, caller, target.pk, room=caller.room) == ["call_rung"]


def test_ring_asks_nothing_of_a_read_only_room(told_names, caller):
    caller.room.read_only = True
    caller.room.save()
    target = AttendeeFactory(room=caller.room)

    assert told_names(ringing.ring, caller, target.pk, room=caller.room) == ["call_rung"]


@pytest.mark.parametrize("flags", [1, 2, 8, 15])
def test_ring_may_come_from_whoever_is_in_the_call_somehow(told_names, caller, flags):
    caller.in_call = flags
    caller.save()
    target = AttendeeFactory(room=caller.room)

    assert told_names(ringing.ring, caller, target.pk, room=caller.room) == ["call_rung"]


@pytest.fixture
def refused(told_names, heard, stored):
    """Ring in vain: the refusal, after seeing that it left everything as it was."""

    def ring(session, attendee_id, room):
        before = stored()
        with pytest.raises(errors.TalkError) as refusal:
            told_names(ringing.ring, session, attendee_id, room=room)
        assert stored() == before
        assert heard == []
        return refusal.value.status, refusal.value.data

    return ring


IN_CALL = (400, {"error": "in-call"})
UNKNOWN = (404, None)
NO_USER = (400, {"error": "actor-type"})


def test_ring_needs_a_call(refused):
    session = SessionFactory(attendee__moderator=True)
    target = AttendeeFactory(room=session.room)

    answer = refused(session, target.pk, session.room)

    assert answer == IN_CALL


def test_ring_needs_a_call_that_somebody_is_in(refused):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)
    session = SessionFactory(attendee__room=room, attendee__moderator=True)
    target = AttendeeFactory(room=room)

    assert refused(session, target.pk, room) == IN_CALL


def test_ring_needs_a_caller_in_the_call(refused, caller):
    outside = SessionFactory(attendee__room=caller.room, attendee__moderator=True)
    target = AttendeeFactory(room=caller.room)

    assert refused(outside, target.pk, caller.room) == IN_CALL


def test_ring_needs_a_caller_with_a_session(refused, caller):
    target = AttendeeFactory(room=caller.room)

    assert refused(None, target.pk, caller.room) == IN_CALL


@pytest.mark.parametrize("attendee_id", [0, -1, 10**9, 2**63 - 1])
def test_ring_needs_somebody_who_exists(refused, caller, attendee_id):
    assert refused(caller, attendee_id, caller.room) == UNKNOWN


@pytest.mark.parametrize("actor_type", [ActorType.GROUPS, ActorType.GUESTS, ActorType.EMAILS])
@pytest.mark.parametrize("same_room", [True, False])
def test_ring_reaches_accounts_only(refused, caller, actor_type, same_room):
    room = caller.room if same_room else RoomFactory(public=True)
    target = AttendeeFactory(
        room=room, actor_type=actor_type, actor_id="somebody", user=None, display_name=""
    )

    assert refused(caller, target.pk, caller.room) == NO_USER


def test_ring_reaches_nobody_of_another_room(refused, caller):
    target = AttendeeFactory()

    assert refused(caller, target.pk, caller.room) == UNKNOWN


def test_ring_disturbs_nobody_who_does_not_want_it(refused, settings, caller):
    settings.TALK_POLICY = "tests.call.policies.NobodyIsDisturbed"
    target = AttendeeFactory(room=caller.room)

    answer = refused(caller, target.pk, caller.room)

    assert answer == (400, {"error": "status"})


def test_ring_of_whoever_is_in_the_call_and_disturbed_names_the_first_reason(
    refused, settings, caller
):
    settings.TALK_POLICY = "tests.call.policies.NobodyIsDisturbed"

    answer = refused(caller, caller.attendee_id, caller.room)

    assert answer == (400, {"error": "status"})


@pytest.mark.parametrize(("age", "flags"), [(0, 7), (0, 8), (29, 1), (60, 7), (99, 7)])
def test_ring_of_whoever_is_in_the_call_is_refused(refused, caller, age, flags):
    target = SessionFactory(attendee__room=caller.room, age=age, in_call=flags).attendee

    assert refused(caller, target.pk, caller.room) == IN_CALL


@pytest.mark.parametrize(("age", "flags"), [(101, 7), (0, 0), (60, 0)])
def test_ring_reaches_whoever_is_in_the_room_only(told_names, caller, age, flags):
    target = SessionFactory(attendee__room=caller.room, age=age, in_call=flags).attendee

    assert told_names(ringing.ring, caller, target.pk, room=caller.room) == ["call_rung"]


def test_ring_is_refused_when_any_device_of_the_target_is_in_the_call(refused, caller):
    phone = SessionFactory(attendee__room=caller.room, calling=True)
    SessionFactory(attendee=phone.attendee, holder="laptop")

    answer = refused(caller, phone.attendee_id, caller.room)

    assert answer == IN_CALL


def test_ring_of_oneself_is_refused(refused, caller):
    answer = refused(caller, caller.attendee_id, caller.room)

    assert answer == IN_CALL


@pytest.mark.parametrize("rule", ["moderators", "start-call"])
@pytest.mark.parametrize("permissions", [1, 1 | 2])
@pytest.mark.parametrize("kind", list(ParticipantType))
def test_may_ring_follows_the_setting(settings, rule, permissions, kind):
    settings.TALK_RING_RULE = rule
    attendee = AttendeeFactory(participant_type=kind, permissions=permissions)

    moderates = kind in {
        ParticipantType.OWNER,
        ParticipantType.MODERATOR,
        ParticipantType.GUEST_MODERATOR,
    }
    holds_start = moderates or bool(permissions & 2)
    expected = moderates if rule == "moderators" else holds_start
    assert ringing.may_ring(attendee.room, attendee) is expected


def test_moderators_ring_by_default():
    assert ringing.may_ring(RoomFactory(), AttendeeFactory()) is False
    assert ringing.may_ring(RoomFactory(), AttendeeFactory(moderator=True)) is True
