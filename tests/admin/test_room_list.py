"""The list of rooms: columns, filters, search, and what it costs."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from talk.constants import ActorType, Listable, LobbyState
from talk.models import Room
from tests.admin.rooms import COLUMNS, one_to_one, room_with_callers
from tests.admin.sites import SiteWithCallPage, SiteWithoutCallPage
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory, utc

WAIT = LobbyState.NON_MODERATORS_WAIT


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([], "—"),
        (["Ada"], "Ada"),
        (["Ada", "Bo", "Cy"], "Ada, Bo, Cy"),
        (["Ada", "Bo", "Cy", "Di"], "Ada, Bo, Cy + 1 more"),
        (["Ada", "Bo", "Cy", "Di", "Ed"], "Ada, Bo, Cy + 2 more"),
    ],
)
def test_list_names_who_is_in_the_call(boss, names, shown):
    room_with_callers(*names, name="A")
    room_with_callers("Zoe", name="B")

    rooms = boss.rows(Room, o="1")

    assert [COLUMNS.in_the_call_now(room) for room in rooms] == [shown, "Zoe"]


@pytest.mark.parametrize(
    ("age", "started", "shown"),
    [(0, True, "Ada"), (60, True, "Ada"), (100, True, "—"), (0, False, "—")],
    ids=["fresh", "silent", "dead", "no call"],
)
def test_list_shows_people_exactly_while_there_is_a_call(boss, age, started, shown):
    room = RoomFactory(with_call=started)
    SessionFactory(attendee__room=room, attendee__display_name="Ada", calling=True, age=age)

    [row] = boss.rows(Room)

    assert COLUMNS.in_the_call_now(row) == shown
    assert room.has_call == (shown != "—")


def test_list_names_a_person_with_two_devices_once(boss):
    room = room_with_callers("Ada")
    SessionFactory(attendee=room.attendees.get(), holder="another device", calling=True)

    [row] = boss.rows(Room)

    assert COLUMNS.in_the_call_now(row) == "Ada"


def test_list_leaves_out_those_who_fell_silent(boss):
    room = room_with_callers("Ada")
    SessionFactory(attendee__room=room, attendee__display_name="Bo", calling=True, age=100)
    SessionFactory(attendee__room=room, attendee__display_name="Cy")

    [row] = boss.rows(Room)

    assert COLUMNS.in_the_call_now(row) == "Ada"


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"guest": True}, "Guest"),
        ({"guest": True, "display_name": "Ada"}, "Ada"),
        ({"actor_id": "ada", "display_name": ""}, "ada"),
    ],
)
def test_list_names_people_as_well_as_it_can(boss, facts, shown):
    attendee = AttendeeFactory(room__with_call=True, **facts)
    SessionFactory(attendee=attendee, calling=True)

    [row] = boss.rows(Room)

    assert COLUMNS.in_the_call_now(row) == shown


def test_list_names_a_one_to_one_after_its_people(boss):
    one_to_one(
        UserFactory(username="ada", first_name="Ada", last_name="Lee"),
        UserFactory(username="zed", first_name="Zed", last_name="Moss"),
    )

    [row] = boss.rows(Room)

    assert COLUMNS.title(row) == "Ada Lee, Zed Moss"


def test_list_names_people_who_are_gone_by_their_ids(boss):
    one_to_one(
        UserFactory(username="ada", first_name="Ada", last_name="Lee"),
        UserFactory.build(username="nobody"),
    )

    [row] = boss.rows(Room)

    assert COLUMNS.title(row) == "Ada Lee, nobody"


@pytest.mark.parametrize(
    ("state", "opens_in", "shown"),
    [
        (LobbyState.OPEN, None, "—"),
        (WAIT, None, "people wait"),
        (WAIT, timedelta(hours=-1), "—"),
    ],
)
def test_list_tells_whether_people_wait_now(boss, state, opens_in, shown):
    RoomFactory(lobby_state=state, lobby_timer=opens_in and timezone.now() + opens_in)

    [row] = boss.rows(Room)

    assert COLUMNS.lobby_now(row) == shown


def test_list_tells_until_when_people_wait(boss):
    until = timezone.now().replace(year=2100, month=5, day=17, hour=9, minute=30)
    RoomFactory(lobby_state=WAIT, lobby_timer=until)

    [row] = boss.rows(Room)

    assert COLUMNS.lobby_now(row) == "people wait until 05/17/2100 9:30 a.m."


@pytest.mark.parametrize(("read_only", "shown"), [(True, "yes"), (False, "—")])
def test_list_tells_whether_a_room_is_read_only(boss, read_only, shown):
    RoomFactory(read_only=read_only)

    [row] = boss.rows(Room)

    assert COLUMNS.read_only_now(row) == shown


def test_list_counts_attendees_also_those_who_are_not_there(boss):
    room = room_with_callers("Ada", "Bo")
    AttendeeFactory(room=room)

    [row] = boss.rows(Room)

    assert COLUMNS.people(row) == 3


@override_settings(ROOT_URLCONF=SiteWithCallPage)
def test_list_links_to_the_call(boss):
    RoomFactory(token="abcd2345")

    page = boss.list(Room)

    link = '<a href="/call/abcd2345" aria-label="abcd2345: open the call">abcd2345</a>'
    assert page.content.decode().count(link) == 1


@override_settings(ROOT_URLCONF=SiteWithoutCallPage)
def test_list_links_to_no_call_page_that_is_not_there(boss):
    RoomFactory(token="abcd2345")

    [row] = boss.rows(Room)

    assert COLUMNS.way_in(row) == "abcd2345"


@pytest.fixture
def assorted(db):
    """One room of each sort, named after what is special about it."""
    soon, past = (timezone.now() + timedelta(hours=hours) for hours in (1, -1))
    room_with_callers("Ada", name="call")
    silent = RoomFactory(name="left over", with_call=True)
    SessionFactory(attendee__room=silent, calling=True, age=100)
    RoomFactory(name="lobby", lobby_state=WAIT)
    RoomFactory(name="timer", lobby_state=WAIT, lobby_timer=soon)
    RoomFactory(name="timer over", lobby_state=WAIT, lobby_timer=past)
    RoomFactory(name="read-only", read_only=True)
    RoomFactory(name="listed", listable=Listable.EVERYONE)
    RoomFactory(name="public", public=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"call": "yes"}, {"call"}),
        ({"call": "unknown"}, "all"),
        ({"lobby": "closed"}, {"lobby", "timer"}),
        ({"read_only__exact": "1"}, {"read-only"}),
        ({"listable__exact": "2"}, {"listed"}),
        ({"type__exact": "3"}, {"public"}),
        ({"last_activity__gte": str(utc(2200, 1, 1))}, set()),
    ],
)
@pytest.mark.usefixtures("assorted")
def test_list_is_filtered(boss, query, found):
    names = set(Room.objects.values_list("name", flat=True)) if found == "all" else found

    rows = boss.rows(Room, **query)

    assert sorted(room.name for room in rows) == sorted(names)


@pytest.mark.parametrize(
    ("name", "one", "other"), [("call", "yes", "no"), ("lobby", "closed", "open")]
)
@pytest.mark.usefixtures("assorted")
def test_filter_and_its_opposite_share_all_rooms(boss, name, one, other):
    found = [*boss.rows(Room, **{name: one}), *boss.rows(Room, **{name: other})]

    assert sorted(room.pk for room in found) == sorted(Room.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "words", ["Chess", "Chess club", "abcd2345", "Ada", "ada.l", "Chess Ada", "Guest of honour"]
)
def test_search_finds_a_room_once(boss, words):
    room = RoomFactory(name="Chess club", token="abcd2345")
    for user_id in ("ada.l", "ada.lee", "ada.love"):
        AttendeeFactory(room=room, actor_id=user_id, display_name=f"Ada {user_id}")
    AttendeeFactory(
        room=room,
        user=None,
        actor_type=ActorType.GUESTS,
        actor_id="f00",
        display_name="Guest of honour",
    )
    AttendeeFactory(actor_id="somebody.else")

    rows = boss.rows(Room, q=words)

    assert [found.pk for found in rows] == [room.pk]


@pytest.mark.parametrize("number", [3, 30])
def test_list_costs_the_same_for_many_rooms(boss, django_assert_num_queries, number):
    for _each in range(number):
        room_with_callers("Ada", "Bo", "Cy", "Di")
        one_to_one(UserFactory(), UserFactory())

    # Session, account, two counts; rooms, callers, names of the one-to-ones.
    with django_assert_num_queries(7):
        page = boss.list(Room)

    assert len(page.context["cl"].result_list) == 2 * number
