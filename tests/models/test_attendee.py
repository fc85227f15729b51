"""Attendee: what can be asked of a seat, and of many."""

import pytest

from talk.actor import Actor
from talk.constants import ActorType, NotificationLevel, ParticipantType, RoomType
from talk.models import Attendee, Room
from tests.factories import AttendeeFactory, UserFactory


@pytest.mark.parametrize(
    ("role", "moderator", "logged_in", "guest"),
    [
        (ParticipantType.OWNER, True, True, False),
        (ParticipantType.MODERATOR, True, True, False),
        (ParticipantType.USER, False, False, False),
        (ParticipantType.GUEST, False, False, True),
        (ParticipantType.SELF_JOINED, False, False, False),
        (ParticipantType.GUEST_MODERATOR, True, False, True),
    ],
)
def test_what_a_role_is(role, moderator, logged_in, guest):
    attendee = Attendee(participant_type=role)

    assert attendee.is_moderator is moderator
    assert attendee.is_logged_in_moderator is logged_in
    assert attendee.is_guest is guest


@pytest.mark.parametrize(
    ("role", "levels", "effective"),
    [
        # (own, the room's, the site's)
        (ParticipantType.OWNER, (1, 1, 1), 254),
        (ParticipantType.MODERATOR, (1, 1, 1), 254),
        (ParticipantType.GUEST_MODERATOR, (1, 1, 1), 254),
        (ParticipantType.USER, (3, 5, 9), 3),
        (ParticipantType.USER, (2, 5, 9), 2),
        (ParticipantType.USER, (0, 5, 9), 5),
        (ParticipantType.USER, (0, 0, 9), 9),
        (ParticipantType.USER, (0, 0, 246), 246),
        (ParticipantType.GUEST, (1, 255, 255), 1),
        (ParticipantType.SELF_JOINED, (0, 17, 255), 17),
    ],
)
def test_the_first_level_that_says_something_decides(settings, role, levels, effective):
    own, of_room, settings.TALK_DEFAULT_PERMISSIONS = levels
    attendee = Attendee(
        room=Room(default_permissions=of_room), participant_type=role, permissions=own
    )

    assert attendee.effective_permissions() == effective


def test_the_site_says_246_unless_told_otherwise():
    assert Attendee(room=Room()).effective_permissions() == 246


@pytest.mark.parametrize(
    ("role", "type_", "level", "told"),
    [
        (ParticipantType.USER, RoomType.GROUP, 0, NotificationLevel.MENTION),
        (ParticipantType.USER, RoomType.ONE_TO_ONE, 0, NotificationLevel.ALWAYS),
        (ParticipantType.USER, RoomType.FORMER_ONE_TO_ONE, 0, NotificationLevel.ALWAYS),
        (ParticipantType.GUEST, RoomType.PUBLIC, 0, NotificationLevel.NEVER),
        (ParticipantType.GUEST_MODERATOR, RoomType.PUBLIC, 0, NotificationLevel.NEVER),
        (ParticipantType.GUEST, RoomType.PUBLIC, 1, NotificationLevel.ALWAYS),
        (ParticipantType.USER, RoomType.ONE_TO_ONE, 3, NotificationLevel.NEVER),
    ],
)
def test_a_level_of_0_is_never_told(role, type_, level, told):
    attendee = Attendee(room=Room(type=type_), participant_type=role, notification_level=level)

    assert attendee.effective_notification_level() == told


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (ActorType.USERS, "Ada", "Ada"),
        (ActorType.USERS, "", "0123456789"),
        (ActorType.GUESTS, "Eve", "Eve"),
        (ActorType.GUESTS, "", "guest 01234567"),
    ],
)
def test_a_seat_reads_as_a_name_or_id(kind, name, text):
    assert str(Attendee(actor_type=kind, display_name=name, actor_id="0123456789")) == text


@pytest.mark.django_db
def test_the_seats_of_an_actor():
    user = UserFactory()
    seats = AttendeeFactory.create_batch(2, user=user)
    guest = AttendeeFactory(guest=True, holder="browser")
    AttendeeFactory(guest=True, holder="")
    AttendeeFactory()

    assert list(Attendee.objects.of_actor(Actor(user, "browser")).order_by("pk")) == seats
    assert list(Attendee.objects.of_actor(Actor(None, "browser"))) == [guest]
    assert list(Attendee.objects.of_actor(Actor(None, ""))) == []
    assert list(Attendee.objects.of_actor(Actor(UserFactory(), "browser"))) == []


@pytest.mark.django_db
def test_users_and_moderators():
    seats = [AttendeeFactory(participant_type=role) for role in ParticipantType]
    AttendeeFactory(guest=True)

    assert list(Attendee.objects.users().order_by("pk")) == seats
    assert list(Attendee.objects.moderators().order_by("pk")) == [seats[0], seats[1], seats[5]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("guest", "nameless"),
    [
        ({}, True),
        ({"permissions": 1}, True),
        ({"permissions": 3}, False),
        ({"display_name": "Eve"}, False),
        ({"participant_type": ParticipantType.GUEST_MODERATOR}, False),
        ({"actor_type": ActorType.EMAILS}, False),
    ],
)
def test_who_is_a_nameless_guest(guest, nameless):
    AttendeeFactory(guest=True, **guest)

    assert Attendee.objects.nameless_guests().exists() is nameless
