"""Rooms, seats, sessions, bans and notifications in fixtures are named without primary keys."""

import json
import re

import pytest
from django.core import serializers
from django.core.management import call_command

from talk.constants import ActorType, NotificationKind
from talk.models import Attendee, Ban, Notification, Room, Session
from tests.factories import AttendeeFactory, SessionFactory

pytestmark = pytest.mark.django_db

MODELS = [Room, Attendee, Session, Ban, Notification]


def dumped():
    rows = serializers.serialize(
        "json",
        [each for model in MODELS for each in model.objects.all()],
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )
    # A moment at the very beginning of a second comes back without its thousandths.
    return re.sub(r"\.000(?=Z?\")", "", rows)


@pytest.fixture
def session():
    """One row of each model, all about one room."""
    session = SessionFactory()
    room, user = session.room, session.attendee.user
    Ban.objects.create(room=room, actor_type=ActorType.USERS, actor_id="mallory")
    Notification.objects.create(room=room, user=user, kind=NotificationKind.CALL)
    return session


def test_each_model_is_found_by_its_natural_key(session):
    found = [model.objects.get() for model in MODELS]

    assert [
        type(thing).objects.get_by_natural_key(*thing.natural_key()) for thing in found
    ] == found


def test_natural_keys_are_what_the_wire_calls_things(session):
    attendee = session.attendee

    assert session.room.natural_key() == (session.room.token,)
    assert attendee.natural_key() == (session.room.token, "users", attendee.actor_id)
    assert session.natural_key() == (session.session_id,)
    assert session.room.bans.get().natural_key() == (session.room.token, "users", "mallory")
    notification = session.room.notifications.get()
    assert notification.natural_key() == (session.room.token, "call", attendee.actor_id)


def test_a_fixture_holds_no_primary_keys(session):
    rows = json.loads(dumped())

    assert [row["model"] for row in rows] == [model._meta.label_lower for model in MODELS]
    assert [row for row in rows if "pk" in row] == []


def test_what_is_dumped_can_be_loaded(session, tmp_path):
    SessionFactory(attendee=AttendeeFactory(guest=True))
    before, fixture = dumped(), tmp_path / "rooms.json"
    fixture.write_text(before)
    Room.objects.all().delete()

    call_command("loaddata", str(fixture), verbosity=0)

    assert dumped() == before


def test_loading_twice_changes_nothing(session, tmp_path):
    before, fixture = dumped(), tmp_path / "rooms.json"
    fixture.write_text(before)

    call_command("loaddata", str(fixture), verbosity=0)

    assert dumped() == before
