"""When people are told that a call has begun, and what is written down (notifications.md §4.1;
call.md §3.6)."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from talk import call
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Attendee, Notification, Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.notification.asking import CALL, start, told

pytestmark = pytest.mark.django_db


def test_some_are_spared(sign_in, starter):
    spared, member = (AttendeeFactory(room=starter.room) for _ in range(2))

    start(sign_in, starter, silentFor=[spared.actor_id, "nobody", ""])

    assert told(starter.room) == [member]


def test_a_silent_call_tells_nobody_and_removes_nothing(sign_in, starter):
    member = AttendeeFactory(room=starter.room)
    invitation = Notification.objects.create(
        user=member.user, room=starter.room, kind="room", sender_id=starter.attendee.actor_id
    )

    start(sign_in, starter, silent=True)

    assert list(Notification.objects.all()) == [invitation]


def test_nobody_is_told_of_a_room_of_a_file(sign_in):
    room = RoomFactory(object_type="file", object_id="1")
    session = SessionFactory(attendee__owner=True, attendee__room=room)
    member = AttendeeFactory(room=room)
    kept = Notification.objects.create(user=member.user, room=room, kind="call")

    start(sign_in, session)

    assert list(Notification.objects.all()) == [kept]


# When.


def test_nobody_is_told_twice_of_one_call(sign_in, starter):
    member = AttendeeFactory(room=starter.room)
    start(sign_in, starter)
    first = Notification.objects.get()

    start(sign_in, starter, flags=3)
    start(sign_in, SessionFactory(attendee__room=starter.room))

    assert (list(Notification.objects.all()), told(starter.room)) == ([first], [member])


def test_flags_of_nothing_tell_nobody(sign_in, starter):
    AttendeeFactory(room=starter.room)

    start(sign_in, starter, flags=0)

    assert Notification.objects.count() == 0


@pytest.mark.parametrize(
    ("seat", "settings_", "status"),
    [
        ({"permissions": 1}, {}, 403),
        ({}, {"TALK_RECORDING_CONSENT": 1}, 400),
    ],
)
def test_a_call_that_is_refused_tells_nobody(sign_in, settings, seat, settings_, status):
    for name, value in settings_.items():
        setattr(settings, name, value)
    session = SessionFactory(attendee=AttendeeFactory(**seat))
    AttendeeFactory(room=session.room)

    response = sign_in(session).post(CALL.format(session.room.token))

    assert (response.status_code, Notification.objects.count()) == (status, 0)


def test_the_next_call_is_news(sign_in, starter):
    member = AttendeeFactory(room=starter.room)
    start(sign_in, starter)
    first = Notification.objects.get().pk
    call.leave(starter)

    start(sign_in, starter)

    again = Notification.objects.get()
    assert (again.user, again.pk > first) == (member.user, True)


def test_a_call_after_everybody_fell_silent_is_news(sign_in, starter):
    Room.objects.update(call_started_at=timezone.now(), call_flags=7)
    silent = SessionFactory(attendee__room=starter.room, calling=True, age=101)

    start(sign_in, starter)

    assert told(starter.room) == [silent.attendee]


def test_a_guest_who_starts_a_call_is_a_starter_like_any(sign_in):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    member = AttendeeFactory(room=guest.room)

    start(sign_in, guest)

    assert told(guest.room) == [member]
    assert Notification.objects.get().sender_id == ""


def test_the_other_one_is_told_of_the_first_one_to_one_call(sign_in):
    ada, bob = UserFactory(), UserFactory()
    room, _created = rooms.create_one_to_one(ada, bob)
    session = SessionFactory(attendee=room.attendees.get())

    start(sign_in, session)

    assert [each.user for each in told(room)] == [bob]


# What is written down.


def test_a_notification_says_who_and_what(sign_in, starter, heard,
                                          django_capture_on_commit_callbacks):  # fmt: skip
    plain = AttendeeFactory(room=starter.room)
    important = AttendeeFactory(room=starter.room, is_important=True)

    with django_capture_on_commit_callbacks(execute=True):
        start(sign_in, starter)

    made = list(Notification.objects.order_by("user"))
    assert [(each.user, each.kind, each.sender_id, each.is_important) for each in made] == [
        (plain.user, "call", starter.attendee.actor_id, False),
        (important.user, "call", starter.attendee.actor_id, True),
    ]
    events = [said for name, said in heard if name == "notification_created"]
    assert sorted(said["notification"].pk for said in events) == [each.pk for each in made]
    assert {said["room"] for said in events} == {starter.room}


def test_nothing_is_told_of_what_is_rolled_back(starter, heard, django_capture_on_commit_callbacks):
    AttendeeFactory(room=starter.room)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        call.join(starter)
        transaction.set_rollback(True)

    assert (Notification.objects.count(), heard) == (0, [])


def test_older_news_of_the_room_go_for_everybody(sign_in, starter):
    ignoring = AttendeeFactory(room=starter.room, notification_calls=False)
    elsewhere = AttendeeFactory(user=ignoring.user)
    for kind in ("call", "room"):
        Notification.objects.create(user=ignoring.user, room=starter.room, kind=kind)
    kept = Notification.objects.create(user=ignoring.user, room=elsewhere.room, kind="room")

    start(sign_in, starter)

    assert list(Notification.objects.all()) == [kept]


def cost_of_telling(people):
    """Queries of starting a call in a room of so many, less those that insert the rows."""
    starter = SessionFactory(attendee__owner=True)
    users = UserFactory.create_batch(people)
    Attendee.objects.bulk_create(
        Attendee(room=starter.room, user=user, actor_id=user.username) for user in users
    )
    # SQLite takes so many values at a time.
    fields = [field for field in Notification._meta.concrete_fields if not field.primary_key]
    inserts = -(-people // connection.ops.bulk_batch_size(fields, users))

    with CaptureQueriesContext(connection) as queries:
        call.join(starter)

    assert len(told(starter.room)) == people
    return len(queries) - inserts


def test_telling_many_costs_what_telling_few_does():
    assert cost_of_telling(3) == cost_of_telling(200)


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_both_kinds_of_rooms_for_many_ring(sign_in, type_):
    session = SessionFactory(attendee__owner=True, attendee__room=RoomFactory(type=type_))
    member = AttendeeFactory(room=session.room)

    start(sign_in, session)

    assert told(session.room) == [member]
