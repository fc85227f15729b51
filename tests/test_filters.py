"""The filter sets for rooms and attendees (talk/filters.py), as a host may use them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from talk.actor import Actor
from talk.constants import ActorType, Listable, LobbyState, ParticipantType, RoomType
from talk.filters import AttendeeFilterSet, RoomFilterSet, moment
from talk.models import Attendee, Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, utc

NOW = utc(2026, 5, 4, 12)


def names(query, **arguments):
    """The names of the rooms that a query string finds."""
    found = RoomFilterSet(QueryDict(query), queryset=Room.objects.order_by("pk"), **arguments)
    assert found.errors == {}
    return [room.name for room in found.qs]


def people(query):
    """The names of the attendees that a query string finds."""
    found = AttendeeFilterSet(QueryDict(query), queryset=Attendee.objects.order_by("pk"))
    assert found.errors == {}
    return [attendee.display_name for attendee in found.qs]


# Moments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "time"),
    [
        (0, utc(1970, 1, 1)),
        (int(NOW.timestamp()), NOW),
        (253402214399, utc(9999, 12, 30, 23, 59, 59)),
    ],
)
def test_seconds_of_the_wire_are_a_moment(seconds, time):
    assert moment(seconds) == time


@pytest.mark.parametrize("seconds", [253402300800, 2**40, 2**62, -(2**62)])
def test_no_calendar_reaches_everywhere(seconds):
    with pytest.raises(ValidationError):
        moment(seconds)


# Rooms -------------------------------------------------------------------------------------


@pytest.fixture
def lounge(db):
    return RoomFactory(name="Lounge", last_activity=NOW)


@pytest.fixture
def kitchen(db):
    return RoomFactory(
        name="Kitchen",
        type=RoomType.PUBLIC,
        read_only=True,
        listable=Listable.USERS,
        lobby_state=LobbyState.NON_MODERATORS_WAIT,
        last_activity=NOW - timedelta(days=1),
        with_call=True,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Lounge", "Kitchen"]),
        ("searchTerm=", ["Lounge", "Kitchen"]),
        ("searchTerm=LOUNGE", ["Lounge"]),
        ("searchTerm=itch", ["Kitchen"]),
        ("searchTerm=garden", []),
        ("type=2", ["Lounge"]),
        ("type=3", ["Kitchen"]),
        ("type=2&type=3", ["Lounge", "Kitchen"]),
        ("type=1", []),
        ("listable=1", ["Kitchen"]),
        ("listable=0&listable=1", ["Lounge", "Kitchen"]),
        ("readOnly=true", ["Kitchen"]),
        ("readOnly=false", ["Lounge"]),
        ("lobby=true", ["Kitchen"]),
        ("lobby=false", ["Lounge"]),
        ("type=3&searchTerm=lounge", []),
        ("unknown=1", ["Lounge", "Kitchen"]),
    ],
)
def test_rooms_are_found_by(lounge, kitchen, query, found):
    assert names(query) == found


@pytest.mark.parametrize(("age", "has_call"), [(0, True), (60, True), (101, False)])
def test_rooms_are_found_by_their_call(lounge, kitchen, age, has_call):
    SessionFactory(attendee__room=kitchen, calling=True, age=age)

    assert names("hasCall=true") == (["Kitchen"] if has_call else [])
    assert names("hasCall=false") == (["Lounge"] if has_call else ["Lounge", "Kitchen"])


def test_a_lobby_whose_timer_is_over_is_open(lounge, kitchen):
    Room.objects.update(lobby_timer=timezone.now() - timedelta(seconds=1))

    assert names("lobby=true") == []
    assert names("lobby=false") == ["Lounge", "Kitchen"]


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        (-1, ["Lounge"]),
        (0, ["Lounge"]),
        (1, []),
        (-86400, ["Lounge", "Kitchen"]),
    ],
)
def test_rooms_are_found_by_when_something_happened(lounge, kitchen, seconds, found):
    Room.objects.update(call_started_at=None, call_flags=0)

    assert names(f"modifiedSince={int(NOW.timestamp()) + seconds}") == found


def test_a_moment_of_0_finds_everything(lounge, kitchen):
    assert names("modifiedSince=0") == ["Lounge", "Kitchen"]


def test_rooms_in_a_call_are_found_whenever(lounge, kitchen):
    assert names("modifiedSince=4102444800") == ["Kitchen"]


@pytest.mark.parametrize("seconds", ["253402300800", "9" * 18])
def test_nothing_but_a_call_is_newer_than_the_calendar(lounge, kitchen, seconds):
    assert names(f"modifiedSince={seconds}") == ["Kitchen"]


def test_a_moment_before_all_calendars_finds_everything(lounge, kitchen):
    assert names("modifiedSince=-99999999999999") == ["Lounge", "Kitchen"]


def test_the_seat_of_the_actor_counts_and_no_other(lounge, kitchen):
    mine = AttendeeFactory(room=lounge)
    AttendeeFactory(room=kitchen)
    Room.objects.update(call_started_at=None, call_flags=0)
    since = int(NOW.timestamp()) + 1

    assert names(f"modifiedSince={since}", actor=Actor(mine.user)) == ["Lounge"]
    assert names(f"modifiedSince={since}") == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("type=9", "type"),
        ("type=group", "type"),
        ("listable=9", "listable"),
        ("modifiedSince=noon", "modifiedSince"),
        ("searchTerm=%00", "searchTerm"),
    ],
)
def test_values_that_mean_nothing_are_named(query, wrong):
    found = RoomFilterSet(QueryDict(query), queryset=Room.objects.none())

    assert list(found.errors) == [wrong]


# Attendees ---------------------------------------------------------------------------------


@pytest.fixture
def attendees(lounge, kitchen):
    """Ada calls, Bob is silent, Carl was there long ago, Dora never; Eve is a guest elsewhere."""
    ada = AttendeeFactory(room=lounge, owner=True, user__username="ada1", display_name="Ada")
    bob = AttendeeFactory(room=lounge, user__username="bob1", display_name="Bob")
    carl = AttendeeFactory(room=lounge, user__username="carl1", display_name="Carl")
    AttendeeFactory(room=lounge, user__username="dora1", display_name="Dora")
    AttendeeFactory(room=kitchen, guest=True, actor_id="f00", display_name="Eve")
    SessionFactory(attendee=ada, calling=True)
    SessionFactory(attendee=ada, holder="another device")
    SessionFactory(attendee=bob, age=60)
    SessionFactory(attendee=carl, calling=True, age=101)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada", "Bob", "Carl", "Dora", "Eve"]),
        ("searchTerm=ad", ["Ada"]),
        ("searchTerm=1", ["Ada", "Bob", "Carl", "Dora"]),
        ("searchTerm=F0", ["Eve"]),
        (f"actorType={ActorType.GUESTS.value}", ["Eve"]),
        ("actorType=users&actorType=guests", ["Ada", "Bob", "Carl", "Dora", "Eve"]),
        (f"participantType={ParticipantType.OWNER.value}", ["Ada"]),
        ("participantType=1&participantType=4", ["Ada", "Eve"]),
        ("inCall=true", ["Ada"]),
        ("inCall=false", ["Bob", "Carl", "Dora", "Eve"]),
        ("online=true", ["Ada", "Bob"]),
        ("online=false", ["Carl", "Dora", "Eve"]),
        ("online=true&searchTerm=bo", ["Bob"]),
    ],
)
def test_attendees_are_found_by(attendees, query, found):
    assert people(query) == found


def test_attendees_are_found_by_their_room(attendees, kitchen):
    assert people(f"room={kitchen.token}") == ["Eve"]
    assert people("room=nowhere1") == []


@pytest.mark.parametrize("query", ["actorType=bots", "participantType=9"])
def test_kinds_that_nobody_is_are_named(query):
    found = AttendeeFilterSet(QueryDict(query), queryset=Attendee.objects.none())

    assert list(found.errors) == [query.partition("=")[0]]
