"""Rung again, and invited (notifications.md §4, §4.2; call.md §6)."""

import pytest
from django.contrib.auth.models import Group

from talk import call, group, notification, participant, ringing
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Attendee, Notification, Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4"
JSON = "application/json"


def facts():
    rows = Notification.objects.order_by("pk").values_list("user", "kind", "sender_id")
    return [tuple(row) for row in rows]


# Rung again.


@pytest.fixture
def calling():
    """A moderator in a running call."""
    room = RoomFactory(public=True, with_call=True)
    return SessionFactory(attendee__room=room, attendee__owner=True, calling=True)


def ring(sign_in, session, attendee):
    url = f"{BASE}/call/{session.room.token}/ring/{attendee.pk}"
    response = sign_in(session).post(url)
    assert response.status_code == 200


def test_whoever_is_rung_is_told(sign_in, calling):
    attendee = AttendeeFactory(room=calling.room)
    AttendeeFactory(room=calling.room)

    ring(sign_in, calling, attendee)

    assert facts() == [(attendee.user_id, "call", calling.attendee.actor_id)]


def test_whoever_is_rung_again_has_news(sign_in, calling):
    attendee, other = (AttendeeFactory(room=calling.room) for _ in range(2))
    elsewhere = AttendeeFactory(user=attendee.user)
    before, others, invitation, foreign = (
        Notification.objects.create(user=user, room=room, kind=kind)
        for user, room, kind in [
            (attendee.user, calling.room, "call"),
            (other.user, calling.room, "call"),
            (attendee.user, calling.room, "room"),
            (attendee.user, elsewhere.room, "call"),
        ]
    )

    ring(sign_in, calling, attendee)

    kept = [others, invitation, foreign]
    again = Notification.objects.exclude(pk__in=[each.pk for each in kept]).get()
    assert (again.user, again.kind, again.pk > before.pk) == (attendee.user, "call", True)
    assert Notification.objects.count() == 4


@pytest.mark.parametrize(
    "seat", [{"notification_calls": False}, {"notification_level": 3}, {"permissions": 1}]
)
def test_ringing_asks_nobody_whether_they_want_to_hear(sign_in, calling, seat):
    attendee = AttendeeFactory(room=calling.room, **seat)

    ring(sign_in, calling, attendee)

    assert facts() == [(attendee.user_id, "call", calling.attendee.actor_id)]


def test_ringing_reaches_people_in_the_lobby(sign_in, calling):
    Room.objects.update(lobby_state=LobbyState.NON_MODERATORS_WAIT)
    attendee = AttendeeFactory(room=calling.room)

    ring(sign_in, calling, attendee)

    assert len(facts()) == 1


def test_an_important_room_rings_importantly(sign_in, calling):
    ring(sign_in, calling, AttendeeFactory(room=calling.room, is_important=True))

    assert Notification.objects.get().is_important is True


def test_a_ring_that_is_refused_tells_nobody(sign_in, calling):
    present = SessionFactory(attendee__room=calling.room, calling=True).attendee

    response = sign_in(calling).post(f"{BASE}/call/{calling.room.token}/ring/{present.pk}")

    assert (response.status_code, facts()) == (400, [])


def test_a_ring_is_told_to_the_host(calling, heard, django_capture_on_commit_callbacks):
    attendee = AttendeeFactory(room=calling.room)

    with django_capture_on_commit_callbacks(execute=True):
        ringing.ring(calling, attendee.pk, room=calling.room)

    assert [(name, said.get("notification")) for name, said in heard] == [
        ("notification_created", Notification.objects.get()),
        ("call_rung", None),
    ]


# Invited.


def add(sign_in, inviter, who):
    response = sign_in(inviter).post(
        f"{BASE}/room/{inviter.room.token}/participants", {"newParticipant": who}, JSON
    )
    assert response.status_code == 200


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_whoever_is_added_is_invited(sign_in, type_):
    inviter, user = AttendeeFactory(owner=True, room=RoomFactory(type=type_)), UserFactory()

    add(sign_in, inviter, user.username)

    assert facts() == [(user.pk, "room", inviter.actor_id)]


def test_whoever_was_there_is_not_invited_again(sign_in):
    inviter = AttendeeFactory(owner=True)
    there = AttendeeFactory(room=inviter.room)

    add(sign_in, inviter, there.actor_id)

    assert facts() == []


def test_whoever_is_added_once_more_is_invited_once_more(sign_in):
    inviter, user = AttendeeFactory(owner=True), UserFactory()
    other = AttendeeFactory(moderator=True, room=inviter.room)
    add(sign_in, inviter, user.username)
    first = Notification.objects.get().pk
    participant.remove(inviter.room.attendees.get(user=user))

    add(sign_in, other, user.username)

    again = Notification.objects.get()
    assert (again.sender_id, again.pk > first) == (other.actor_id, True)


def test_nobody_is_invited_into_the_room_of_a_file(sign_in):
    room = RoomFactory(object_type="file", object_id="1")
    inviter, user = AttendeeFactory(owner=True, room=room), UserFactory()

    add(sign_in, inviter, user.username)

    assert facts() == []


def test_nobody_is_told_what_they_did_themselves():
    inviter = AttendeeFactory(owner=True)
    other = AttendeeFactory(room=inviter.room)

    notification.invited(inviter.room, [inviter, other], by=inviter)

    assert facts() == [(other.user_id, "room", inviter.actor_id)]


def test_nobody_is_invited_by_the_site_itself():
    participant.add_user(RoomFactory(), UserFactory())

    assert facts() == []


def test_a_guest_invites_nobody():
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)

    participant.add_user(guest.room, UserFactory(), by=guest)

    assert facts() == []


@pytest.mark.parametrize("listable", [0, 2])
def test_whoever_joins_by_themself_is_not_invited(listable):
    room, user = RoomFactory(public=True, listable=listable), UserFactory()

    sessions.enter(room, Actor(user, holder="browser"))

    assert (facts(), Attendee.objects.get().user) == ([], user)


def test_the_creator_invites_everybody_but_themself():
    owner, user, singer = UserFactory(), UserFactory(), UserFactory()
    choir = Group.objects.create(name="Choir")
    choir.user_set.add(singer, owner)

    rooms.create(name="Room", owner=owner, users=[user, owner], groups=[choir])

    assert facts() == [
        (user.pk, "room", owner.username),
        (singer.pk, "room", owner.username),
    ]


def test_nobody_is_invited_to_a_one_to_one():
    ada, bob = UserFactory(), UserFactory()
    room, _created = rooms.create_one_to_one(ada, bob)

    call.join(SessionFactory(attendee=room.attendees.get()), silent=True)

    assert (room.attendees.count(), facts()) == (2, [])


def test_a_member_of_a_group_is_invited_once(sign_in):
    inviter, user = AttendeeFactory(owner=True), UserFactory()
    for name in ("Choir", "Band"):
        made = Group.objects.create(name=name)
        made.user_set.add(user)
        group.add(inviter.room, made, by=inviter)

    assert facts() == [(user.pk, "room", inviter.actor_id)]
