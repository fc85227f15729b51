"""Servers and sites that go down in the middle of a call."""

import pytest

from tests.hpb.real.client import Client
from tests.hpb.real.test_signaling import JOIN, wait_until

LOG_OUT_EVERYWHERE = """
from talk import session
from talk.models import Session
for each in Session.objects.all():
    session.leave_everywhere(each.holder)
"""


@pytest.fixture
def token(site):
    return site.visitor("alice").room("bob")


def come_back(visitor, site):
    """As a page does whose server was started anew: hello, and into the room with what it has."""
    settings = visitor.settings(visitor.token)
    visitor.client = Client(settings["server"], site.url)
    assert visitor.client.hello(settings, "2.0")["type"] == "hello"
    assert visitor.client.join(visitor.token, visitor.talk_session_id)["type"] == "room"
    visitor.id = visitor.client.session_id


def test_after_a_crash_of_the_server_everybody_is_in_the_call_again(arrive, site, servers, token):
    people = [arrive(token, "alice"), arrive(token, "bob")]
    for person in people:
        person.api("POST", JOIN.format(token), flags=7)
    alice, bob = people
    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 7})

    servers.nodes[0].kill()
    servers.start_node(0)
    for person in people:
        come_back(person, site)

    for person in people:
        person.client.wait_for_in_call(**{alice.id: 7, bob.id: 7})
        person.client.close()


def test_without_a_server_people_join_and_it_hears_of_it_when_it_is_back(
    arrive, site, servers, token
):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")

    servers.nodes[0].kill()
    try:
        assert alice.api("POST", JOIN.format(token), flags=7)[0] == 200
        assert alice.api("PUT", f"v4/room/{token}", roomName="Meanwhile")[0] == 200
    finally:
        servers.start_node(0)
    for person in (alice, bob):
        come_back(person, site)

    bob.client.wait_for_in_call(**{alice.id: 7})
    for person in (alice, bob):
        person.client.close()


def test_after_a_restart_of_the_bus_all_is_heard_again(arrive, servers, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")

    servers.nats.kill()
    assert bob.api("POST", JOIN.format(token), flags=7)[0] == 200
    servers.start_nats()

    alice.client.wait_for_in_call(**{bob.id: 7})


def test_after_a_long_outage_of_the_site_the_call_is_still_there(arrive, site, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    for person in (alice, bob):
        person.api("POST", JOIN.format(token), flags=7)
    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 7})

    site.stop()
    site.pass_time(600)
    site.start()

    assert alice.peers(token) == []
    wait_until(lambda: len(alice.peers(token)) == 2)


def test_whom_the_site_gave_up_is_put_out_by_the_server(arrive, site, token):
    alice, guest = arrive(token, "alice"), arrive(token)
    alice.api("POST", JOIN.format(token), flags=7)
    guest.client.wait_for_in_call(**{alice.id: 7})

    site.pass_time(600, then="talk_cleanup")

    for person in (alice, guest):
        person.client.wait_for_event("roomlist", "disinvite")
        assert person.client.is_closed_by_server()


def test_a_page_that_is_left_open_is_put_out_with_the_logout(arrive, site, token):
    alice = arrive(token, "alice")

    site.manage("shell", "-c", LOG_OUT_EVERYWHERE, check=True)

    alice.client.wait_for_event("roomlist", "disinvite")
    assert alice.client.is_closed_by_server()


def test_a_site_that_is_started_anew_goes_on_with_the_call(arrive, site, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    alice.api("POST", JOIN.format(token), flags=7)
    bob.client.wait_for_in_call(**{alice.id: 7})

    site.stop()
    site.start()
    bob.api("POST", JOIN.format(token), flags=3)

    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 3})
    wait_until(lambda: len(alice.peers(token)) == 2)
