"""Who is told that a call has begun, and when (notifications.md §4.1; call.md §3.6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import group, notification
from talk.constants import (
    LobbyState,
    NotificationLevel,
    ParticipantType,
)
from talk.models import Notification, Room
from tests.factories import AttendeeFactory, SessionFactory, UserFactory
from tests.notification.asking import start, told

pytestmark = pytest.mark.django_db

IGNORES_LOBBY = 1 | 8


PEOPLE = {
    # seat, session or None, whether they are told
    "member": ({}, None, True),
    "moderator": ({"moderator": True}, None, True),
    "owner": ({"owner": True}, None, True),
    "self-joined": ({"participant_type": ParticipantType.SELF_JOINED}, None, True),
    "whoever may do nothing": ({"permissions": 1}, None, True),
    "whoever never wants to hear of the room": (
        {"notification_level": NotificationLevel.NEVER},
        None,
        True,
    ),
    "whoever put the room away": ({"is_archived": True}, None, True),
    "whoever does not want to hear of calls": ({"notification_calls": False}, None, False),
    "a moderator who does not want to hear of calls": (
        {"moderator": True, "notification_calls": False},
        None,
        False,
    ),
    "whoever is in the room": ({}, {}, True),
    "whoever is in the call": ({}, {"calling": True}, False),
    "whoever pinged lately in the call": ({}, {"calling": True, "age": 29}, False),
    "whoever has been silent in the call": ({}, {"calling": True, "age": 31}, True),
    "guest": ({"guest": True}, {}, False),
    "guest moderator": (
        {"guest": True, "participant_type": ParticipantType.GUEST_MODERATOR},
        {},
        False,
    ),
}


@pytest.mark.parametrize("person", PEOPLE)
def test_who_is_told(starter, person):
    seat, session, expected = PEOPLE[person]
    attendee = AttendeeFactory(room=starter.room, **seat)
    if session is not None:
        SessionFactory(attendee=attendee, **session)

    notification.call_started(starter.room, starter.attendee)

    assert told(starter.room) == ([attendee] if expected else [])


def test_somebody_in_the_call_with_one_of_two_devices_is_not_told(starter):
    attendee = AttendeeFactory(room=starter.room)
    SessionFactory(attendee=attendee, calling=True)
    SessionFactory(attendee=attendee, holder="another device")

    notification.call_started(starter.room, starter.attendee)

    assert told(starter.room) == []


def test_the_starters_other_devices_do_not_ring(sign_in, starter):
    SessionFactory(attendee=starter.attendee, holder="another device")

    start(sign_in, starter)

    assert Notification.objects.count() == 0


def test_a_group_is_told_through_its_members(sign_in, starter):
    choir = group.Group.objects.create(name="Choir")
    choir.user_set.add(UserFactory())
    group.add(starter.room, choir)

    start(sign_in, starter)

    assert [each.user for each in told(starter.room)] == list(choir.user_set.all())


def test_do_not_disturb_is_the_clients_business(sign_in, starter, settings):
    settings.TALK_POLICY = "tests.notification.policies.NobodyIsDisturbed"
    member = AttendeeFactory(room=starter.room)

    start(sign_in, starter)

    assert told(starter.room) == [member]


def test_people_of_other_rooms_are_not_told(sign_in, starter):
    AttendeeFactory()

    start(sign_in, starter)

    assert Notification.objects.count() == 0


LOBBY = {
    # seat, room's default permissions, whether they are told
    "owner": ({"owner": True}, 0, True),
    "moderator": ({"moderator": True}, 0, True),
    "member": ({}, 0, False),
    "self-joined": ({"participant_type": ParticipantType.SELF_JOINED}, 0, False),
    "member who may pass": ({"permissions": IGNORES_LOBBY}, 0, True),
    "member with everything but that": ({"permissions": 255 & ~8}, 0, False),
    "member who passes by the room's default": ({}, IGNORES_LOBBY, False),
    "member who may pass, but does not want to hear": (
        {"permissions": IGNORES_LOBBY, "notification_calls": False},
        0,
        False,
    ),
}


@pytest.mark.parametrize("person", LOBBY)
def test_who_is_told_behind_a_lobby(sign_in, starter, person):
    seat, default, expected = LOBBY[person]
    Room.objects.update(lobby_state=LobbyState.NON_MODERATORS_WAIT, default_permissions=default)
    attendee = AttendeeFactory(room=starter.room, **seat)

    start(sign_in, starter)

    assert told(starter.room) == ([attendee] if expected else [])


@pytest.mark.parametrize(("seconds", "expected"), [(-1, 1), (3600, 0)])
def test_a_lobby_is_over_when_its_time_is(sign_in, starter, seconds, expected):
    Room.objects.update(
        lobby_state=LobbyState.NON_MODERATORS_WAIT,
        lobby_timer=timezone.now() + timedelta(seconds=seconds),
    )
    AttendeeFactory(room=starter.room)

    start(sign_in, starter)

    assert len(told(starter.room)) == expected
