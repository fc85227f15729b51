"""Rooms, seats and sessions in fixtures are named without primary keys."""

import json

import pytest
from django.core import serializers
from django.core.management import call_command

from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, SessionFactory

pytestmark = pytest.mark.django_db


def dumped():
    return serializers.serialize(
        "json",
        [*Room.objects.all(), *Attendee.objects.all(), *Session.objects.all()],
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )


def test_each_model_is_found_by_its_natural_key():
    session = SessionFactory()
    found = [session.room, session.attendee, session]

    assert [
        type(thing).objects.get_by_natural_key(*thing.natural_key()) for thing in found
    ] == found


def test_natural_keys_are_what_the_wire_calls_things():
    session = SessionFactory()
    attendee = session.attendee

    assert session.room.natural_key() == (session.room.token,)
    assert attendee.natural_key() == (session.room.token, "users", attendee.actor_id)
    assert session.natural_key() == (session.session_id,)


def test_a_fixture_holds_no_primary_keys():
    SessionFactory()

    rows = json.loads(dumped())

    assert [row["model"] for row in rows] == ["talk.room", "talk.attendee", "talk.session"]
    assert [row for row in rows if "pk" in row] == []


def test_what_is_dumped_can_be_loaded(tmp_path):
    SessionFactory()
    SessionFactory(attendee=AttendeeFactory(guest=True))
    before, fixture = dumped(), tmp_path / "rooms.json"
    fixture.write_text(before)
    Room.objects.all().delete()

    call_command("loaddata", str(fixture), verbosity=0)

    assert dumped() == before


def test_loading_twice_changes_nothing(tmp_path):
    SessionFactory()
    before, fixture = dumped(), tmp_path / "rooms.json"
    fixture.write_text(before)

    call_command("loaddata", str(fixture), verbosity=0)

    assert dumped() == before
