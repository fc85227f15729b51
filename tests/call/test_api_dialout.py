"""``POST /call/{token}/dialout/{attendeeId}`` of a site without a telephone line (call.md §9)."""

import pytest

from talk.constants import LobbyState, ParticipantType
from tests.call.endpoints import V1, answer_of, ask
from tests.call.test_api_ring import NOT_ATTENDEE_IDS, UNKNOWN_ATTENDEE_IDS
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

NO_LINE = (501, {"error": "backend"})


@pytest.fixture
def caller(db):
    return SessionFactory(attendee__room=RoomFactory(public=True, with_call=True), calling=True)


def dial(client, caller, attendee_id, **where):
    return ask(client, "dial_out", caller.room.token, attendee=attendee_id, **where)


@pytest.mark.parametrize("fields", [{}, {"guest": True}])
def test_dial_out_finds_no_line(sign_in, stored, caller, fields):
    target = AttendeeFactory(**fields | {"room": caller.room})
    client = sign_in(caller)
    before = stored()

    response = dial(client, caller, target.pk)

    assert answer_of(response) == NO_LINE
    assert stored() == before


def test_dial_out_by_the_first_entry_point(sign_in, caller):
    response = dial(sign_in(caller), caller, caller.attendee_id, base=V1)

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (200, 501)


@pytest.mark.parametrize("calling", [True, False])
def test_dial_out_without_a_call_is_refused(sign_in, calling):
    session = SessionFactory(calling=calling)

    assert answer_of(dial(sign_in(session), session, session.attendee_id)) == (400, None)


def test_dial_out_in_a_call_whose_people_are_dead_is_refused(sign_in):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=101)
    session = SessionFactory(attendee__room=room)

    assert answer_of(dial(sign_in(session), session, session.attendee_id)) == (400, None)


def test_dial_out_from_outside_the_call_is_refused(sign_in, caller):
    outside = SessionFactory(attendee__room=caller.room)

    assert answer_of(dial(sign_in(outside), outside, caller.attendee_id)) == (400, None)


def test_dial_out_without_a_session_is_refused(sign_in, caller):
    attendee = AttendeeFactory(room=caller.room)

    response = ask(sign_in(attendee), "dial_out", caller.room.token, attendee=caller.attendee_id)

    assert answer_of(response) == (400, None)


@pytest.mark.parametrize("number", UNKNOWN_ATTENDEE_IDS)
def test_dial_out_finds_nobody_under_other_numbers(sign_in, caller, number):
    assert answer_of(dial(sign_in(caller), caller, number)) == (404, None)


def test_dial_out_finds_nobody_of_another_room(sign_in, caller):
    assert answer_of(dial(sign_in(caller), caller, AttendeeFactory().pk)) == (404, None)


@pytest.mark.parametrize("segment", NOT_ATTENDEE_IDS)
def test_dial_out_refuses_what_is_no_number(sign_in, caller, segment):
    assert answer_of(dial(sign_in(caller), caller, segment)) == (400, {"error": "attendeeId"})


@pytest.mark.parametrize(
    ("kind", "permissions", "answer"),
    [
        (ParticipantType.OWNER, 1, NO_LINE),
        (ParticipantType.MODERATOR, 1, NO_LINE),
        (ParticipantType.USER, 1 | 2, NO_LINE),
        (ParticipantType.USER, 1 | 4, (403, [])),
        (ParticipantType.GUEST, 1 | 2, NO_LINE),
        (ParticipantType.GUEST, 1 | 4, (403, [])),
        (ParticipantType.SELF_JOINED, 1 | 2, NO_LINE),
        (ParticipantType.GUEST_MODERATOR, 1, NO_LINE),
    ],
)
def test_dial_out_needs_the_permission_to_start(sign_in, kind, permissions, answer):
    guest = kind in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    session = SessionFactory(
        attendee=AttendeeFactory(
            room=RoomFactory(public=True, with_call=True),
            guest=guest,
            participant_type=kind,
            permissions=permissions,
        ),
        calling=True,
    )

    assert answer_of(dial(sign_in(session), session, session.attendee_id)) == answer


@pytest.mark.parametrize(
    ("attendee", "answer"),
    [({}, (412, [])), ({"permissions": 8}, (403, [])), ({"permissions": 8 | 2}, NO_LINE)],
)
def test_dial_out_from_the_lobby_is_refused_first(sign_in, attendee, answer):
    room = RoomFactory(with_call=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    session = SessionFactory(attendee=AttendeeFactory(room=room, **attendee), calling=True)

    assert answer_of(dial(sign_in(session), session, session.attendee_id)) == answer
