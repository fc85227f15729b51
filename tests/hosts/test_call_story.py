"""A whole call over HTTP, from the room's creation to the end, whatever the site's sessions are."""

import pytest
from django.contrib.auth import get_user_model

SESSION_ENGINES = ["signed_cookies", "cache", "cached_db", "db", "file"]

AUDIO_VIDEO, AUDIO, IN_CALL = 7, 3, 1


@pytest.fixture(params=SESSION_ENGINES)
def any_sessions(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)


@pytest.fixture
def public_room(any_sessions, visit):
    """A public room of Alice's, and Alice's browser in it."""
    alice = visit("Alice")
    _status, room = alice.ask("POST", "/room", roomType=3, roomName="Stammtisch")
    alice.ask("POST", f"/room/{room['token']}/participants/active")
    return room["token"], alice


def people_in(visitor, token):
    """Who is in the call, as the visitor is told."""
    status, peers = visitor.ask("GET", f"/call/{token}")
    assert status == 200
    return [(peer["actorType"], peer["displayName"]) for peer in peers]


def call_of(visitor, token):
    """What the room says of its call."""
    _status, room = visitor.ask("GET", f"/room/{token}")
    return room["hasCall"], room["callFlag"], room["callStartTime"] > 0


def test_room_is_created_with_the_e_mail_as_user_id(any_sessions, visit):
    alice = visit("Alice")

    status, room = alice.ask("POST", "/room", roomType=2, roomName="Büro")

    assert (status, room["actorId"], room["displayName"]) == (201, "alice@example.org", "Büro")


def test_joining_a_call_starts_it(public_room):
    token, alice = public_room

    assert alice.ask("POST", f"/call/{token}", flags=AUDIO_VIDEO) == (200, None)

    assert people_in(alice, token) == [("users", "Alice")]
    assert call_of(alice, token) == (True, AUDIO_VIDEO, True)


def test_guest_joins_beside_a_user(public_room, visit):
    token, alice = public_room
    guest = visit()
    alice.ask("POST", f"/call/{token}", flags=AUDIO)

    status, room = guest.ask("POST", f"/room/{token}/participants/active")
    joined = guest.ask("POST", f"/call/{token}", flags=IN_CALL)

    assert (status, room["participantType"], len(room["sessionId"])) == (200, 4, 512)
    assert joined == (200, None)
    assert people_in(guest, token) == [("users", "Alice"), ("guests", "")]


def test_flags_change(public_room):
    token, alice = public_room
    alice.ask("POST", f"/call/{token}", flags=AUDIO_VIDEO)

    assert alice.ask("PUT", f"/call/{token}", flags=AUDIO) == (200, None)

    _status, participants = alice.ask("GET", f"/room/{token}/participants")
    assert [participant["inCall"] for participant in participants] == [AUDIO]


def test_leaving_last_ends_the_call(public_room):
    token, alice = public_room
    alice.ask("POST", f"/call/{token}")

    assert alice.ask("DELETE", f"/call/{token}") == (200, None)

    assert people_in(alice, token) == []
    assert call_of(alice, token) == (False, 0, False)


def test_moderator_ends_the_call_for_all(public_room, visit):
    token, alice = public_room
    guest = visit()
    guest.ask("POST", f"/room/{token}/participants/active")
    guest.ask("POST", f"/call/{token}")
    alice.ask("POST", f"/call/{token}")

    assert alice.ask("DELETE", f"/call/{token}", all=True) == (200, None)

    assert people_in(guest, token) == []


@pytest.mark.django_db(transaction=True)
def test_ringing_reaches_an_added_user(public_room, visit, heard):
    token, alice = public_room
    bob = visit("Bob")
    alice.ask("POST", f"/room/{token}/participants", newParticipant="bob@example.org")
    alice.ask("POST", f"/call/{token}")
    _status, participants = alice.ask("GET", f"/room/{token}/participants")
    target = next(p["attendeeId"] for p in participants if p["actorId"] == "bob@example.org")

    status, _none = bob.ask("GET", f"/call/{token}/notification-state")
    assert alice.ask("POST", f"/call/{token}/ring/{target}") == (200, None)

    assert status == 200
    rung = [arguments for name, arguments in heard if name == "call_rung"]
    assert [arguments["attendee"].pk for arguments in rung] == [target]


def test_one_to_one_is_refilled_by_a_call(any_sessions, visit):
    alice, bob = visit("Alice"), visit("Bob")
    _status, room = alice.ask("POST", "/room", roomType=1, invite="bob@example.org")
    alice.ask("POST", f"/room/{room['token']}/participants/active")

    alice.ask("POST", f"/call/{room['token']}")

    _status, rooms = bob.ask("GET", "/room")
    assert [(r["token"], r["displayName"], r["participantType"]) for r in rooms] == [
        (room["token"], "Alice", 1)
    ]


def test_two_browsers_of_one_user_are_two_peers(public_room, visit):
    token, alice = public_room
    laptop = visit(get_user_model().objects.get(email="alice@example.org"))
    laptop.ask("POST", f"/room/{token}/participants/active")
    laptop.ask("POST", f"/call/{token}")

    alice.ask("POST", f"/call/{token}")

    assert people_in(alice, token) == [("users", "Alice"), ("users", "Alice")]


def test_logout_leaves_the_call(public_room, visit):
    token, alice = public_room
    guest = visit()
    guest.ask("POST", f"/room/{token}/participants/active")
    guest.ask("POST", f"/call/{token}")
    alice.ask("POST", f"/call/{token}")

    alice.logout()

    assert people_in(guest, token) == [("guests", "")]


def test_guest_who_logs_in_keeps_the_browser(public_room, visit, person):
    token, _alice = public_room
    browser = visit()
    browser.ask("POST", f"/room/{token}/participants/active")
    person("Bob")
    assert browser.login(username="bob@example.org", password="secret")

    status, room = browser.ask("POST", f"/room/{token}/participants/active")

    assert (status, room["actorId"], room["participantType"]) == (200, "bob@example.org", 5)


def test_notification_leads_to_the_page_below_the_site_s_prefix(any_sessions, visit):
    alice, bob = visit("Alice"), visit("Bob")
    _status, room = alice.ask(
        "POST", "/room", roomType=2, participants={"users": ["bob@example.org"]}
    )

    listed = bob.get("/community/ocs/v2.php/apps/notifications/api/v2/notifications")

    (told,) = listed.json()["ocs"]["data"]
    page = f"http://testserver/community/call/{room['token']}"
    assert (told["link"], told["actions"][0]["link"]) == (page, page)
