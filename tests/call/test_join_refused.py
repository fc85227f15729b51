"""When nobody may join, and that a refusal leaves everything as it was (call.md §3)."""

from datetime import timedelta

import pytest

from talk import call, errors
from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Session
from tests.factories import RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "room_type", [RoomType.CHANGELOG, RoomType.FORMER_ONE_TO_ONE, RoomType.NOTE_TO_SELF]
)
def test_join_is_refused_where_there_are_no_calls(told, stored, room_type):
    session = SessionFactory(attendee__room=RoomFactory(type=room_type), attendee__owner=True)
    before = stored()

    with pytest.raises(errors.WrongRoomType) as refusal:
        told(call.join, session)

    assert (refusal.value.status, refusal.value.data) == (400, {"error": "type"})
    assert stored() == before


def test_join_is_refused_in_a_read_only_room(stored):
    session = SessionFactory(attendee__room=RoomFactory(read_only=True), attendee__owner=True)
    before = stored()

    with pytest.raises(errors.RoomReadOnly):
        call.join(session)

    assert stored() == before


@pytest.mark.parametrize("age", [100, 86400])
def test_join_is_refused_to_a_dead_session(stored, age):
    session = SessionFactory(age=age)
    before = stored()

    with pytest.raises(errors.NoSession):
        call.join(session)

    assert stored() == before


def test_join_is_refused_to_a_session_that_was_ended_meanwhile(stored):
    session = SessionFactory()
    Session.objects.filter(pk=session.pk).delete()
    before = stored()

    with pytest.raises(errors.NoSession):
        call.join(session)

    assert stored() == before


@pytest.mark.parametrize("kind", list(ParticipantType))
@pytest.mark.parametrize("permissions", [0, 1 | 2, 1 | 2 | 8])
def test_join_is_refused_to_whoever_waits_in_the_lobby(stored, kind, permissions):
    session = SessionFactory(
        attendee__room=RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT),
        attendee__participant_type=kind,
        attendee__permissions=permissions,
    )
    before = stored()

    passes = kind in {1, 2, 6} or bool(permissions & 8)
    if passes:
        call.join(session)
    else:
        with pytest.raises(errors.LobbyActive):
            call.join(session)

    assert (stored() == before) is not passes


@pytest.mark.parametrize(("seconds", "waits"), [(-1, False), (60, True)])
def test_lobby_whose_timer_is_over_refuses_nobody(now, seconds, waits):
    room = RoomFactory(
        lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=now + timedelta(seconds=seconds)
    )
    session = SessionFactory(attendee__room=room)

    if waits:
        with pytest.raises(errors.LobbyActive):
            call.join(session)
    else:
        call.join(session)

    session.refresh_from_db()
    assert session.in_call == (0 if waits else 7)


def test_refused_join_says_nothing_to_anybody(told_names, heard):
    session = SessionFactory(attendee__room=RoomFactory(read_only=True))

    with pytest.raises(errors.RoomReadOnly):
        told_names(call.join, session)

    assert heard == []
