"""sessions.enter: a session for a browser (participants.md §5)."""

from hashlib import sha1

import pytest
from django.contrib.auth.models import Group

from talk import errors
from talk import session as sessions
from talk.actor import Actor
from talk.constants import ActorType, Listable, ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

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


# Members -----------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.GROUP, RoomType.PUBLIC])
@pytest.mark.parametrize(
    "role", [ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.USER]
)
def test_members_enter_with_the_seat_they_have(type_, role):
    attendee = AttendeeFactory(room__type=type_, participant_type=role)

    session = sessions.enter(attendee.room, at(attendee.user))

    assert (session.attendee, session.room, session.holder) == (attendee, attendee.room, "browser")
    assert Attendee.objects.get().participant_type == role


def test_members_need_no_password():
    attendee = AttendeeFactory(room=locked_room())

    sessions.enter(attendee.room, at(attendee.user))

    assert Session.objects.get().attendee == attendee


@pytest.mark.parametrize("closed", [{"read_only": True}, {"lobby_state": 1}])
def test_neither_lobby_nor_read_only_keep_anybody_out_of_the_room(closed):
    attendee = AttendeeFactory(room=RoomFactory(**closed))

    sessions.enter(attendee.room, at(attendee.user))

    assert Session.objects.exists()


def test_entering_refreshes_the_name_of_the_account():
    attendee = AttendeeFactory(display_name="Formerly")

    sessions.enter(attendee.room, at(attendee.user))

    attendee.refresh_from_db()
    assert attendee.display_name == attendee.user.get_full_name()


def test_a_refreshed_name_is_told(heard, django_capture_on_commit_callbacks):
    attendee = AttendeeFactory(display_name="Formerly")

    with django_capture_on_commit_callbacks(execute=True):
        sessions.enter(attendee.room, at(attendee.user))
        sessions.enter(attendee.room, at(attendee.user))

    assert heard == [
        ("attendee_renamed", {"room": attendee.room, "attendee": attendee, "previous": "Formerly"})
    ]


# People who come by themselves -------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "role"),
    [
        ({"type": RoomType.GROUP, "listable": Listable.USERS}, ParticipantType.USER),
        ({"type": RoomType.GROUP, "listable": Listable.EVERYONE}, ParticipantType.USER),
        ({"type": RoomType.PUBLIC, "listable": Listable.USERS}, ParticipantType.USER),
        ({"type": RoomType.PUBLIC}, ParticipantType.SELF_JOINED),
    ],
)
def test_what_a_user_becomes_who_comes_by_themself(room, role):
    user = UserFactory()

    session = sessions.enter(RoomFactory(**room), at(user))

    attendee = Attendee.objects.get()
    assert session.attendee == attendee
    assert (attendee.participant_type, attendee.permissions, attendee.user) == (role, 0, user)
    assert (attendee.actor_type, attendee.actor_id) == (ActorType.USERS, user.username)


@pytest.mark.parametrize(
    ("room", "role"),
    [
        ({"type": RoomType.PUBLIC, "listable": Listable.USERS}, ParticipantType.SELF_JOINED),
        ({"type": RoomType.PUBLIC, "listable": Listable.EVERYONE}, ParticipantType.USER),
        ({"type": RoomType.GROUP, "listable": Listable.EVERYONE}, ParticipantType.USER),
    ],
)
def test_what_a_guest_account_becomes_who_comes_by_themself(room, role):
    user = UserFactory()
    user.groups.add(Group.objects.create(name="guest_app"))

    sessions.enter(RoomFactory(**room), at(user))

    assert Attendee.objects.get().participant_type == role


@pytest.mark.parametrize(
    "room",
    [
        {"type": RoomType.GROUP},
        {"type": RoomType.ONE_TO_ONE, "listable": Listable.EVERYONE},
        {"type": RoomType.FORMER_ONE_TO_ONE},
        {"type": RoomType.NOTE_TO_SELF},
        {"type": RoomType.CHANGELOG},
    ],
)
def test_rooms_that_a_user_cannot_join(room):
    room = RoomFactory(**room)
    before = state()

    with pytest.raises(errors.RoomNotJoinable):
        sessions.enter(room, at(UserFactory()))

    assert state() == before


def test_a_guest_account_cannot_join_a_room_that_is_listed_for_users():
    user = UserFactory()
    user.groups.add(Group.objects.create(name="guest_app"))

    with pytest.raises(errors.RoomNotJoinable):
        sessions.enter(RoomFactory(listable=Listable.USERS), at(user))


@pytest.mark.parametrize("type_", set(RoomType) - {RoomType.PUBLIC})
def test_guests_join_public_rooms_only(type_):
    room = RoomFactory(type=type_, listable=Listable.EVERYONE)

    with pytest.raises(errors.RoomNotJoinable):
        sessions.enter(room, GUEST)


def test_a_guest_gets_a_seat_named_after_the_first_session():
    session = sessions.enter(RoomFactory(public=True), GUEST)

    guest = Attendee.objects.get()
    assert guest.actor_type == ActorType.GUESTS
    assert guest.actor_id == sha1(session.session_id.encode()).hexdigest()
    assert (guest.participant_type, guest.permissions) == (ParticipantType.GUEST, 0)
    assert (guest.display_name, guest.user, guest.holder) == ("", None, "guest's browser")


def test_a_returning_guest_keeps_the_seat_and_the_actor_id():
    room = RoomFactory(public=True)
    first = sessions.enter(room, GUEST)
    sessions.leave(first)

    second = sessions.enter(room, GUEST)

    assert second.session_id != first.session_id
    assert second.attendee == first.attendee
    assert Attendee.objects.get().actor_id == first.attendee.actor_id


# The password ------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["", "wrong", "open sesame "])
@pytest.mark.parametrize("visitor", ["guest", "user"])
def test_visitors_need_the_password(visitor, password):
    room, actor = locked_room(), GUEST if visitor == "guest" else at(UserFactory())
    before = state()

    with pytest.raises(errors.WrongPassword):
        sessions.enter(room, actor, password=password)

    assert state() == before


@pytest.mark.parametrize("visitor", ["guest", "user"])
def test_visitors_enter_with_the_password(visitor):
    actor = GUEST if visitor == "guest" else at(UserFactory())

    sessions.enter(locked_room(), actor, password="open sesame")

    assert Session.objects.count() == 1


def test_a_room_without_password_takes_any():
    sessions.enter(RoomFactory(public=True), GUEST, password="whatever")

    assert Session.objects.count() == 1


def test_a_listed_room_asks_its_finders_for_no_password():
    sessions.enter(locked_room(listable=Listable.USERS), at(UserFactory()))

    assert Session.objects.count() == 1


def test_a_guest_who_was_there_before_needs_no_password():
    room = locked_room()
    sessions.leave(sessions.enter(room, GUEST, password="open sesame"))

    sessions.enter(room, GUEST)

    assert Session.objects.count() == 1


def test_a_self_joined_user_who_is_there_needs_no_password():
    room, user = locked_room(), UserFactory()
    sessions.enter(room, at(user), password="open sesame")

    sessions.enter(room, at(user))

    assert Session.objects.count() == 1
