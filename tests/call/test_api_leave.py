"""``DELETE /call/{token}`` (call.md §5)."""

import pytest

from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Session
from tests.call.bad_values import BOOLEANS
from tests.call.endpoints import V2, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

FORM = "application/x-www-form-urlencoded"
OWNER, MODERATOR, USER, GUEST, SELF_JOINED, GUEST_MODERATOR = ParticipantType


def leave(client, session, **body):
    return ask(client, "leave", session.room.token, **body)


def flags_in(room):
    return list(Session.objects.filter(room=room).order_by("pk").values_list("in_call", flat=True))


@pytest.fixture
def room(db):
    return RoomFactory(public=True, with_call=True)


@pytest.fixture
def moderator(room):
    return SessionFactory(attendee__room=room, attendee__moderator=True, calling=True)


def test_leave_takes_the_caller_out_of_the_call_only(sign_in, room):
    other = SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee=other.attendee, holder="laptop", calling=True)

    response = leave(sign_in(session), session)

    room.refresh_from_db()
    assert answer_of(response) == (200, None)
    assert (flags_in(room), room.has_call) == ([7, 0], True)


def test_leave_keeps_the_session(sign_in, room):
    session = SessionFactory(attendee__room=room, calling=True)
    client = sign_in(session)

    leave(client, session)

    assert answer_of(ask(client, "join", room.token)) == (200, None)


def test_leave_of_the_last_one_ends_the_call(sign_in, told_names, room):
    session = SessionFactory(attendee__room=room, calling=True)

    names = told_names(leave, sign_in(session), session)

    room.refresh_from_db()
    assert names == ["call_left", "call_ended"]
    assert (room.call_started_at, room.call_flags) == (None, 0)


@pytest.mark.parametrize("with_call", [True, False])
def test_leave_is_fine_for_whoever_is_not_in_the_call(sign_in, told_names, with_call):
    room = RoomFactory(with_call=with_call)
    SessionFactory(attendee__room=room, calling=with_call)
    session = SessionFactory(attendee__room=room)
    client = sign_in(session)

    names = told_names(leave, client, session)

    assert names == []
    assert answer_of(leave(client, session)) == (200, None)


@pytest.mark.parametrize("kind", [OWNER, MODERATOR, GUEST_MODERATOR])
def test_moderators_end_the_call_for_everyone(sign_in, told, room, kind):
    session = SessionFactory(
        attendee=AttendeeFactory(room=room, guest=kind == GUEST_MODERATOR, participant_type=kind),
        calling=True,
    )
    for age in (0, 60, 1000):
        SessionFactory(attendee__room=room, calling=True, age=age)

    events = told(leave, sign_in(session), session, all=True)

    room.refresh_from_db()
    assert [(name, arguments["reason"]) for name, arguments in events] == [
        ("call_ended", "ended_everyone")
    ]
    assert events[0][1]["attendee"] == session.attendee
    assert (flags_in(room), room.call_started_at) == ([0, 0, 0, 0], None)


@pytest.mark.parametrize("kind", [USER, GUEST, SELF_JOINED])
def test_others_just_leave_when_they_ask_for_everyone(sign_in, told_names, moderator, kind):
    session = SessionFactory(
        attendee=AttendeeFactory(
            room=moderator.room, guest=kind == GUEST, participant_type=kind, permissions=255
        ),
        calling=True,
    )
    client = sign_in(session)

    names = told_names(leave, client, session, all=True)

    assert names == ["call_left"]
    assert flags_in(moderator.room) == [7, 0]
    assert answer_of(leave(client, session, all=True)) == (200, None)


def test_moderator_ends_the_call_without_being_in_it(sign_in, room):
    SessionFactory(attendee__room=room, calling=True)
    moderator = SessionFactory(attendee__room=room, attendee__moderator=True)

    response = leave(sign_in(moderator), moderator, all=True)

    assert answer_of(response) == (200, None)
    assert flags_in(room) == [0, 0]


def test_end_of_no_call_is_fine(sign_in, stored):
    session = SessionFactory(attendee__moderator=True)
    before = stored()

    response = leave(sign_in(session), session, all=True)

    assert answer_of(response) == (200, None)
    assert stored() == before


def test_end_of_no_call_takes_the_caller_out_of_it(sign_in, stored):
    session = SessionFactory(attendee__moderator=True, calling=True)

    leave(sign_in(session), session, all=True)

    assert flags_in(session.room) == [0]


def test_end_needs_a_session_too(sign_in, stored, room):
    SessionFactory(attendee__room=room, calling=True)
    attendee = AttendeeFactory(room=room, owner=True)
    before = stored()

    response = ask(sign_in(attendee), "leave", room.token, all=True)

    assert answer_of(response) == (404, None)
    assert stored() == before


@pytest.mark.parametrize(("value", "everyone"), BOOLEANS)
def test_leave_takes_anything_for_everyone(sign_in, moderator, value, everyone):
    SessionFactory(attendee__room=moderator.room, calling=True)

    response = leave(sign_in(moderator), moderator, all=value)

    assert answer_of(response) == (200, None)
    assert flags_in(moderator.room) == ([0, 0] if everyone else [0, 7])


@pytest.mark.parametrize(
    ("sent", "everyone"),
    [
        (("", "", FORM), False),
        (("?all=1", "", FORM), True),
        (("?all=true", "", FORM), True),
        (("?all=false", "", FORM), False),
        (("?all=0", "", FORM), False),
        (("?all=", "", FORM), False),
        (("?all[]=", "", FORM), True),
        (("?all=%ED%A0%80", "", FORM), True),
        (("", "all=1", FORM), True),
        (("", '{"all": true}', "application/json"), True),
        (("?all=1", "all=0", FORM), False),
    ],
)
def test_leave_reads_query_form_and_json(sign_in, moderator, sent, everyone):
    SessionFactory(attendee__room=moderator.room, calling=True)
    query, body, content_type = sent
    url = V2 + moderator.room.token + query

    sign_in(moderator).delete(url, body, content_type=content_type)

    assert flags_in(moderator.room) == ([0, 0] if everyone else [0, 7])


@pytest.mark.parametrize(
    ("room", "attendee", "answer"),
    [
        ({"read_only": True}, {"owner": True}, (403, [])),
        ({"type": RoomType.CHANGELOG}, {"owner": True}, (403, [])),
        ({"type": RoomType.FORMER_ONE_TO_ONE}, {"owner": True}, (200, None)),
        ({"type": RoomType.NOTE_TO_SELF}, {"owner": True}, (200, None)),
        ({"type": RoomType.ONE_TO_ONE}, {"owner": True}, (200, None)),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {}, (412, [])),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"permissions": 8}, (200, None)),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"moderator": True}, (200, None)),
    ],
)
def test_leave_in_rooms_of_every_state(sign_in, room, attendee, answer):
    attendee = AttendeeFactory(room=RoomFactory(with_call=True, **room), **attendee)
    session = SessionFactory(attendee=attendee, calling=True)

    response = leave(sign_in(session), session)

    assert answer_of(response) == answer
    assert flags_in(session.room) == ([0] if answer[0] == 200 else [7])


def test_leave_works_where_calls_are_switched_off(sign_in, settings, moderator):
    settings.TALK_START_CALLS = 3

    response = leave(sign_in(moderator), moderator, all=True)

    assert answer_of(response) == (200, None)
    assert flags_in(moderator.room) == [0]


@pytest.mark.parametrize(("age", "answer", "flags"), [(60, (200, None), 0), (101, (404, None), 7)])
def test_leave_by_a_session_that_fell_silent(sign_in, room, age, answer, flags):
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, calling=True, age=age)

    assert answer_of(leave(sign_in(session), session)) == answer
    assert flags_in(room) == [7, flags]


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("everyone", [False, True])
def test_leave_costs_the_same_however_many_are_there(
    sign_in, assert_writing_costs, moderator, count, everyone
):
    for _ in range(count - 1):
        SessionFactory(attendee__room=moderator.room, calling=True)
    client = sign_in(moderator)

    with assert_writing_costs(12 if everyone else 10):
        leave(client, moderator, all=everyone)
