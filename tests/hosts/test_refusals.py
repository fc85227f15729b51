"""Refusals carry Talk's statuses and envelopes, whatever the host does with errors of its own."""

import pytest

from talk import lobby
from talk import room as rooms
from talk.models import Room


@pytest.fixture
def meeting(visit):
    """Alice's public room, as model and token, with Alice's and a guest's browser in it."""
    alice, guest = visit("Alice"), visit()
    _status, room = alice.ask("POST", "/room", roomType=3, roomName="Runde")
    for browser in (alice, guest):
        browser.ask("POST", f"/room/{room['token']}/participants/active")
    return Room.objects.get(token=room["token"]), alice, guest


@pytest.mark.parametrize(
    ("method", "body"), [("GET", {}), ("POST", {}), ("PUT", {"flags": 1}), ("DELETE", {})]
)
def test_lobby_refuses_guests(meeting, method, body):
    room, _alice, guest = meeting
    lobby.enable(room)

    assert guest.ask(method, f"/call/{room.token}", **body) == (412, [])


def test_lobby_lets_the_owner_in(meeting):
    room, alice, _guest = meeting
    lobby.enable(room)

    assert alice.ask("POST", f"/call/{room.token}") == (200, None)


def test_lobby_is_switched_by_the_owner(meeting):
    room, alice, guest = meeting

    status, changed = alice.ask("PUT", f"/room/{room.token}/webinar/lobby", state=1)

    assert (status, changed["lobbyState"]) == (200, 1)
    assert guest.ask("POST", f"/call/{room.token}") == (412, [])


@pytest.mark.parametrize(
    ("method", "body"), [("GET", {}), ("POST", {}), ("PUT", {"flags": 1}), ("DELETE", {})]
)
def test_read_only_refuses_everybody(meeting, method, body):
    room, alice, _guest = meeting
    rooms.make_read_only(room)

    assert alice.ask(method, f"/call/{room.token}", **body) == (403, [])


def test_unknown_room_is_not_found(visit):
    assert visit().ask("GET", "/call/nosuchroom") == (404, [])


def test_room_of_others_is_not_found(visit):
    _status, room = visit("Alice").ask("POST", "/room", roomType=2, roomName="Privat")

    assert visit("Bob").ask("GET", f"/room/{room['token']}") == (404, [])


def test_joining_the_call_needs_a_session(visit):
    alice = visit("Alice")
    _status, room = alice.ask("POST", "/room", roomType=2, roomName="Runde")

    assert alice.ask("POST", f"/call/{room['token']}") == (404, None)


def test_flags_out_of_range_are_named(meeting):
    room, alice, _guest = meeting

    assert alice.ask("POST", f"/call/{room.token}", flags=16) == (400, {"error": "flags"})


def test_refused_join_leaves_nothing_behind(meeting):
    room, _alice, guest = meeting
    lobby.enable(room)

    guest.ask("POST", f"/call/{room.token}")

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)
    assert list(room.sessions.values_list("in_call", flat=True)) == [0, 0]


def test_wrong_password_seats_nobody(meeting, visit):
    room, alice, _guest = meeting
    alice.ask("PUT", f"/room/{room.token}/password", password="offen-1234-sesam")
    before = room.attendees.count()

    answer = visit().ask("POST", f"/room/{room.token}/participants/active", password="falsch")

    assert answer == (403, {"error": "password"})
    assert room.attendees.count() == before


def test_ringing_needs_a_moderator(meeting):
    room, alice, guest = meeting
    alice.ask("POST", f"/call/{room.token}")
    seat = room.attendees.get(actor_id="alice@example.org")

    assert guest.ask("POST", f"/call/{room.token}/ring/{seat.pk}") == (403, [])


def test_creating_a_room_needs_an_account(visit):
    assert visit().ask("POST", "/room", roomType=2, roomName="x") == (401, {"error": "auth"})


def test_listing_rooms_needs_an_account(visit):
    response = visit().get("/community/ocs/v2.php/apps/spreed/api/v4/room")

    assert (response.status_code, response.json()) == (
        401,
        {
            "ocs": {
                "meta": {
                    "status": "failure",
                    "statuscode": 997,
                    "message": "Current user is not logged in",
                },
                "data": [],
            }
        },
    )


def test_page_without_account_leads_to_the_host_s_own_door(visit):
    response = visit().get(
        "/community/ocs/v2.php/apps/spreed/api/v4/room", headers={"accept": "text/html"}
    )

    assert (response.status_code, response["Location"]) == (
        302,
        "/community/door/?next=/community/ocs/v2.php/apps/spreed/api/v4/room",
    )


@pytest.mark.parametrize(
    ("version", "http", "code"), [("v1", 200, 998), ("v2", 404, 998)], ids=["v1", "v2"]
)
def test_unknown_route_is_ours(visit, version, http, code):
    response = visit().get(f"/community/ocs/{version}.php/apps/spreed/api/v3/room")

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (http, code)


def test_wrong_method_has_an_empty_body(visit):
    response = visit().patch("/community/ocs/v2.php/apps/spreed/api/v4/room")

    assert (response.status_code, response.content) == (405, b"")


def test_every_row_of_a_list_is_sent(visit):
    alice = visit("Alice")
    for name in ("eins", "zwei", "drei"):
        alice.ask("POST", "/room", roomType=2, roomName=name)

    _status, rooms_found = alice.ask("GET", "/room")

    assert [room["name"] for room in rooms_found] == ["eins", "zwei", "drei"]


def test_answers_are_not_kept_by_the_site_s_cache(meeting):
    room, alice, _guest = meeting
    _status, before = alice.ask("GET", f"/room/{room.token}")

    rooms.rename(room, "Anders")

    _status, after = alice.ask("GET", f"/room/{room.token}")
    assert (before["name"], after["name"]) == ("Runde", "Anders")


def test_etags_do_not_shorten_answers(meeting):
    room, alice, _guest = meeting
    path = f"/community/ocs/v2.php/apps/spreed/api/v4/call/{room.token}"
    etag = alice.get(path).headers.get("ETag", '"x"')

    assert alice.get(path, headers={"if-none-match": etag}).status_code == 200
