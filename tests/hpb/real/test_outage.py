"""Servers and sites that go down in the middle of a call."""

import pytest

from tests.hpb.real.client import Client
from tests.hpb.real.test_signaling import JOIN, wait_until


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


def test_a_site_that_is_started_anew_goes_on_with_the_call(arrive, site, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    alice.api("POST", JOIN.format(token), flags=7)
    bob.client.wait_for_in_call(**{alice.id: 7})

    site.stop()
    site.start()
    bob.api("POST", JOIN.format(token), flags=3)

    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 3})
    wait_until(lambda: len(alice.peers(token)) == 2)
