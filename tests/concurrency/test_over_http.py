"""The same crowd, through the doors: each client a browser with a cookie of its own."""

from functools import partial

import pytest
from django.db import connection

from talk.models import Attendee, Room, Session
from tests.concurrency.conftest import PATIENCE
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory

CROWD = 50
ROUNDS = 2
API = "/ocs/v2.php/apps/spreed/api/v4"


def visit(client, token):
    """Enter the room, join the call, look around, leave the call, leave the room."""
    seen = []
    for _turn in range(ROUNDS):
        entered = client.post(f"{API}/room/{token}/participants/active")
        me = data_of(entered)["sessionId"]
        joined = client.post(f"{API}/call/{token}", {"flags": 3})
        peers = client.get(f"{API}/call/{token}")
        room = data_of(client.get(f"{API}/room/{token}"))
        left = client.delete(f"{API}/call/{token}")
        gone = client.delete(f"{API}/room/{token}/participants/active")
        seen.append(
            (
                [response.status_code for response in (entered, joined, peers, left, gone)],
                [peer["sessionId"] for peer in data_of(peers)].count(me),
                (room["hasCall"], room["callFlag"] & 3, room["callStartTime"] > 0),
            )
        )
    return seen


@pytest.fixture(params=[False, True], ids=["", "atomic requests"])
def any_transactions(request, monkeypatch):
    """Also as in a site that wraps each request in a transaction."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", request.param)
    if connection.vendor == "sqlite":
        # Waiting for the file is a lottery there: on a busy machine the last of fifty needs long.
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", PATIENCE)


@pytest.mark.usefixtures("any_transactions")
@pytest.mark.parametrize("guests", [True, False], ids=["guests", "users"])
def test_everybody_is_answered_and_nobody_is_left_over(together, count, sign_in, guests):
    room = RoomFactory(public=True)
    clients = [
        TalkClient() if guests else sign_in(AttendeeFactory(room=room)) for _ in range(CROWD)
    ]

    outcomes = together(*(partial(visit, client, room.token) for client in clients))

    assert outcomes == [[([200] * 5, 1, (True, 3, True))] * ROUNDS] * CROWD
    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags, Session.objects.count()) == (None, 0, 0)
    assert count("call_started") == count("call_ended") >= 1
    assert count("call_joined") == count("call_left") == CROWD * ROUNDS


def test_two_tabs_of_one_browser_have_one_session(together, sign_in):
    seat = AttendeeFactory()
    browser = sign_in(seat)
    tabs = [TalkClient() for _ in range(6)]
    for tab in tabs:
        tab.cookies = browser.cookies.copy()
    path = f"{API}/room/{seat.room.token}/participants/active"

    outcomes = together(*(partial(tab.post, path) for tab in tabs))

    assert [outcome.status_code for outcome in outcomes] == [200] * 6
    assert Session.objects.count() == 1


def test_rooms_are_made_by_many_at_once(together, sign_in):
    clients = [sign_in(AttendeeFactory()) for _ in range(20)]
    before = Room.objects.count()

    outcomes = together(
        *(partial(c.post, f"{API}/room", {"roomType": 2, "roomName": "x"}) for c in clients)
    )

    assert [outcome.status_code for outcome in outcomes] == [201] * 20
    assert Room.objects.count() - before == 20
    assert Attendee.objects.filter(room__name="x", participant_type=1).count() == 20
