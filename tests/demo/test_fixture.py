"""fixtures/demo.json and fixtures/demo_rooms.json."""

import json

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from talk import errors, host, peers, room, session
from talk.actor import Actor
from talk.constants import NotificationKind, RoomType
from talk.models import Attendee, Ban, Notification, Room, Session
from tests.demo.conftest import ROOT


def rows_of(name):
    return json.loads((ROOT / "fixtures" / f"{name}.json").read_text(encoding="utf-8"))


def everything():
    return {
        model: sorted(model.objects.values_list())
        for model in (get_user_model(), Room, Attendee, Session, Ban, Notification)
    }


def test_demo_is_people_and_the_rows_of_demo_rooms():
    people = [row for row in rows_of("demo") if not row["model"].startswith("talk.")]

    assert rows_of("demo") == people + rows_of("demo_rooms")
    assert {row["model"] for row in people} == {"auth.group", "auth.user"}
    assert [row for row in rows_of("demo") if "pk" in row] == []


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "dave", "erin", "admin"])
def test_people_can_log_in(demo_rows, name):
    assert authenticate(username=name, password="talk").get_username() == name


def test_only_the_admin_may_use_the_admin(demo_rows):
    staff = get_user_model().objects.filter(is_staff=True, is_superuser=True)

    assert list(staff.values_list("username", flat=True)) == ["admin"]
    assert not get_user_model().objects.exclude(username="admin").filter(is_staff=True).exists()


@pytest.mark.parametrize(
    ("token", "kind", "what"),
    [
        ("demopair", RoomType.ONE_TO_ONE, set()),
        ("demoteam", RoomType.GROUP, set()),
        ("demopublic", RoomType.PUBLIC, set()),
        ("demochangelog", RoomType.CHANGELOG, {"read-only"}),
        ("demoformer", RoomType.FORMER_ONE_TO_ONE, {"read-only"}),
        ("demonotes", RoomType.NOTE_TO_SELF, set()),
        ("demolobby", RoomType.PUBLIC, {"lobby"}),
        ("demotimer", RoomType.GROUP, {"lobby", "timer"}),
        ("demoreadonly", RoomType.GROUP, {"read-only"}),
        ("demopassword", RoomType.PUBLIC, {"password"}),
        ("demolisted", RoomType.GROUP, {"listed"}),
        ("democall", RoomType.PUBLIC, {"call"}),
        ("demogroup", RoomType.GROUP, set()),
    ],
)
def test_room_is_what_it_says(demo_rows, token, kind, what):
    found = Room.objects.get(token=token)

    says = {
        "read-only": found.read_only,
        "lobby": found.has_lobby,
        "timer": found.lobby_opens_at is not None,
        "password": found.has_password,
        "listed": bool(found.listable),
        "call": found.has_call,
    }
    assert (found.type, {name for name, so in says.items() if so}) == (kind, what)


def test_no_other_rooms_are_loaded(demo_rows):
    assert Room.objects.count() == 13


def test_password_room_tells_its_password(demo_rows):
    found = Room.objects.get(token="demopassword")

    assert found.check_password(found.description.split()[-1])
    assert not found.check_password("talk")


def test_two_people_and_a_guest_are_in_the_call(demo_rows):
    rows = peers.in_call(Room.objects.get(token="democall"))

    assert [(kind, name) for kind, _id, name, _ping, _session in rows] == [
        ("users", "Carol Carter"),
        ("users", "Dave Dyer"),
        ("guests", "Gina"),
    ]


def test_call_runs_whenever_the_fixture_is_loaded(demo_rows):
    assert {session.last_ping.year for session in Session.objects.all()} == {2099}
    assert Room.objects.get(token="democall").call_started_at < timezone.now()


def test_alice_finds_the_listed_room_without_a_seat_in_it(demo_rows):
    alice = Actor(get_user_model().objects.get(username="alice"))

    listed = Room.objects.listed_for(alice).exclude(pk__in=Room.objects.attended_by(alice))

    assert [found.token for found in listed] == ["demolisted"]


def test_group_has_its_members_in_its_room(demo_rows):
    group = Group.objects.get()
    seats = Attendee.objects.filter(room__token="demogroup").exclude(actor_id="alice")

    members = sorted(group.user_set.values_list("username", flat=True))
    assert (group.name, members) == ("Tea lovers", ["carol", "dave"])
    assert sorted((seat.actor_type, seat.actor_id) for seat in seats) == [
        ("groups", "Tea lovers"),
        ("users", "carol"),
        ("users", "dave"),
    ]


def test_erin_is_banned_from_the_public_room(demo_rows):
    erin = Actor(get_user_model().objects.get(username="erin"), holder="erins-browser")

    with pytest.raises(errors.JoinBanned):
        session.enter(Room.objects.get(token="demopublic"), erin)


def test_alice_and_bob_are_told_of_the_call(demo_rows):
    told = Notification.objects.filter(room__token="democall", kind=NotificationKind.CALL)

    assert set(told.values_list("user__username", flat=True)) == {"alice", "bob"}


def test_pair_is_found_again(demo_rows):
    alice, bob = (get_user_model().objects.get(username=name) for name in ("alice", "bob"))

    found, created = room.create_one_to_one(bob, alice)

    assert (found.token, created) == ("demopair", False)


@pytest.mark.parametrize("model", [get_user_model(), Room, Attendee, Session, Ban, Notification])
def test_rows_are_valid(demo_rows, model):
    for row in model.objects.all():
        row.full_clean()


def test_seats_belong_to_people_and_bear_their_names(demo_rows):
    seats = Attendee.objects.users().select_related("user")

    assert [(seat.actor_id, seat.display_name) for seat in seats] == [
        (seat.user.get_username(), host.policy().display_name(seat.user)) for seat in seats
    ]


def test_loading_again_changes_nothing(demo_rows):
    before = everything()

    call_command("loaddata", "demo", verbosity=0)

    assert everything() == before


def test_loading_again_puts_rows_back(demo_rows):
    before = everything()
    Room.objects.filter(token="demoreadonly").update(name="Changed", read_only=False)
    Session.objects.all().delete()

    call_command("loaddata", "demo", verbosity=0)

    after = everything()
    assert after[Room] == before[Room]
    # New rows have new keys; the rest is as before.
    assert [row[1:] for row in after[Session]] == [row[1:] for row in before[Session]]


def test_rooms_load_for_people_who_exist_already(db, demo_host):
    names = {row["fields"]["user"][0] for row in rows_of("demo_rooms") if "user" in row["fields"]}
    for name in names:
        get_user_model().objects.create_user(name)

    call_command("loaddata", "demo_rooms", verbosity=0)

    people = Attendee.objects.users().values_list("user__username", "actor_id")
    assert {user for user, _id in people} == names
    assert [pair for pair in people if pair[0] != pair[1]] == []
