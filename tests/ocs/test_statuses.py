"""Which code carries which data: ``[]``, null or a reason (ocs.md §3, §5 and §13)."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from talk.constants import ParticipantType, Permission, RoomType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

TALK = "/ocs/v{}.php/apps/spreed/api/v4/"
CALL = "call/{token}"
ROOM = "room/{token}"
IN_CALL = {"calling": True}
WITH_CALL = {"with_call": True}


@dataclass
class Case:
    """``session`` of None: the attendee has not joined the room with this browser."""

    says: str
    method: str
    path: str
    code: int
    data: Any
    room: dict = field(default_factory=dict)
    seat: dict = field(default_factory=dict)
    session: dict | None = field(default_factory=dict)
    body: dict = field(default_factory=dict)

    def __str__(self):
        return self.says


CASES = [
    Case("nobody in the call", "GET", CALL, 200, []),
    Case("joined", "POST", CALL, 200, None),
    Case("flags changed", "PUT", CALL, 200, None, session=IN_CALL, body={"flags": 1}),
    Case("call left", "DELETE", CALL, 200, None),
    Case("room left", "DELETE", ROOM + "/participants/active", 200, None),
    Case(
        "participant added",
        "POST",
        ROOM + "/participants",
        200,
        [],
        seat={"owner": True},
        body={"newParticipant": "bob"},
    ),
    Case("missed call", "GET", CALL + "/notification-state", 201, None),
    Case("bad value", "POST", CALL, 400, {"error": "flags"}, body={"flags": 16}),
    Case("missing value", "PUT", CALL, 400, {"error": "flags"}),
    Case("not in the call", "PUT", CALL, 400, None, body={"flags": 1}),
    Case(
        "no calls here", "POST", CALL, 400, {"error": "type"}, room={"type": RoomType.NOTE_TO_SELF}
    ),
    Case("read-only", "GET", CALL, 403, [], room={"read_only": True}),
    Case("not a moderator", "PUT", ROOM, 403, [], body={"roomName": "x"}),
    Case(
        "permission missing",
        "POST",
        CALL + "/dialout/1",
        403,
        [],
        seat={"permissions": Permission.CUSTOM},
    ),
    Case("may not start", "POST", CALL, 403, [], seat={"permissions": Permission.CUSTOM}),
    Case("no session", "POST", CALL, 404, None, session=None),
    Case(
        "nobody to ring",
        "POST",
        CALL + "/ring/0",
        404,
        None,
        room=WITH_CALL,
        seat={"owner": True},
        session=IN_CALL,
    ),
    Case(
        "nobody to remove",
        "DELETE",
        ROOM + "/attendees",
        404,
        {"error": "participant"},
        seat={"owner": True},
        body={"attendeeId": 0},
    ),
    Case("lobby", "GET", CALL, 412, [], room={"lobby_state": 1}),
    Case(
        "no telephone line",
        "POST",
        CALL + "/dialout/{attendee}",
        501,
        {"error": "backend"},
        room=WITH_CALL,
        seat={"owner": True},
        session=IN_CALL,
    ),
]


def asked(case, sign_in, version):
    """Arrange what a case needs, and ask."""
    UserFactory(username="bob")
    room = RoomFactory(**case.room)
    attendee = AttendeeFactory(room=room, **case.seat)
    who = attendee if case.session is None else SessionFactory(attendee=attendee, **case.session)
    path = TALK.format(version) + case.path.format(token=room.token, attendee=attendee.pk)
    return sign_in(who).generic(case.method, path, QUERY_STRING=urlencode(case.body))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_answer_on_v2(sign_in, case):
    response = asked(case, sign_in, 2)

    meta = response.json()["ocs"]["meta"]
    assert (response.status_code, meta["statuscode"], data_of(response)) == (
        case.code,
        case.code,
        case.data,
    )
    assert (meta["status"], meta["message"]) == (
        ("ok", "OK") if case.code < 300 else ("failure", "")
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_answer_on_v1(sign_in, case):
    response = asked(case, sign_in, 1)

    meta = response.json()["ocs"]["meta"]
    code = 100 if case.code == 200 else case.code
    assert (response.status_code, meta["statuscode"], data_of(response)) == (200, code, case.data)
    assert (meta["status"], meta["message"]) == (("ok", "OK") if code == 100 else ("failure", ""))


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 201)])
def test_room_creation_answers_201(sign_in, version, status):
    client = sign_in(UserFactory())

    response = client.post(TALK.format(version) + "room", {"roomName": "New"})

    meta = response.json()["ocs"]["meta"]
    assert (response.status_code, meta["statuscode"]) == (status, 201)
    assert meta["status"] == ("failure" if version == 1 else "ok")


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 404)])
def test_unknown_room_answers_an_empty_list(sign_in, version, status):
    response = sign_in(UserFactory()).get(TALK.format(version) + "call/abcd1234")

    assert (response.status_code, data_of(response)) == (status, [])


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 404)])
def test_room_without_a_seat_answers_an_empty_list(sign_in, version, status):
    room = RoomFactory(public=True)

    response = sign_in(UserFactory()).get(TALK.format(version) + f"call/{room.token}")

    assert (response.status_code, data_of(response)) == (status, [])


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 403)])
def test_owner_who_stays_is_named_as_the_reason(sign_in, version, status):
    moderator = AttendeeFactory(moderator=True)
    owner = AttendeeFactory(owner=True, room=moderator.room)

    response = sign_in(moderator).delete(
        TALK.format(version) + f"room/{owner.room.token}/attendees?attendeeId={owner.pk}"
    )

    assert (response.status_code, data_of(response)) == (status, {"error": "owner"})


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 401)])
def test_room_creation_without_account_names_the_reason(guest_client, version, status):
    response = guest_client.post(TALK.format(version) + "room")

    assert response.json()["ocs"]["meta"]["statuscode"] == 401
    assert (response.status_code, data_of(response)) == (status, {"error": "auth"})


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 403)])
def test_wrong_room_password_names_the_reason(guest_client, version, status):
    room = RoomFactory(public=True)
    room.set_password("right")
    room.save()

    response = guest_client.post(TALK.format(version) + f"room/{room.token}/participants/active")

    assert (response.status_code, data_of(response)) == (status, {"error": "password"})


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 403)])
def test_hidden_participant_list_answers_null(guest_client, version, status):
    attendee = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST)
    session = SessionFactory(attendee=attendee)

    response = guest_client.hold(session).get(
        TALK.format(version) + f"room/{attendee.room.token}/participants"
    )

    assert (response.status_code, data_of(response)) == (status, None)


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 409)])
def test_join_conflict_answers_the_other_session(sign_in, version, status):
    session = SessionFactory(calling=True)

    response = sign_in(session).post(
        TALK.format(version) + f"room/{session.room.token}/participants/active", {"force": "false"}
    )

    assert (response.status_code, data_of(response)) == (
        status,
        {
            "sessionId": session.session_id,
            "inCall": 7,
            "lastPing": int(session.last_ping.timestamp()),
        },
    )


def test_lobby_and_csrf_are_told_apart_by_the_envelope(sign_in):
    attendee = AttendeeFactory(room__lobby_state=1)
    client = sign_in(attendee)
    path = TALK.format(2) + f"call/{attendee.room.token}"

    lobby = client.get(path)
    forged = client.get(path, headers={"ocs-apirequest": ""})

    assert (lobby.status_code, forged.status_code) == (412, 412)
    assert (list(lobby.json()), list(forged.json())) == (["ocs"], ["message"])
