"""What the room object says of a call (call.md §3.3, rooms.md §5.1)."""

import pytest

from talk.constants import LobbyState, RoomType
from talk.models import Room
from tests.call.endpoints import ask
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, utc

ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/"
STARTED_AT = utc(2026, 3, 1, 12)


def call_of(client, room):
    shown = data_of(client.get(ROOM + room.token))
    return shown["hasCall"], shown["callFlag"], shown["callStartTime"]


def test_room_shows_its_call_from_the_first_join_to_the_last_leave(sign_in, now):
    session = SessionFactory()
    client, token, started_at = sign_in(session), session.room.token, int(now.timestamp())

    before = call_of(client, session.room)
    ask(client, "join", token, flags=1)
    joined = call_of(client, session.room)
    ask(client, "join", token, flags=5)
    extended = call_of(client, session.room)
    ask(client, "join", token, flags=1)
    reduced = call_of(client, session.room)
    ask(client, "leave", token)
    after = call_of(client, session.room)

    assert before == after == (False, 0, 0)
    assert joined == (True, 1, started_at)
    assert extended == reduced == (True, 5, started_at)


def test_flags_changed_inside_the_call_do_not_reach_the_room(sign_in):
    session = SessionFactory()
    client = sign_in(session)
    ask(client, "join", session.room.token, flags=1)

    ask(client, "change_flags", session.room.token, flags=7)

    assert call_of(client, session.room)[1] == 1


@pytest.mark.parametrize(
    ("attendee", "has_call"),
    [({}, False), ({"permissions": 8}, True), ({"moderator": True}, True)],
)
def test_whoever_waits_in_the_lobby_does_not_see_that_there_is_a_call(sign_in, attendee, has_call):
    room = RoomFactory(
        lobby_state=LobbyState.NON_MODERATORS_WAIT, call_started_at=STARTED_AT, call_flags=3
    )
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)

    shown = call_of(sign_in(AttendeeFactory(room=room, **attendee)), room)

    assert shown == (has_call, 3, int(STARTED_AT.timestamp()))


@pytest.mark.parametrize("everyone", [True, False])
def test_start_and_end_are_the_last_activity(sign_in, now, everyone):
    room = RoomFactory(last_activity=STARTED_AT)
    session = SessionFactory(attendee__room=room, attendee__owner=True)
    client = sign_in(session)

    ask(client, "join", room.token)
    room.refresh_from_db()
    at_the_start = room.last_activity
    Room.objects.update(last_activity=STARTED_AT)
    ask(client, "leave", room.token, all=everyone)

    room.refresh_from_db()
    assert (at_the_start, room.last_activity) == (now, now)


@pytest.mark.parametrize(
    ("case", "may"),
    [
        ((0, {}, {}), True),
        ((0, {}, {"permissions": 1}), False),
        ((0, {}, {"guest": True}), True),
        ((1, {}, {"guest": True}), False),
        ((1, {}, {"guest": True, "participant_type": 6}), True),
        ((1, {}, {}), True),
        ((2, {}, {}), False),
        ((2, {}, {"moderator": True}), True),
        ((3, {}, {"owner": True}), False),
        ((0, {"type": RoomType.NOTE_TO_SELF}, {"owner": True}), False),
        ((0, {"read_only": True}, {}), True),
        ((0, {"lobby_state": 1}, {}), False),
        ((0, {"lobby_state": 1}, {"moderator": True}), True),
    ],
)
def test_room_says_whether_one_could_start_a_call(sign_in, settings, case, may):
    settings.TALK_START_CALLS, room, attendee = case
    room = RoomFactory(**{"type": RoomType.PUBLIC} | room)
    session = SessionFactory(attendee=AttendeeFactory(**attendee | {"room": room}))

    shown = data_of(sign_in(session).get(ROOM + room.token))

    assert shown["canStartCall"] is may


def test_room_says_whether_one_could_start_a_call_also_during_one(sign_in, settings):
    settings.TALK_START_CALLS = 2
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    shown = data_of(sign_in(AttendeeFactory(room=room)).get(ROOM + room.token))

    assert (shown["hasCall"], shown["canStartCall"]) == (True, False)


@pytest.mark.parametrize(("age", "has_call"), [(0, True), (31, True), (99, True), (100, False)])
def test_room_and_list_of_rooms_have_the_call_of_those_alive(sign_in, now, age, has_call):
    room = RoomFactory(call_started_at=STARTED_AT, call_flags=3)
    SessionFactory(attendee__room=room, calling=True, age=age)
    client = sign_in(AttendeeFactory(room=room))

    one = data_of(client.get(ROOM + room.token))
    [listed] = data_of(client.get(ROOM.rstrip("/")))

    assert (one["hasCall"], listed["hasCall"]) == (has_call, has_call)
    assert one["callStartTime"] == listed["callStartTime"]
