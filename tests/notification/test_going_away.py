"""What makes a notification go away, and what does not (notifications.md §5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import call, lobby, participant
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.constants import LobbyState, RoomType
from talk.models import Notification, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

NOTES = "/ocs/v2.php/apps/notifications/api/v2/notifications"
BASE = "/ocs/v2.php/apps/spreed/api/v4"


@pytest.fixture
def room():
    """A public room with somebody in the call."""
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, attendee__owner=True, calling=True)
    return room


@pytest.fixture
def attendee(room):
    """Somebody who has been told of the call and was invited before."""
    inviter, attendee = room.attendees.get(), AttendeeFactory(room=room)
    for kind in ("room", "call"):
        Notification.objects.create(
            user=attendee.user, room=room, kind=kind, sender_id=inviter.actor_id
        )
    return attendee


def kinds():
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


def listed(sign_in, attendee):
    return [each["object_type"] for each in data_of(sign_in(attendee).get(NOTES))]


# By what people do.


def test_joining_the_call_answers_it(sign_in, attendee):
    session = SessionFactory(attendee=attendee)

    sign_in(session).post(f"{BASE}/call/{attendee.room.token}", {"silent": True})

    assert kinds() == ["room"]


def test_joining_with_any_device_answers_it(attendee):
    SessionFactory(attendee=attendee)

    call.join(SessionFactory(attendee=attendee, holder="another device"))

    assert kinds() == ["room"]


def test_changing_flags_answers_nothing(attendee):
    session = SessionFactory(attendee=attendee, calling=True)

    call.change_flags(session, 1)
    call.join(session, 3)

    assert kinds() == ["room", "call"]


def test_somebody_elses_joining_answers_only_their_own(attendee):
    other = SessionFactory(attendee__room=attendee.room)
    Notification.objects.create(user=other.attendee.user, room=attendee.room, kind="call")

    call.join(other)

    assert set(Notification.objects.values_list("user", flat=True)) == {attendee.user_id}


def test_joining_the_room_accepts_the_invitation(sign_in, attendee):
    sign_in(attendee).post(f"{BASE}/room/{attendee.room.token}/participants/active")

    assert kinds() == ["call"]


def test_joining_another_room_accepts_nothing(attendee):
    elsewhere = AttendeeFactory(user=attendee.user)

    sessions.enter(elsewhere.room, Actor(attendee.user, holder="browser"))

    assert kinds() == ["room", "call"]


def test_a_new_call_replaces_everything_about_the_room(room, attendee):
    before = set(Notification.objects.values_list("pk", flat=True))
    caller = Session.objects.get()
    call.leave(caller)

    call.join(caller)

    assert kinds() == ["call"]
    assert Notification.objects.get().pk > max(before)


STAYING = {
    "the call ends": lambda room, attendee: call.end(room),
    "the last one leaves": lambda room, attendee: call.leave(room.sessions.get()),
    "somebody else leaves the room": lambda room, attendee: sessions.leave(room.sessions.get()),
    "the room is renamed": lambda room, attendee: rooms.rename(room, "New"),
    "the room is opened": lambda room, attendee: SessionFactory(attendee=attendee),
    "call notifications are switched off": lambda room, attendee: room.attendees.update(
        notification_calls=False
    ),
}


@pytest.mark.parametrize("event", STAYING)
def test_it_stays(sign_in, room, attendee, event):
    STAYING[event](room, attendee)

    assert listed(sign_in, attendee) == ["call", "room"]


# By what has lost its meaning, when it is read.


def close_lobby(room, attendee):
    lobby.enable(room)


def let_wait(room, attendee):
    room.attendees.filter(pk=attendee.pk).update(permissions=1 | 2)
    lobby.enable(room)


def say_something_unknown(room, attendee):
    Notification.objects.filter(kind="room").delete()
    Notification.objects.update(kind="reminder")


STALE = {
    "no attendee any more": lambda room, attendee: participant.remove(attendee),
    "lobby": close_lobby,
    "lobby, and no right to pass": let_wait,
    "changelog": lambda room, attendee: Room.objects.update(type=RoomType.CHANGELOG),
    "note to self": lambda room, attendee: Room.objects.update(type=RoomType.NOTE_TO_SELF),
    "unknown subject": say_something_unknown,
}


@pytest.mark.parametrize("event", STALE)
def test_what_has_lost_its_meaning_is_deleted_when_it_is_read(sign_in, room, attendee, event):
    STALE[event](room, attendee)
    before = Notification.objects.count()

    assert listed(sign_in, attendee) == []
    assert (before > 0, kinds()) == (True, [])


@pytest.mark.parametrize("event", STALE)
def test_one_that_has_lost_its_meaning_is_not_found(sign_in, room, attendee, event):
    STALE[event](room, attendee)
    note = Notification.objects.order_by("pk").last()

    response = sign_in(attendee).get(f"{NOTES}/{note.pk}")

    assert (response.status_code, data_of(response)) == (404, None)
    assert not Notification.objects.filter(pk=note.pk).exists()


SENDER_GONE = {
    # type of room: what is left of an invitation and of a call
    RoomType.GROUP: ["call"],
    RoomType.PUBLIC: ["call"],
    RoomType.ONE_TO_ONE: [],
    RoomType.FORMER_ONE_TO_ONE: [],
}


@pytest.mark.parametrize("way", ["deleted", "switched off"])
@pytest.mark.parametrize("type_", SENDER_GONE)
def test_what_needs_its_sender_goes_with_them(sign_in, type_, way):
    seat, sender = AttendeeFactory(owner=True), UserFactory()
    for kind in ("room", "call"):
        Notification.objects.create(
            user=seat.user, room=seat.room, kind=kind, sender_id=sender.username
        )
    Room.objects.update(type=type_, name='["a", "b"]')
    if way == "deleted":
        sender.delete()
    else:
        sender.is_active = False
        sender.save()

    assert listed(sign_in, seat) == SENDER_GONE[type_]
    assert kinds() == SENDER_GONE[type_]


PASSING = {
    "moderator": {"participant_type": 2},
    "owner": {"participant_type": 1},
    "own right": {"permissions": 9},
}


@pytest.mark.parametrize("person", PASSING)
def test_whoever_passes_the_lobby_keeps_what_they_were_told(sign_in, room, attendee, person):
    room.attendees.filter(pk=attendee.pk).update(**PASSING[person])
    lobby.enable(room)

    assert listed(sign_in, attendee) == ["call", "room"]


def test_whoever_passes_by_the_rooms_default_keeps_it_too(sign_in, room, attendee):
    Room.objects.update(default_permissions=9)
    lobby.enable(room)

    assert listed(sign_in, attendee) == ["call", "room"]


def test_an_opened_lobby_hides_nothing(sign_in, room, attendee):
    Room.objects.update(
        lobby_state=LobbyState.NON_MODERATORS_WAIT,
        lobby_timer=timezone.now() - timedelta(seconds=1),
    )

    assert listed(sign_in, attendee) == ["call", "room"]


def test_nothing_is_left_of_a_deleted_room(room, attendee):
    rooms.delete(room)

    assert Notification.objects.count() == 0


def test_whoever_may_not_use_talk_is_told_nothing(sign_in, attendee, settings):
    settings.TALK_POLICY = "tests.access.policies.NobodyUsesTalk"

    response = sign_in(attendee).get(NOTES)

    assert (response.status_code, data_of(response)) == (200, [])
    assert not Notification.objects.exists()


def test_what_is_stale_for_one_stays_for_another(sign_in, room, attendee):
    other = AttendeeFactory(room=room, moderator=True)
    kept = Notification.objects.create(user=other.user, room=room, kind="call")
    lobby.enable(room)

    assert listed(sign_in, attendee) == []

    assert list(Notification.objects.all()) == [kept]
