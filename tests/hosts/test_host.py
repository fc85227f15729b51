"""What talk asks of a host and what it brings along: checks, migrations, fixtures, accounts."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command

from talk import host
from talk import room as rooms
from talk.models import Attendee, Room, Session


def test_checks_find_nothing():
    output = StringIO()

    call_command("check", fail_level="INFO", stdout=output)

    assert output.getvalue() == "System check identified no issues (0 silenced).\n"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.fixture
def demo_people(db):
    """The fixture's people by its natural keys: here these are e-mail addresses."""
    people = get_user_model().objects
    return {name: people.create_user(name, "secret") for name in ["alice", "bob", "carol", "dave"]}


def test_fixture_of_rooms_loads(demo_people):
    call_command("loaddata", "demo_rooms", verbosity=0)

    alice = demo_people["alice"]
    seats = Attendee.objects.filter(user=alice)
    assert (Room.objects.count() > 5, Session.objects.in_call().exists()) == (True, True)
    assert set(seats.values_list("actor_id", flat=True)) == {"alice"}


def test_fixture_of_rooms_is_answered(demo_people, visit):
    call_command("loaddata", "demo_rooms", verbosity=0)

    status, found = visit(demo_people["alice"]).ask("GET", "/room")

    assert (status, {room["type"] for room in found} >= {1, 2, 3}) == (200, True)


def test_fixture_comes_out_as_it_went_in(demo_people, tmp_path):
    call_command("loaddata", "demo_rooms", verbosity=0)
    path = tmp_path / "rooms.json"
    dump = {"natural_foreign": True, "natural_primary": True, "verbosity": 0}
    call_command("dumpdata", "talk", output=str(path), **dump)
    before = path.read_text()
    Room.objects.all().delete()

    call_command("loaddata", str(path), verbosity=0)

    call_command("dumpdata", "talk", output=str(path), **dump)
    assert path.read_text() == before


def test_clean_up_runs(demo_people):
    call_command("talk_cleanup", verbosity=0)


def test_user_is_found_by_e_mail(person):
    alice = person("Alice")

    assert host.find_user("alice@example.org") == alice


def test_new_e_mail_is_followed(person):
    alice, bob = person("Alice"), person("Bob")
    room, _created = rooms.create_one_to_one(alice, bob)

    alice.email, alice.nickname = "ally@example.org", "Ally"
    alice.save()

    room.refresh_from_db()
    assert room.user_ids == ["ally@example.org", "bob@example.org"]
    seat = room.attendees.get()
    assert (seat.actor_id, seat.display_name) == ("ally@example.org", "Ally")


def test_name_falls_back_to_the_e_mail(person):
    nameless = person("Alice")
    nameless.nickname = ""

    assert host.policy().display_name(nameless) == "alice@example.org"


def test_groups_of_the_host_count(person, visit):
    owner, guest_account = person("Alice"), person("Gast")
    guest_account.groups.add(Group.objects.create(name="guest_app"))
    rooms.create(name="Offen", owner=owner, listable=1)

    _status, for_guests = visit(guest_account).ask("GET", "/listed-room")
    _status, for_users = visit("Bob").ask("GET", "/listed-room")

    assert ([r["name"] for r in for_guests], [r["name"] for r in for_users]) == ([], ["Offen"])


def test_deleted_account_takes_its_seats_along(person):
    alice = person("Alice")
    room = rooms.create(name="Büro", owner=alice)

    alice.delete()

    assert room.attendees.count() == 0
