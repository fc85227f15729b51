"""Everybody joins and leaves one call at once: nothing is lost, counted twice or left over."""

from functools import partial
from itertools import pairwise

import pytest

from talk import call, errors, lobby, participant
from talk import room as rooms
from talk.cleanup import clean_up
from talk.constants import CallFlag, ParticipantType
from talk.models import Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

CROWD = 50
ROUNDS = 4
FLAGS = [CallFlag(1), CallFlag(3), CallFlag(5), CallFlag(7), CallFlag(9)]


@pytest.fixture
def crowd():
    """A public room with many people online in it, none of them in the call."""
    room = RoomFactory(public=True)
    return [SessionFactory(attendee__room=room) for _ in range(CROWD)]


def state_of(session):
    """The room's call as the database has it, and who is in it."""
    room = Room.objects.get(pk=session.room_id)
    in_call = Session.objects.in_call().filter(room=room).count()
    return room.has_call, room.call_started_at is not None, room.call_flags, in_call


NO_CALL = (False, False, 0, 0)


def join_and_look(session, flags):
    """Join, and return what is wrong with the call that one finds oneself in."""
    call.join(session, flags)
    room = Room.objects.get(pk=session.room_id)
    wrong = []
    if not room.has_call:
        wrong.append("no call although I am in it")
    if room.call_flags & flags != flags:
        wrong.append(f"{flags} lost from {room.call_flags}")
    return wrong


def come_and_go(session, place):
    """Join with changing flags and leave again, several times."""
    wrong = []
    for turn in range(ROUNDS):
        wrong += join_and_look(session, FLAGS[(place + turn) % len(FLAGS)])
        call.leave(session)
    return wrong


def test_coming_and_going_loses_nothing(together, crowd, heard, count):
    outcomes = together(*(partial(come_and_go, s, place) for place, s in enumerate(crowd)))

    assert outcomes == [[]] * CROWD
    assert state_of(crowd[0]) == NO_CALL
    assert count("call_started") == count("call_ended") >= 1
    assert count("call_joined") == count("call_left") == CROWD * ROUNDS
    assert _alternates(heard)


def _alternates(heard):
    """Whether starts and ends took turns, by the times that they are about."""
    started = sorted(
        arguments["room"].call_started_at for name, arguments in heard if name == "call_started"
    )
    ended = sorted(
        (arguments["started_at"], arguments["started_at"] + arguments["duration"])
        for name, arguments in heard
        if name == "call_ended"
    )
    overlaps = [
        (earlier, later) for (_start, earlier), (later, _end) in pairwise(ended) if later < earlier
    ]
    return [start for start, _end in ended] == started and overlaps == []


def test_one_of_many_starts_the_call(together, crowd, count):
    outcomes = together(*(partial(join_and_look, session, 7) for session in crowd))

    assert outcomes == [[]] * CROWD
    assert state_of(crowd[0]) == (True, True, 7, CROWD)
    assert (count("call_started"), count("call_joined")) == (1, CROWD)


def test_last_of_many_ends_the_call(together, crowd, count):
    for session in crowd:
        call.join(session)

    outcomes = together(*(partial(call.leave, session) for session in crowd))

    assert outcomes == [None] * CROWD
    assert state_of(crowd[0]) == NO_CALL
    assert (count("call_started"), count("call_left"), count("call_ended")) == (1, CROWD, 1)


def test_flags_of_everybody_add_up(together, crowd, count):
    flags = [CallFlag.IN_CALL | FLAGS[place % len(FLAGS)] for place in range(CROWD)]

    outcomes = together(*(partial(join_and_look, *pair) for pair in zip(crowd, flags, strict=True)))

    assert outcomes == [[]] * CROWD
    assert state_of(crowd[0]) == (True, True, 15, CROWD)


def test_end_for_all_meets_joiners(together, crowd, count):
    first, *others = crowd
    moderator = AttendeeFactory(room=first.room, owner=True)
    call.join(first)

    outcomes = together(
        partial(call.end, first.room, by=moderator),
        *(partial(call.join, session) for session in others),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    running, _started, _flags, in_call = state_of(first)
    assert running == (in_call > 0)
    assert count("call_started") - count("call_ended") == int(running)
    first.refresh_from_db()
    assert first.in_call == 0


def test_many_moderators_end_a_call_once(together, crowd, count):
    for session in crowd:
        call.join(session)

    outcomes = together(*(partial(call.end, session.room) for session in crowd))

    assert sorted(outcomes) == [False] * (CROWD - 1) + [True]
    assert state_of(crowd[0]) == NO_CALL
    assert count("call_ended") == 1


def test_read_only_meets_joiners(together, crowd, count):
    room = crowd[0].room

    outcomes = together(
        partial(rooms.make_read_only, room), *(partial(call.join, session) for session in crowd)
    )

    refused = {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}
    assert refused <= {errors.RoomReadOnly}
    assert state_of(crowd[0]) == NO_CALL
    assert count("call_started") == count("call_ended")


def test_lobby_meets_joiners(together, crowd, count):
    room = crowd[0].room

    outcomes = together(
        partial(lobby.enable, room),
        *(partial(_join_through_the_door, session) for session in crowd),
    )

    refused = {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}
    assert refused <= {errors.LobbyActive}
    assert state_of(crowd[0]) == NO_CALL
    assert count("call_started") == count("call_ended")


def _join_through_the_door(session):
    """As a request does: the rules are asked first, of the room as it was read then."""
    session = Session.objects.select_related("attendee__room", "room").get(pk=session.pk)
    if not lobby.admits(session.room, session.attendee):
        raise errors.LobbyActive
    call.join(session)


def test_silence_meets_a_clean_up(together, crowd, count):
    for session in crowd:
        call.join(session)
    room = crowd[0].room
    silent = [session.pk for session in crowd[1:]]
    Session.objects.filter(pk__in=silent).update(last_ping=crowd[0].created_at.replace(year=2001))

    outcomes = together(
        *(partial(clean_up, room) for _ in range(10)), partial(call.leave, crowd[0])
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert sum(outcome["sessions"] for outcome in outcomes[:10]) == CROWD - 1
    assert state_of(crowd[0]) == NO_CALL
    assert (count("session_expired"), count("call_ended")) == (CROWD - 1, 1)


def test_removal_meets_joiners(together, crowd, count):
    half = crowd[: CROWD // 2]

    outcomes = together(
        *(partial(call.join, session) for session in half),
        *(partial(participant.remove, session.attendee) for session in half),
    )

    refused = {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}
    assert refused <= {errors.NoSession}
    assert state_of(crowd[0]) == NO_CALL
    assert count("call_started") == count("call_ended")
    assert count("call_joined") == count("call_left")


def test_deletion_meets_joiners(together, crowd, count):
    room = crowd[0].room

    outcomes = together(
        partial(rooms.delete, room), *(partial(call.join, session) for session in crowd)
    )

    refused = {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}
    assert refused <= {errors.RoomNotFound}
    assert not Room.objects.filter(pk=room.pk).exists()
    assert count("room_deleted") == 1


def test_promotion_demotion_and_removal_meet(together, count):
    seats = AttendeeFactory.create_batch(10, room=RoomFactory())

    together(
        *(partial(participant.promote, seat) for seat in seats),
        *(partial(participant.demote, seat) for seat in seats),
        *(partial(participant.remove, seat) for seat in seats),
    )

    assert list(seats[0].room.attendees.all()) == []
    assert count("attendee_removed") == 10


def test_promotions_of_one_seat_count_once(together, count):
    seat = AttendeeFactory()

    outcomes = together(*(partial(participant.promote, seat) for _ in range(10)))

    refused = [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
    assert refused == [errors.RoleUnchangeable] * 9
    assert count("attendee_role_changed") == 1
    seat.refresh_from_db()
    assert seat.participant_type == ParticipantType.MODERATOR
