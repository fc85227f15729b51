"""The admin of a host whose people have no user name and no page of their own in the admin."""

import re

import pytest

from talk import call
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.constants import RoomType
from tests.hosts.conftest import Visitor

ADMIN = "/behind/talk"
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def running(person):
    """A call in Alice's public room with Alice and a guest, and a one-to-one with Bob."""
    alice = person("Alice")
    room = rooms.create(name="Stammtisch", owner=alice, type=RoomType.PUBLIC)
    for actor in (Actor(alice, holder="laptop"), Actor(None, holder="phone")):
        call.join(sessions.enter(room, actor))
    rooms.create_one_to_one(alice, person("Bob"))
    return room


@pytest.fixture
def admin(person):
    browser = Visitor()
    browser.force_login(person("Root", is_staff=True, is_superuser=True))
    return browser


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("room/", ["Stammtisch", "Alice, Bob"]),
        ("attendee/", ["Alice", "alice@example.org"]),
        ("session/", ["Stammtisch", "Alice"]),
        ("room/?q=bob@example.org", ["Alice, Bob"]),
        ("attendee/?q=alice", ["Alice"]),
        ("session/?q=stammtisch", ["Alice"]),
        ("room/?call=yes", ["Stammtisch"]),
        ("room/add/", []),
    ],
)
def test_page_opens(admin, running, page, shown):
    response = admin.get(f"{ADMIN}/{page}")

    assert response.status_code == 200
    assert [text for text in shown if text not in response.content.decode()] == []


def test_room_opens_with_its_people(admin, running):
    response = admin.get(f"{ADMIN}/room/{running.pk}/change/")

    assert response.status_code == 200
    assert "alice@example.org" in response.content.decode()


def test_attendee_opens(admin, running):
    seat = running.attendees.get(actor_id="alice@example.org")

    assert admin.get(f"{ADMIN}/attendee/{seat.pk}/change/").status_code == 200


def test_call_is_ended_by_the_action(admin, running):
    question = admin.post(
        f"{ADMIN}/room/", {"action": "end_call", "_selected_action": [running.pk]}
    )
    fields = dict(HIDDEN_FIELD.findall(question.content.decode()))

    admin.post(f"{ADMIN}/room/", fields)

    running.refresh_from_db()
    assert running.call_started_at is None
