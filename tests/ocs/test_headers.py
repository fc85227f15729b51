"""Headers that Talk adds to its answers (ocs.md §12)."""

import re
import time

import pytest

from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.ocs.endpoints import CALL, ENDPOINTS, ROOM, TALK, undone

pytestmark = pytest.mark.django_db

HASH = "X-Nextcloud-Talk-Hash"
BEFORE = "X-Nextcloud-Talk-Modified-Before"
ROOMS = TALK.format(version=2) + "/room"


def endpoints_sending(header, client, seat):
    """The endpoints whose answer to this client carries a header."""
    found = set()
    for endpoint in ENDPOINTS:
        with undone():
            response = client.generic(endpoint.method, endpoint.url(seat))
        if header in response:
            found.add(str(endpoint))
    return found


def test_hash_is_sent_with_rooms_and_nowhere_else(sign_in):
    session = SessionFactory(attendee__owner=True)
    client = sign_in(session)

    carrying = endpoints_sending(HASH, client, session.attendee)

    assert carrying == {"GET /room", "GET /room/{token}", "GET /room/{token}/capabilities"}


def test_hash_is_not_sent_with_joining(sign_in):
    attendee = AttendeeFactory()

    response = sign_in(attendee).post(f"{ROOMS}/{attendee.room.token}/participants/active")

    assert (response.status_code, HASH in response) == (200, False)


def test_hash_is_a_sha1_and_the_same_everywhere(sign_in):
    attendee = AttendeeFactory()
    client = sign_in(attendee)

    hashes = {
        client.get(path)[HASH]
        for path in (ROOMS, f"{ROOMS}/{attendee.room.token}", f"{ROOMS}?noStatusUpdate=1")
    }

    assert [bool(re.fullmatch("[0-9a-f]{40}", each)) for each in hashes] == [True]


def test_hash_stays_while_rooms_and_calls_change(sign_in):
    session = SessionFactory(attendee__owner=True)
    client = sign_in(session)
    before = client.get(ROOMS)[HASH]
    client.post(f"{ROOMS}", {"roomName": "another"})
    client.post(CALL.format(version=2, token=session.room.token))
    client.put(ROOM.format(version=2, token=session.room.token) + "?roomName=renamed")

    after = client.get(ROOMS)[HASH]

    assert after == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TALK_START_CALLS", 3),
        ("TALK_DEFAULT_PERMISSIONS", 128),
        ("TALK_RECORDING_CONSENT", 1),
        ("TALK_MAX_CALL_DURATION", 60),
    ],
)
def test_hash_changes_with_the_sites_settings(sign_in, settings, name, value):
    client = sign_in(UserFactory())
    before = client.get(ROOMS)[HASH]
    setattr(settings, name, value)

    after = client.get(ROOMS)[HASH]

    assert after != before


def test_modified_before_is_the_servers_time_in_seconds(sign_in):
    client = sign_in(UserFactory())
    earliest = int(time.time())

    response = client.get(ROOMS)

    assert earliest <= int(response[BEFORE]) <= int(time.time())


def test_modified_before_is_sent_with_the_room_list_only(sign_in):
    session = SessionFactory(attendee__owner=True)
    client = sign_in(session)

    carrying = endpoints_sending(BEFORE, client, session.attendee)

    assert carrying == {"GET /room"}


@pytest.mark.parametrize(
    "header",
    [
        "X-Nextcloud-Talk-Federation-Invites",
        "X-Nextcloud-Talk-Proxy-Hash",
        "X-Nextcloud-Has-User-Statuses",
        "X-Nextcloud-Bruteforce-Throttled",
        "X-Nextcloud-Maintenance-Mode",
    ],
)
def test_header_of_what_is_not_offered_is_never_sent(sign_in, header):
    session = SessionFactory(attendee__owner=True)
    client = sign_in(session)

    carrying = endpoints_sending(header, client, session.attendee)

    assert carrying == set()


def test_public_room_shows_its_hash_to_everybody(guest_client):
    room = RoomFactory(public=True)

    response = guest_client.get(f"{ROOMS}/{room.token}")

    assert (response.status_code, len(response[HASH])) == (200, 40)
