"""What is written down for signaling servers, with the change itself."""

import pytest
from django.db import transaction

from talk import call, lobby, participant, permission
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.constants import CallFlag, Permission, RoomType
from talk.models import Announcement, Session
from talk.models.lock import locked
from talk.signaling import announcing
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def written():
    """Kind and details of what is waiting."""
    return [(each.kind, each.details) for each in Announcement.objects.order_by("pk")]


def kinds():
    return [kind for kind, _details in written()]


def changed(details):
    return [(each["sessionId"], each["inCall"]) for each in details["changed"]]


def test_a_site_without_servers_writes_nothing(settings):
    settings.TALK_SIGNALING_SERVERS = []

    call.join(SessionFactory())

    assert kinds() == []


def test_what_did_not_happen_is_not_told():
    session = SessionFactory()

    with transaction.atomic():
        call.join(session)
        transaction.set_rollback(True)

    assert kinds() == []


def test_starting_a_call_is_told():
    session = SessionFactory()

    call.join(session)

    (_update, (kind, details)) = written()
    assert kinds() == ["update", "incall"]
    assert (kind, changed(details)) == ("incall", [(session.session_id, 7)])


def test_new_flags_are_told():
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    call.change_flags(session, CallFlag.IN_CALL)

    (((kind, details)),) = written()
    assert (kind, changed(details)) == ("incall", [(session.session_id, 1)])


def test_joining_again_with_the_same_flags_is_nothing_new():
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    call.join(session)

    assert kinds() == []


def test_the_last_one_to_leave_is_told_once():
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    call.leave(session)

    assert kinds() == ["incall", "update"]
    assert changed(written()[0][1]) == [(session.session_id, 0)]


def test_a_call_ended_for_everyone_is_told_once():
    room = RoomFactory(with_call=True)
    for _number in range(3):
        SessionFactory(calling=True, attendee__room=room)

    call.end(room)

    assert kinds() == ["incall-all", "update"]


def test_a_missed_call_that_is_ended_is_told_to_all():
    room, _created = rooms.create_one_to_one(UserFactory(), UserFactory())
    seat = room.attendees.get()
    session = sessions.enter(room, Actor(seat.user, holder="browser"))
    call.join(session)
    Announcement.objects.all().delete()

    call.end(room)

    assert kinds() == ["incall-all", "update"]


def test_somebody_added_is_told_by_name():
    room = RoomFactory()

    seat = participant.add_user(room, UserFactory())

    assert written() == [("invite", {"userids": [seat.actor_id]})]


def test_somebody_removed_is_told_by_name():
    seat = AttendeeFactory()

    participant.remove(seat)

    assert written() == [("disinvite", {"userids": [seat.actor_id]})]


def test_a_guest_who_leaves_is_told_by_session():
    session = SessionFactory(attendee__guest=True)

    sessions.leave(session)

    assert written() == [("disinvite", {"sessionids": [session.session_id]})]


def test_a_user_who_leaves_is_told_with_the_browser():
    session = SessionFactory()

    sessions.leave(session)

    ended = {session.session_id: [session.holder, session.attendee.actor_id]}
    assert written() == [("disinvite", {"ended": ended})]


def test_whoever_fell_silent_is_put_out_by_session():
    session = SessionFactory(age=101)

    with locked(session.room) as room:
        sessions.sweep(room)

    assert written() == [("disinvite", {"sessionids": [session.session_id]})]


def test_the_pages_of_whoever_logged_out_are_put_out():
    session, elsewhere = SessionFactory(), SessionFactory()

    sessions.leave_everywhere(session.holder)

    assert written()[-1] == ("disinvite", {"sessionids": [session.session_id]})
    assert Session.objects.get() == elsewhere


def test_many_people_are_written_down_in_one_go(django_assert_max_num_queries):
    users = UserFactory.create_batch(100)

    with django_assert_max_num_queries(30):
        rooms.create(name="All hands", owner=users[0], type=RoomType.GROUP, users=users[1:])

    assert kinds().count("invite") == 100


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda room: rooms.rename(room, "New"), ["update"]),
        (lambda room: rooms.describe(room, "New"), ["update"]),
        (lambda room: rooms.set_listable(room, 1), ["update"]),
        (rooms.make_read_only, ["update"]),
        (lobby.enable, ["update"]),
        (lambda room: rooms.set_mention_permissions(room, 1), []),
        (lambda room: permission.set_default(room, Permission.CALL_JOIN), ["participants"]),
    ],
)
def test_properties_that_clients_show_are_told(change, told):
    change(RoomFactory())

    assert kinds() == told


def test_another_role_is_told():
    seat = AttendeeFactory()

    participant.promote(seat)

    assert written() == [("update", {}), ("participants", {"attendees": [seat.pk]})]


def test_another_name_is_told():
    seat = AttendeeFactory(guest=True)

    participant.rename_guest(seat, "Zoë")

    assert written() == [("participants", {"attendees": [seat.pk]})]


def test_a_deleted_room_is_told_to_those_who_had_a_seat():
    seat = AttendeeFactory(owner=True)
    other = AttendeeFactory(room=seat.room)

    rooms.delete(seat.room)

    assert written() == [("delete", {"userids": [seat.actor_id, other.actor_id]})]


def test_a_site_can_say_something_itself():
    session = SessionFactory()
    other = RoomFactory()

    announcing.tell(session.room, {"type": "x"})
    announcing.switch_to(session.room, other, [session])

    assert written() == [
        ("message", {"data": {"type": "x"}}),
        ("switchto", {"roomid": other.token, "sessions": [session.session_id]}),
    ]
