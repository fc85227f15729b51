"""Entering and leaving a room are told, and recorders hear of a change inside its transaction."""

import pytest
from django.db import transaction

from talk import participant, room, signals
from talk import session as sessions
from talk.actor import Actor
from talk.constants import ParticipantType
from talk.models import Attendee, Room, Session
from tests.conftest import listening
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


class Rollback(Exception):
    """Raised to end a transaction."""


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """The names of the session signals that an act sends, with the session's id."""

    def told(act):
        with listening() as events, django_capture_on_commit_callbacks(execute=True):
            act()
        return [
            (name, arguments["session"].session_id)
            for name, arguments in events
            if name in {"session_started", "session_ended"}
        ]

    return told


@pytest.fixture
def recorded(monkeypatch):
    """What a recorder was told, and whether the attendee's row was there at that moment."""
    monkeypatch.setattr(signals, "_recorders", [])
    entries = []

    def record(signal, *, room, **arguments):
        attendee = arguments.get("attendee")
        there = attendee is not None and Attendee.objects.filter(pk=attendee.pk).exists()
        entries.append((signal, Room.objects.filter(pk=room.pk).exists(), there))

    signals.record_with(record)
    return entries


def test_entering_a_room_starts_a_session(told):
    seat = AttendeeFactory()

    events = told(lambda: sessions.enter(seat.room, Actor(seat.user, holder="browser")))

    assert events == [("session_started", Session.objects.get().session_id)]


def test_entering_again_ends_the_session_of_the_same_browser(told):
    session = SessionFactory()
    actor = Actor(session.attendee.user, holder=session.holder)

    events = told(lambda: sessions.enter(session.room, actor))

    assert events == [
        ("session_ended", session.session_id),
        ("session_started", Session.objects.get().session_id),
    ]


def test_leaving_ends_the_session(told):
    session = SessionFactory()

    assert told(lambda: sessions.leave(session)) == [("session_ended", session.session_id)]


def test_losing_ones_seat_ends_all_its_sessions(told):
    seat = AttendeeFactory()
    first = SessionFactory(attendee=seat, holder="one")
    second = SessionFactory(attendee=seat, holder="two")

    events = told(lambda: participant.remove(seat))

    assert events == [("session_ended", first.session_id), ("session_ended", second.session_id)]


def test_a_recorder_sees_the_seat_that_is_about_to_go(recorded):
    seat = AttendeeFactory(participant_type=ParticipantType.USER)

    participant.remove(seat)

    assert recorded == [(signals.attendee_removed, True, True)]


def test_a_recorder_sees_the_room_that_is_about_to_go(recorded):
    room.delete(RoomFactory())

    assert recorded == [(signals.room_deleted, True, False)]


def test_what_a_recorder_writes_is_rolled_back_with_the_change(monkeypatch):
    monkeypatch.setattr(signals, "_recorders", [])
    signals.record_with(lambda signal, **arguments: UserFactory(username="written-by-recorder"))
    seat = AttendeeFactory()

    def remove_in_vain():
        with transaction.atomic():
            participant.remove(seat)
            raise Rollback

    with pytest.raises(Rollback):
        remove_in_vain()

    assert Attendee.objects.filter(pk=seat.pk).exists()
    assert not type(seat.user).objects.filter(username="written-by-recorder").exists()


def test_a_recorder_is_called_once_however_often_it_is_named(monkeypatch):
    monkeypatch.setattr(signals, "_recorders", [])
    calls = []

    def record(signal, **arguments):
        calls.append(signal)

    signals.record_with(record)
    signals.record_with(record)
    participant.remove(AttendeeFactory())

    assert calls == [signals.attendee_removed]
