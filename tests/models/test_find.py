"""Participant.find: who a request is in a room, in one query."""

import pytest

from talk.actor import Actor
from talk.models import Session
from talk.models.participant import Participant
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(django_assert_num_queries):
    """Find somebody, in one query."""

    def once(token, actor):
        with django_assert_num_queries(1):
            return Participant.find(token, actor)

    return once


@pytest.mark.parametrize("user", [True, False])
def test_an_unknown_room_is_none(look, user):
    actor = Actor(UserFactory() if user else None, "browser")

    assert look("nowhere1", actor) is None


def test_a_user_with_seat_and_session(look):
    session = SessionFactory()

    found = look(session.room.token, Actor(session.attendee.user, session.holder))

    assert (found.room, found.attendee, found.session) == (
        session.room,
        session.attendee,
        session,
    )


def test_what_is_found_belongs_together(look, django_assert_num_queries):
    session = SessionFactory()
    found = look(session.room.token, Actor(session.attendee.user, session.holder))

    with django_assert_num_queries(0):
        assert found.attendee.room is found.session.room is found.room
        assert found.session.attendee is found.attendee


def test_everything_of_the_rows_is_there(django_assert_num_queries):
    session = SessionFactory()
    found = Participant.find(session.room.token, Actor(session.attendee.user, session.holder))

    with django_assert_num_queries(0):
        for row, stored in [
            (found.room, session.room),
            (found.attendee, session.attendee),
            (found.session, session),
        ]:
            for field in stored._meta.concrete_fields:
                if field.name != "modified_at":
                    assert getattr(row, field.attname) == getattr(stored, field.attname)


@pytest.mark.parametrize("holder", ["", "another browser"])
def test_a_user_without_a_session_in_this_browser(look, holder):
    session = SessionFactory()

    found = look(session.room.token, Actor(session.attendee.user, holder))

    assert (found.attendee, found.session) == (session.attendee, None)


def test_a_user_without_a_seat(look):
    room = AttendeeFactory().room

    found = look(room.token, Actor(UserFactory(), "browser"))

    assert (found.room, found.attendee, found.session) == (room, None, None)


def test_a_seat_in_another_room_is_no_seat_here(look):
    user = SessionFactory(holder="browser").attendee.user
    room = RoomFactory()

    found = look(room.token, Actor(user, "browser"))

    assert (found.attendee, found.session) == (None, None)


@pytest.mark.parametrize(("age", "alive"), [(0, True), (99, True), (101, False)])
def test_a_dead_session_is_none(look, age, alive):
    session = SessionFactory(age=age)

    found = look(session.room.token, Actor(session.attendee.user, session.holder))

    assert found.attendee == session.attendee
    assert found.session == (session if alive else None)


def test_a_session_of_somebody_else_in_this_browser_is_none(look):
    session = SessionFactory()
    other = AttendeeFactory(room=session.room)

    found = look(session.room.token, Actor(other.user, session.holder))

    assert (found.attendee, found.session) == (other, None)


@pytest.mark.parametrize(("age", "alive"), [(0, True), (99, True), (101, False)])
def test_a_guest_is_somebody_while_the_session_lives(look, age, alive):
    session = SessionFactory(attendee=AttendeeFactory(guest=True), age=age)

    found = look(session.room.token, Actor(None, session.holder))

    expected = (session.attendee, session) if alive else (None, None)
    assert (found.attendee, found.session) == expected


@pytest.mark.parametrize("holder", ["", "another browser"])
def test_a_guest_in_another_browser_is_nobody(look, holder):
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    found = look(session.room.token, Actor(None, holder))

    assert (found.room, found.attendee, found.session) == (session.room, None, None)


def test_who_logged_out_is_not_the_user_any_more(look):
    session = SessionFactory()

    found = look(session.room.token, Actor(None, session.holder))

    assert (found.attendee, found.session) == (None, None)


def test_finding_changes_nothing(look):
    session = SessionFactory(age=101)

    look(session.room.token, Actor(session.attendee.user, session.holder))

    assert list(Session.objects.all()) == [session]


# At a glance -------------------------------------------------------------------------------


CALLERS = {
    "user": lambda session: Actor(session.attendee.user, session.holder),
    "user elsewhere": lambda session: Actor(session.attendee.user, "another browser"),
    "stranger": lambda session: Actor(UserFactory(), "another browser"),
    "nobody": lambda session: Actor(None, ""),
    "logged out": lambda session: Actor(None, session.holder),
    "guest": lambda session: Actor(None, guest_in(session.room).holder),
    "guest who died": lambda session: Actor(None, guest_in(session.room, age=101).holder),
}


def guest_in(room, age=0):
    return SessionFactory(attendee=AttendeeFactory(guest=True, room=room), age=age)


@pytest.mark.parametrize("caller", CALLERS)
def test_a_glance_finds_the_same_seat_and_rights(caller, django_assert_num_queries):
    session = SessionFactory(
        attendee__permissions=35,
        attendee__room=RoomFactory(public=True, lobby_state=1, default_permissions=17),
    )
    actor = CALLERS[caller](session)
    whole = Participant.find(session.room.token, actor)

    with django_assert_num_queries(1):
        seen = Participant.glance(session.room.token, actor)
        assert rights_of(seen) == rights_of(whole)


def rights_of(found):
    room, attendee = found.room, found.attendee
    if attendee is None:
        return room.pk, room.type, room.takes_calls, room.has_lobby
    passes = attendee.passes_lobby(room)
    return room.pk, attendee.pk, attendee.effective_permissions(room), attendee.is_moderator, passes


def test_a_glance_at_an_unknown_room_is_none():
    assert Participant.glance("nowhere1", Actor(UserFactory(), "browser")) is None
    assert Participant.glance("nowhere1", Actor(None, "browser")) is None
