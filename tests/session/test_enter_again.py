"""sessions.enter when the browser was there before, and what entering does to a room
(participants.md §5)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk import errors
from talk import session as sessions
from talk.actor import Actor
from talk.constants import Listable, ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

GUEST = Actor(None, "guest's browser")


def at(user, holder="browser"):
    return Actor(user, holder)


def locked_room(**fields):
    """A public room with the password "open sesame"."""
    room = RoomFactory(public=True, **fields)
    room.set_password("open sesame")
    room.save()
    return room


def state():
    """Everything that a refused join must leave alone."""
    return [list(model.objects.order_by("pk").values()) for model in (Room, Attendee, Session)]


# Joining again -----------------------------------------------------------------------------


def test_entering_again_replaces_the_session_of_this_browser():
    before = SessionFactory(holder="browser")

    after = sessions.enter(before.room, at(before.attendee.user))

    assert list(Session.objects.all()) == [after]


def test_entering_again_keeps_other_devices_and_other_rooms():
    user = UserFactory()
    here = SessionFactory(attendee__user=user, holder="phone")
    elsewhere = SessionFactory(attendee__user=user, holder="browser")

    sessions.enter(here.room, at(user))

    assert Session.objects.filter(pk__in=[here.pk, elsewhere.pk]).count() == 2


def test_entering_again_takes_the_browser_out_of_the_call(
    django_capture_on_commit_callbacks, heard
):
    before = SessionFactory(
        attendee__room=RoomFactory(with_call=True), calling=True, holder="browser"
    )

    with django_capture_on_commit_callbacks(execute=True):
        after = sessions.enter(before.room, at(before.attendee.user))

    assert after.in_call == 0
    assert Room.objects.get().call_started_at is None
    assert [name for name, _said in heard] == ["call_left", "call_ended"]


def test_a_self_joined_user_who_enters_again_gets_a_new_seat():
    room, user = RoomFactory(public=True), UserFactory()
    first = sessions.enter(room, at(user))

    second = sessions.enter(room, at(user))

    assert second.attendee.pk != first.attendee.pk
    assert list(Attendee.objects.all()) == [second.attendee]


def test_a_self_joined_user_on_another_device_keeps_the_seat():
    room, user = RoomFactory(public=True), UserFactory()
    first = sessions.enter(room, at(user, "phone"))

    second = sessions.enter(room, at(user, "browser"))

    assert second.attendee == first.attendee


@pytest.mark.parametrize("listable", [Listable.PARTICIPANTS, Listable.EVERYONE])
def test_a_self_joined_user_returns_on_another_device_after_the_first_died(listable):
    room, user = RoomFactory(public=True, listable=listable), UserFactory()
    AttendeeFactory(room=room, user=user, participant_type=ParticipantType.SELF_JOINED)
    SessionFactory(attendee=Attendee.objects.get(), holder="phone", age=101)

    session = sessions.enter(room, at(user))

    assert list(Session.objects.all()) == [session]
    assert list(Attendee.objects.all()) == [session.attendee]


# The conflict ------------------------------------------------------------------------------


def test_without_force_a_browser_in_the_call_hears_of_it():
    before = SessionFactory(
        attendee__room=RoomFactory(with_call=True), calling=True, holder="browser", age=20
    )
    unchanged = state()

    with pytest.raises(errors.JoinConflict) as conflict:
        sessions.enter(before.room, at(before.attendee.user), force=False)

    assert conflict.value.data == {
        "sessionId": before.session_id,
        "inCall": 7,
        "lastPing": int(before.last_ping.timestamp()),
    }
    assert state() == unchanged


@pytest.mark.parametrize(
    "session",
    [
        {"holder": "browser"},
        {"holder": "browser", "calling": True, "age": 101},
        {"holder": "phone", "calling": True},
    ],
)
def test_without_force_nothing_else_conflicts(session):
    before = SessionFactory(attendee__room=RoomFactory(with_call=True), **session)

    after = sessions.enter(before.room, at(before.attendee.user), force=False)

    assert Session.objects.filter(pk=after.pk).exists()


def test_the_conflict_is_told_before_the_password_is_asked_for():
    guest = AttendeeFactory(guest=True, room=locked_room(with_call=True))
    SessionFactory(attendee=guest, calling=True)

    with pytest.raises(errors.JoinConflict):
        sessions.enter(guest.room, Actor(None, guest.holder), password="wrong", force=False)


# Effects -----------------------------------------------------------------------------------


def test_entering_ends_sessions_that_fell_silent(django_capture_on_commit_callbacks, heard):
    attendee = AttendeeFactory()
    dead = SessionFactory(attendee__room=attendee.room, age=101)

    with django_capture_on_commit_callbacks(execute=True):
        session = sessions.enter(attendee.room, at(attendee.user))

    assert list(Session.objects.all()) == [session]
    assert [(name, said["session"].session_id) for name, said in heard] == [
        ("session_expired", dead.session_id)
    ]


def test_a_new_seat_is_told_of_and_an_old_one_is_not(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(public=True)

    with django_capture_on_commit_callbacks(execute=True):
        sessions.enter(room, GUEST)
        sessions.enter(room, GUEST)

    assert [(name, said["attendee"], said["by"]) for name, said in heard] == [
        ("attendee_added", Attendee.objects.get(), None)
    ]


def test_entering_does_not_refill_a_one_to_one():
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    room = RoomFactory(type=RoomType.ONE_TO_ONE, name='["ada", "bob"]')
    AttendeeFactory(room=room, user=ada, owner=True)

    sessions.enter(room, at(ada))

    assert not Attendee.objects.filter(user=bob).exists()


def test_entering_without_a_holder_is_a_mistake_of_the_caller():
    attendee = AttendeeFactory()

    with pytest.raises(ValueError, match="holder"):
        sessions.enter(attendee.room, at(attendee.user, ""))


def test_a_room_that_is_gone_cannot_be_entered():
    attendee = AttendeeFactory()
    Room.objects.all().delete()

    with pytest.raises(errors.RoomNotJoinable):
        sessions.enter(attendee.room, at(attendee.user))


def queries_to_enter_and_leave(people):
    attendee = AttendeeFactory(room=RoomFactory(with_call=True))
    for _ in range(people):
        SessionFactory(attendee__room=attendee.room, calling=True)
    with CaptureQueriesContext(connection) as entering:
        session = sessions.enter(attendee.room, at(attendee.user, f"browser {people}"))
    with CaptureQueriesContext(connection) as leaving:
        sessions.leave(session)
    return len(entering), len(leaving)


def test_entering_and_leaving_cost_the_same_in_a_full_room():
    assert queries_to_enter_and_leave(3) == queries_to_enter_and_leave(30)
