"""``POST /call/{token}`` (call.md §3)."""

from urllib.parse import urlencode

import pytest

from talk.constants import LobbyState, RoomType
from talk.models import Attendee, Room
from tests.call.endpoints import V1, V2, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory


def url(room):
    return V2 + room.token


def flags_of(session):
    session.refresh_from_db()
    return session.in_call


def test_join_starts_the_call(sign_in, told_names):
    session = SessionFactory()

    names = told_names(ask, sign_in(session), "join", session.room.token)

    session.room.refresh_from_db()
    assert names == ["call_started", "call_joined"]
    assert session.room.has_call is True


@pytest.mark.parametrize(
    "body", [None, {}, {"flags": None}, {"flags": 7}, {"flags": "7"}, {"flags": "+07"}]
)
def test_join_answers_null_and_has_all_flags_by_default(sign_in, body):
    session = SessionFactory()

    response = sign_in(session).post(url(session.room), body, content_type="application/json")

    assert answer_of(response) == (200, None)
    assert flags_of(session) == 7


@pytest.mark.parametrize("flags", range(16))
def test_join_takes_flags(sign_in, flags):
    session = SessionFactory()

    response = ask(sign_in(session), "join", session.room.token, flags=flags)

    assert answer_of(response) == (200, None)
    assert flags_of(session) == flags


def test_join_drops_what_may_not_be_published(sign_in):
    session = SessionFactory(attendee__permissions=1 | 2)

    response = ask(sign_in(session), "join", session.room.token, flags=15)

    session.room.refresh_from_db()
    assert answer_of(response) == (200, None)
    assert (flags_of(session), session.room.call_flags) == (9, 15)


def test_join_again_answers_the_same(sign_in):
    session = SessionFactory()
    client = sign_in(session)

    answers = [answer_of(ask(client, "join", session.room.token, flags=f)) for f in (7, 1, 1)]

    assert answers == [(200, None), (200, None), (200, None)]
    assert flags_of(session) == 1


def test_join_without_the_first_bit_cannot_be_changed_later(sign_in):
    session = SessionFactory()
    client = sign_in(session)

    answers = [
        answer_of(ask(client, endpoint, session.room.token, flags=flags))
        for endpoint, flags in [("join", 6), ("change_flags", 7)]
    ]

    assert answers == [(200, None), (400, None)]
    assert flags_of(session) == 6


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"type": RoomType.CHANGELOG}, (403, [])),
        ({"type": RoomType.FORMER_ONE_TO_ONE, "read_only": True}, (403, [])),
        ({"type": RoomType.FORMER_ONE_TO_ONE}, (400, {"error": "type"})),
        ({"type": RoomType.NOTE_TO_SELF}, (400, {"error": "type"})),
        ({"read_only": True}, (403, [])),
    ],
)
def test_join_is_refused_where_there_are_no_calls(sign_in, stored, fields, answer):
    session = SessionFactory(attendee__room=RoomFactory(**fields), attendee__owner=True)
    before = stored()

    response = ask(sign_in(session), "join", session.room.token)

    assert answer_of(response) == answer
    assert stored() == before


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 412),
        ({"permissions": 1 | 2}, 412),
        ({"permissions": 8 | 2}, 200),
        ({"moderator": True, "permissions": 1}, 200),
        ({"owner": True}, 200),
        ({"guest": True}, 412),
        ({"guest": True, "participant_type": 6}, 200),
        ({"guest": True, "permissions": 8 | 2}, 200),
    ],
)
def test_join_of_a_room_with_a_lobby(sign_in, fields, status):
    room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    session = SessionFactory(attendee=AttendeeFactory(**fields | {"room": room}))

    response = ask(sign_in(session), "join", room.token)

    assert response.status_code == status


def test_join_brings_the_other_one_back(sign_in):
    alice, bob = UserFactory(username="alice"), UserFactory(username="bob")
    room = RoomFactory(type=RoomType.ONE_TO_ONE, name=Room.pair_name(["alice", "bob"]))
    session = SessionFactory(attendee=AttendeeFactory(room=room, user=alice, owner=True))

    ask(sign_in(session), "join", room.token)

    assert Attendee.objects.get(user=bob).participant_type == 1


def test_refused_join_brings_nobody_back(sign_in, stored):
    alice, _bob = UserFactory(username="alice"), UserFactory(username="bob")
    room = RoomFactory(type=RoomType.ONE_TO_ONE, name=Room.pair_name(["alice", "bob"]))
    attendee = AttendeeFactory(room=room, user=alice, owner=True)
    before = stored()

    response = ask(sign_in(attendee), "join", room.token)

    assert answer_of(response) == (404, None)
    assert stored() == before


def test_refused_join_keeps_no_consent(sign_in, settings, stored):
    settings.TALK_RECORDING_CONSENT = 1
    settings.TALK_START_CALLS = 2
    session = SessionFactory()
    before = stored()

    response = ask(sign_in(session), "join", session.room.token, recordingConsent=True)

    assert answer_of(response) == (403, [])
    assert stored() == before


def test_refused_start_by_the_first_entry_point(sign_in, settings):
    settings.TALK_START_CALLS = 2
    session = SessionFactory()

    response = ask(sign_in(session), "join", session.room.token, base=V1)

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (200, 403)


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(("moment", "queries"), [("start", 17), ("join", 13), ("again", 11)])
def test_join_costs_the_same_however_many_are_there(
    sign_in, assert_writing_costs, count, moment, queries
):
    room = RoomFactory(with_call=moment != "start")
    for _ in range(count - 1):
        SessionFactory(attendee__room=room, calling=moment != "start")
    session = SessionFactory(attendee__room=room, calling=moment == "again")
    client = sign_in(session)

    with assert_writing_costs(queries):
        client.post(f"{url(room)}?{urlencode({'flags': 3})}")
