"""What the tests of invitations share."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail

from talk.constants import RoomType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory

BASE = "/ocs/v2.php/apps/spreed/api/v4"
ADDRESS = "Gina@example.org"
SITE = "https://talk.example.org/"
LINK = re.compile(r"https?://\S+/call/\S+\?access=\S+")


@pytest.fixture
def moderator(db):
    room = RoomFactory(type=RoomType.GROUP, name="Tea & biscuits")
    return AttendeeFactory(owner=True, room=room, display_name="Mo <3")


@pytest.fixture
def room(moderator):
    return moderator.room


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Send JSON; status and data of the answer. What waits for the commit has happened then."""

    def send(client, method, path, **parameters):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.generic(
                method,
                BASE + path,
                client._encode_json(parameters, "application/json"),
                "application/json",
            )
        return response.status_code, data_of(response)

    return send


@pytest.fixture
def invite(ask, sign_in, moderator):
    """Invite an address as a moderator does; the link that was mailed, if any."""

    def send(address=ADDRESS, room=moderator.room):
        already = len(mail.outbox)
        path = f"/room/{room.token}/participants"
        ask(sign_in(moderator), "POST", path, newParticipant=address, source="emails")
        return next(iter(links()[already:]), None)

    return send


@pytest.fixture
def enter(ask):
    """Enter a room with a browser; the room object, or what was refused."""

    def send(client, room, **parameters):
        return ask(client, "POST", f"/room/{room.token}/participants/active", **parameters)

    return send


def links():
    """The addresses that were mailed, in order of their mails."""
    return [LINK.search(message.body).group() for message in mail.outbox]


def open_link(client, link):
    """Follow a mailed link, as a click on it does."""
    parts = urlsplit(link)
    return client.get(f"{parts.path}?{parts.query}")
