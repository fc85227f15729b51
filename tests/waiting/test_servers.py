"""Polls on every server that a site may run."""

import time

import pytest

from tests.waiting.conftest import SERVERS, Browser, kinds_of, stop, until

WAITING = [name for name in SERVERS if name != "gunicorn without threads"]
STOPPING = ["uvicorn", "granian"]  # daphne drops all connections


@pytest.mark.parametrize("server", WAITING)
def test_a_poll_waits_until_there_is_news(site, pair, server):
    alice, bob = pair(site.start(server).address)
    poll = bob.poll()
    time.sleep(1)
    assert not poll.is_over

    alice.send((bob, {"sid": "1"}))

    assert kinds_of(poll.result()) == (200, ["message", "usersInRoom"])
    poll = bob.poll()
    time.sleep(1)
    assert not poll.is_over

    alice.call()

    status, (users,) = poll.result()
    assert (status, [user["inCall"] for user in users["data"]]) == (200, [3, 0])


@pytest.mark.parametrize("server", WAITING)
def test_a_poll_without_news_ends_after_a_while(site, pair, server):
    _alice, bob = pair(site.start(server, TALK_SIGNALING_HOLD="2").address)
    began = time.monotonic()

    answer = bob.pull()

    assert kinds_of(answer) == (200, ["usersInRoom"])
    # Up to a tenth less than the two seconds, so that several polls may end together.
    assert time.monotonic() - began >= 1.75


def test_a_worker_without_threads_answers_at_once(site, pair):
    alice, bob = pair(site.start("gunicorn without threads").address)

    alice.send((bob, {"sid": "1"}))

    assert kinds_of(bob.pull()) == (200, ["message", "usersInRoom"])
    assert kinds_of(bob.pull()) == (200, ["usersInRoom"])


@pytest.mark.parametrize("server", ["gunicorn with threads", "runserver"])
def test_threads_hold_no_more_polls_than_they_are_told_to(site, pair, server):
    address = site.start(server, TALK_SIGNALING_MAX_HELD="2").address
    alice, bob = pair(address)
    carol = Browser(address, "carol").enter(alice.token)
    for browser in (alice, bob, carol):
        browser.pull()

    polls = [browser.poll() for browser in (alice, bob, carol)]

    until(lambda: sum(poll.is_over for poll in polls) == 1)
    time.sleep(1)
    assert sum(poll.is_over for poll in polls) == 1
    assert Browser(address).ask("GET", "/").status_code == 200


@pytest.mark.parametrize("server", WAITING)
def test_a_room_that_is_deleted_ends_its_polls(site, pair, server):
    alice, bob = pair(site.start(server).address)
    poll = bob.poll()
    time.sleep(1)

    alice.ask("DELETE", f"/ocs/v2.php/apps/spreed/api/v4/room/{alice.token}")

    assert poll.result() == (404, [{"type": "usersInRoom", "data": []}])


@pytest.mark.parametrize("server", STOPPING)
def test_a_server_that_stops_answers_whoever_waits(site, pair, server):
    process = site.start(server)
    _alice, bob = pair(process.address)
    poll = bob.poll()
    time.sleep(1)

    stop(process)

    assert kinds_of(poll.result()) == (200, ["usersInRoom"])
    process.wait(30)


def test_the_same_browser_elsewhere_ends_the_poll(site, pair):
    _alice, bob = pair(site.start().address)
    poll = bob.poll()
    time.sleep(1)

    again = Browser(bob.address, "bob")
    again.http.cookies = bob.http.cookies
    again.enter(bob.token)

    assert poll.result() == (409, [{"type": "usersInRoom", "data": []}])


def test_leaving_ends_the_poll(site, pair):
    _alice, bob = pair(site.start().address)
    poll = bob.poll()
    time.sleep(1)

    again = Browser(bob.address, "bob")
    again.http.cookies = bob.http.cookies
    again.ask("DELETE", f"/ocs/v2.php/apps/spreed/api/v4/room/{bob.token}/participants/active")

    assert poll.result() == (404, [{"type": "usersInRoom", "data": []}])


def test_chat_is_waited_for_as_long_as_the_client_says(site, pair):
    _alice, bob = pair(site.start().address)
    began = time.monotonic()

    response = bob.ask(
        "GET",
        f"/ocs/v2.php/apps/spreed/api/v1/chat/{bob.token}",
        params={"lookIntoFuture": 1, "timeout": 2},
    )

    assert (response.status_code, response.content) == (304, b"")
    assert time.monotonic() - began >= 2
