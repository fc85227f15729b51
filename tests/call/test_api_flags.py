"""``PUT /call/{token}`` (call.md §4)."""

import pytest

from talk.constants import LobbyState, RoomType
from tests.call.bad_values import BAD_FLAGS
from tests.call.endpoints import V2, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def session(db):
    return SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)


def put(client, session, **body):
    return ask(client, "change_flags", session.room.token, **body)


def flags_of(session):
    session.refresh_from_db()
    return session.in_call


@pytest.mark.parametrize("flags", [1, 3, 5, 7, 9, 11, 13, 15, "3", "+5"])
def test_change_takes_flags(sign_in, session, flags):
    response = put(sign_in(session), session, flags=flags)

    assert answer_of(response) == (200, None)
    assert flags_of(session) == int(flags)


def test_change_drops_what_may_not_be_published(sign_in, session):
    session.attendee.permissions = 1 | 2
    session.attendee.save()

    response = put(sign_in(session), session, flags=15)

    assert answer_of(response) == (200, None)
    assert flags_of(session) == 9


@pytest.mark.parametrize(
    ("query", "body", "content_type"),
    [
        ("?flags=3", "", FORM),
        ("", "flags=3", FORM),
        ("", '{"flags": 3}', "application/json"),
        ("?flags=1", "flags=3", FORM),
    ],
)
def test_change_reads_query_form_and_json(sign_in, session, query, body, content_type):
    url = V2 + session.room.token + query

    response = sign_in(session).put(url, body, content_type=content_type)

    assert answer_of(response) == (200, None)
    assert flags_of(session) == 3


@pytest.mark.parametrize("body", [{}, {"flags": None}, {"flag": 7}])
def test_change_needs_flags(sign_in, stored, session, body):
    before = stored()

    response = put(sign_in(session), session, **body)

    assert answer_of(response) == (400, {"error": "flags"})
    assert stored() == before


@pytest.mark.parametrize("value", BAD_FLAGS.values(), ids=BAD_FLAGS.keys())
def test_change_refuses_other_flags(sign_in, stored, session, value):
    before = stored()

    response = put(sign_in(session), session, flags=value)

    assert answer_of(response) == (400, {"error": "flags"})
    assert stored() == before


@pytest.mark.parametrize("flags", [0, 2, 4, 6, 8, 10, 12, 14])
def test_change_does_not_leave_the_call(sign_in, stored, session, flags):
    before = stored()

    response = put(sign_in(session), session, flags=flags)

    assert answer_of(response) == (400, None)
    assert stored() == before


@pytest.mark.parametrize("before", [0, 2, 6, 8, 14])
def test_change_does_not_enter_the_call(sign_in, session, before):
    session.in_call = before
    session.save()

    response = put(sign_in(session), session, flags=7)

    assert answer_of(response) == (400, None)
    assert flags_of(session) == before


@pytest.mark.parametrize(
    ("room", "attendee", "answer"),
    [
        ({"read_only": True}, {"owner": True}, (403, [])),
        ({"type": RoomType.CHANGELOG}, {"owner": True}, (403, [])),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {}, (412, [])),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"permissions": 8}, (200, None)),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"moderator": True}, (200, None)),
    ],
)
def test_change_in_rooms_of_every_state(sign_in, room, attendee, answer):
    attendee = AttendeeFactory(room=RoomFactory(with_call=True, **room), **attendee)
    session = SessionFactory(attendee=attendee, calling=True)

    assert answer_of(put(sign_in(session), session, flags=1)) == answer


def test_change_works_where_calls_are_switched_off(sign_in, settings, session):
    settings.TALK_START_CALLS = 3

    response = put(sign_in(session), session, flags=1)

    assert answer_of(response) == (200, None)
    assert flags_of(session) == 1


def test_change_touches_the_session_alone(sign_in, stored, session):
    room, attendees, [row] = stored()

    put(sign_in(session), session, flags=9)

    assert stored() == [room, attendees, [row | {"in_call": 9}]]


def test_change_tells_that_flags_changed(sign_in, told_names, session):
    names = told_names(put, sign_in(session), session, flags=9)

    assert names == ["call_flags_changed"]


@pytest.mark.parametrize(("age", "answer"), [(60, (200, None)), (101, (404, None))])
def test_change_by_a_session_that_fell_silent(sign_in, age, answer):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True, age=age)

    assert answer_of(put(sign_in(session), session, flags=1)) == answer


@pytest.mark.parametrize("count", [3, 30])
def test_change_costs_the_same_however_many_are_there(
    sign_in, assert_writing_costs, session, count
):
    for _ in range(count - 1):
        SessionFactory(attendee__room=session.room, calling=True)
    client = sign_in(session)

    with assert_writing_costs(9):
        put(client, session, flags=1)
