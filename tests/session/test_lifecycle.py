"""When a session begins, what takes it out of the call, and what does not (participants.md §13)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import call, lobby, participant
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.cleanup import clean_up
from talk.constants import ParticipantType, SessionState
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    """A member's session in a call that a moderator keeps alive."""
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, attendee__moderator=True, calling=True)
    return SessionFactory(attendee__room=room, calling=True)


def silence_for(seconds):
    return timezone.now() - timedelta(seconds=seconds)


def die_and_be_swept(session):
    Session.objects.filter(pk=session.pk).update(last_ping=silence_for(101))
    clean_up(session.room)


CLEARED_BY = {
    "leave the call": call.leave,
    "join with flags 0": lambda session: call.join(session, 0),
    "leave the room": sessions.leave,
    "join the room again with the same cookie": lambda session: sessions.enter(
        session.room, Actor(session.attendee.user, session.holder)
    ),
    "log out": lambda session: sessions.leave_everywhere(session.holder),
    "be removed": lambda session: participant.remove(session.attendee),
    "leave for good": lambda session: participant.leave_for_good(session.attendee),
    "fall silent and be cleaned up": die_and_be_swept,
    "room becomes read-only": lambda session: rooms.make_read_only(session.room),
    "lobby is switched on": lambda session: lobby.enable(session.room),
    "end for everyone": lambda session: call.end(session.room),
}


@pytest.mark.parametrize("trigger", CLEARED_BY)
def test_the_session_is_out_of_the_call_after(caller, trigger):
    CLEARED_BY[trigger](caller)

    assert not Session.objects.in_call().filter(attendee__actor_id=caller.attendee.actor_id)


def be_silent(session):
    Session.objects.filter(pk=session.pk).update(last_ping=silence_for(60))
    clean_up(session.room)


def lose_permissions(session):
    Attendee.objects.filter(pk=session.attendee_id).update(permissions=1)


NOT_CLEARED_BY = {
    "40 seconds without a ping": be_silent,
    "other permissions": lose_permissions,
    "another password": lambda session: rooms.set_password(session.room, "a-long-enough-one"),
    "becoming a moderator": lambda session: participant.promote(session.attendee),
    "looking away": lambda session: sessions.set_state(session, SessionState.INACTIVE),
    "another name of the room": lambda session: rooms.rename(session.room, "Elsewhere"),
    "the same person on another device": lambda session: sessions.enter(
        session.room, Actor(session.attendee.user, "another browser")
    ),
}


@pytest.mark.parametrize("trigger", NOT_CLEARED_BY)
def test_the_session_stays_in_the_call_after(caller, trigger):
    NOT_CLEARED_BY[trigger](caller)

    caller.refresh_from_db()
    assert caller.in_call == 7


def test_a_session_begins_out_of_the_call_fresh_and_active():
    before = timezone.now()

    session = sessions.enter(RoomFactory(public=True), Actor(None, "browser"))

    session.refresh_from_db()
    assert (session.in_call, session.state) == (0, SessionState.ACTIVE)
    assert before <= session.last_ping <= timezone.now()


def test_only_joining_makes_sessions(sign_in):
    attendee = AttendeeFactory(moderator=True)
    client = sign_in(attendee)
    base = "/ocs/v2.php/apps/spreed/api/v4"

    for path in ["room", f"room/{attendee.room.token}", f"call/{attendee.room.token}"]:
        client.get(f"{base}/{path}")
    client.post(f"{base}/call/{attendee.room.token}")

    assert not Session.objects.exists()


def test_leaving_tells_in_the_order_of_the_contract(django_capture_on_commit_callbacks, heard):
    session = SessionFactory(
        attendee__room=RoomFactory(public=True, with_call=True),
        attendee__participant_type=ParticipantType.SELF_JOINED,
        calling=True,
    )

    with django_capture_on_commit_callbacks(execute=True):
        sessions.leave(session)

    assert [name for name, _arguments in heard] == ["call_left", "call_ended", "attendee_removed"]


def test_the_last_fresh_one_who_leaves_ends_the_call():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=60)
    session = SessionFactory(attendee__room=room, calling=True)

    sessions.leave(session)

    assert Room.objects.filter(pk=room.pk, call_started_at=None, call_flags=0).exists()
