"""``POST /call/{token}/ring/{attendeeId}`` (call.md §6)."""

import pytest

from talk.constants import LobbyState, ParticipantType
from tests.call.endpoints import V2, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

OWNER, MODERATOR, USER, _GUEST, SELF_JOINED, GUEST_MODERATOR = ParticipantType
IN_CALL = (400, {"error": "in-call"})

NOT_ATTENDEE_IDS = [
    "x",
    "1x",
    "1.0",
    "1e0",
    "0x1",
    "true",
    "null",
    "[]",
    "{}",
    "%20",
    "%00",
    "1%00",
    "1%0A",
    "%D9%A1",
    "%EF%BC%91",
    "%ED%A0%80",
    "1_0",
    "--1",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
]
"""Path segments that are no attendee id."""

UNKNOWN_ATTENDEE_IDS = ["0", "-1", "+0", "999999999", "9223372036854775807"]
"""Numbers that are nobody's."""


@pytest.fixture
def caller(db):
    return SessionFactory(
        attendee__room=RoomFactory(with_call=True), attendee__moderator=True, calling=True
    )


def ring(client, caller, attendee_id):
    return ask(client, "ring", caller.room.token, attendee=attendee_id)


def test_ring_rings(sign_in, told, caller):
    target = AttendeeFactory(room=caller.room)

    events = told(ring, sign_in(caller), caller, target.pk)

    assert events == [("call_rung", {"room": caller.room, "attendee": target, "session": caller})]


def test_ring_answers_null_and_changes_nothing(sign_in, stored, caller):
    target = AttendeeFactory(room=caller.room)
    client = sign_in(caller)
    before = stored()

    response = ring(client, caller, target.pk)

    assert answer_of(response) == (200, None)
    assert stored() == before


@pytest.mark.parametrize("rule", ["moderators", "start-call"])
@pytest.mark.parametrize(
    ("attendee", "allowed"),
    [
        ({"participant_type": OWNER, "permissions": 1}, {"moderators", "start-call"}),
        ({"participant_type": MODERATOR, "permissions": 1}, {"moderators", "start-call"}),
        ({"participant_type": USER, "permissions": 1 | 2}, {"start-call"}),
        ({"participant_type": USER, "permissions": 1}, set()),
        ({"participant_type": SELF_JOINED, "permissions": 1 | 2}, {"start-call"}),
        ({"participant_type": SELF_JOINED, "permissions": 1}, set()),
        ({"guest": True, "permissions": 1 | 2}, {"start-call"}),
        ({"guest": True, "permissions": 1}, set()),
        ({"guest": True, "participant_type": GUEST_MODERATOR}, {"moderators", "start-call"}),
    ],
)
def test_ring_is_for_whom_the_setting_names(sign_in, settings, rule, attendee, allowed):
    settings.TALK_RING_RULE = rule
    room = RoomFactory(public=True, with_call=True)
    session = SessionFactory(attendee=AttendeeFactory(**attendee | {"room": room}), calling=True)
    target = AttendeeFactory(room=room)

    expected = (200, None) if rule in allowed else (403, [])
    assert answer_of(ring(sign_in(session), session, target.pk)) == expected


@pytest.mark.parametrize(
    ("rule", "attendee", "answer"),
    [
        ("moderators", {}, (412, [])),
        ("moderators", {"permissions": 8}, (403, [])),
        ("moderators", {"moderator": True}, (200, None)),
        ("start-call", {"permissions": 2}, (412, [])),
        ("start-call", {"permissions": 8 | 2}, (200, None)),
    ],
)
def test_ring_from_the_lobby_is_refused_first(sign_in, settings, rule, attendee, answer):
    settings.TALK_RING_RULE = rule
    room = RoomFactory(with_call=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    session = SessionFactory(attendee=AttendeeFactory(room=room, **attendee), calling=True)
    target = AttendeeFactory(room=room)

    assert answer_of(ring(sign_in(session), session, target.pk)) == answer


@pytest.mark.parametrize("segment", NOT_ATTENDEE_IDS)
def test_ring_refuses_what_is_no_number(sign_in, caller, segment):
    assert answer_of(ring(sign_in(caller), caller, segment)) == (400, {"error": "attendeeId"})


@pytest.mark.parametrize("number", UNKNOWN_ATTENDEE_IDS)
def test_ring_finds_nobody_under_other_numbers(sign_in, caller, number):
    assert answer_of(ring(sign_in(caller), caller, number)) == (404, None)


@pytest.mark.parametrize("segment", ["", "1/", "1/2"])
def test_ring_of_no_segment_is_no_endpoint(sign_in, caller, segment):
    response = sign_in(caller).post(f"{V2}{caller.room.token}/ring/{segment}")

    assert response.json()["ocs"]["meta"]["statuscode"] == 998


def test_ring_takes_its_number_from_the_path_alone(sign_in, caller):
    target = AttendeeFactory(room=caller.room)

    response = sign_in(caller).post(f"{V2}{caller.room.token}/ring/x?attendeeId={target.pk}")

    assert answer_of(response) == (400, {"error": "attendeeId"})


def test_ring_of_a_guest_is_refused(sign_in, caller):
    guest = AttendeeFactory(room=caller.room, guest=True)

    assert answer_of(ring(sign_in(caller), caller, guest.pk)) == (400, {"error": "actor-type"})


def test_ring_of_a_guest_of_another_room_is_refused_for_being_a_guest(sign_in, caller):
    guest = AttendeeFactory(guest=True)

    assert answer_of(ring(sign_in(caller), caller, guest.pk)) == (400, {"error": "actor-type"})


def test_ring_of_a_user_of_another_room_finds_nobody(sign_in, caller):
    assert answer_of(ring(sign_in(caller), caller, AttendeeFactory().pk)) == (404, None)


def test_ring_of_whoever_is_in_the_call_is_refused(sign_in, caller):
    target = SessionFactory(attendee__room=caller.room, calling=True, age=60)

    assert answer_of(ring(sign_in(caller), caller, target.attendee_id)) == IN_CALL


def test_ring_of_whoever_is_not_to_be_disturbed_is_refused(sign_in, settings, caller):
    settings.TALK_POLICY = "tests.call.policies.NobodyIsDisturbed"
    target = AttendeeFactory(room=caller.room)

    answer = answer_of(ring(sign_in(caller), caller, target.pk))

    assert answer == (400, {"error": "status"})


@pytest.mark.parametrize("count", [3, 30])
def test_ring_costs_the_same_however_many_are_there(sign_in, assert_writing_costs, caller, count):
    for _ in range(count - 1):
        SessionFactory(attendee__room=caller.room, calling=True)
    target = SessionFactory(attendee__room=caller.room).attendee
    client = sign_in(caller)

    with assert_writing_costs(12, tells_browsers=False):
        ring(client, caller, target.pk)
