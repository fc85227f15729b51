"""Clients, a real signaling server, and the site: what each hears of the others."""

import time
import urllib.error
import urllib.request

import pytest

from tests.hpb.real.client import Client

JOIN = "v4/call/{}"


def wait_until(what, seconds=20):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


@pytest.fixture
def token(site):
    return site.visitor("alice").room("bob")


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("user", ["alice", None])
def test_users_and_guests_say_hello(site, token, user, version):
    visitor = site.visitor(user)
    settings = visitor.settings(token)
    client = Client(settings["server"], site.url)

    answer = client.hello(settings, version)

    assert answer["type"] == "hello"
    assert answer["hello"]["userid"] == (user or "")
    client.close()


def test_a_forged_ticket_is_refused_in_the_words_of_the_site(site, token):
    settings = site.visitor("alice").settings(token)
    settings["helloAuthParams"]["1.0"]["userid"] = "bob"
    client = Client(settings["server"], site.url)

    answer = client.hello(settings, "1.0")

    assert answer["error"]["code"] == "invalid_ticket"
    client.close()


def test_a_token_of_another_site_is_refused(site, other_site, token):
    settings = other_site.visitor("alice").settings(other_site.visitor("alice").room())
    settings["helloAuthParams"]["2.0"]["token"] += "x"
    client = Client(settings["server"], site.url)

    answer = client.hello(settings, "2.0")

    assert answer["error"]["code"] == "invalid_token"
    client.close()


def test_those_in_the_room_see_each_other(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")

    (joined,) = alice.client.wait_for_event(
        "room", "join", lambda joined: joined[0]["sessionid"] == bob.id
    )

    assert joined["userid"] == "bob"
    assert joined["roomsessionid"] == bob.talk_session_id
    assert joined["user"] == {"displayname": "Bob Baker"}


def test_nobody_enters_with_the_session_of_somebody_else(arrive, site, token):
    alice = arrive(token, "alice")
    mallory = site.visitor("carol")
    settings = mallory.settings(token)
    client = Client(settings["server"], site.url)
    client.hello(settings, "2.0")

    answer = client.join(token, alice.talk_session_id)

    assert answer["error"]["code"] == "no_such_room"
    client.close()


def test_joining_the_call_is_heard_by_all(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")

    assert bob.api("POST", JOIN.format(token), flags=7)[0] == 200

    update = alice.client.wait_for_in_call(**{bob.id: 7})
    (entry,) = update["users"]
    assert entry["nextcloudSessionId"] == bob.talk_session_id
    assert (entry["actorType"], entry["actorId"], entry["userId"]) == ("users", "bob", "bob")
    bob.client.wait_for_in_call(**{bob.id: 7})


def test_new_flags_and_leaving_are_heard_by_all(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    for person in (alice, bob):
        person.api("POST", JOIN.format(token), flags=7)
    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 7})

    bob.api("PUT", JOIN.format(token), flags=3)
    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 3})
    bob.api("DELETE", JOIN.format(token))

    alice.client.wait_for_in_call(**{alice.id: 7, bob.id: 0})


def test_the_end_for_everyone_is_heard_once(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    for person in (alice, bob):
        person.api("POST", JOIN.format(token), flags=7)

    assert alice.api("DELETE", JOIN.format(token) + "?all=true")[0] == 200

    update = bob.client.wait_for_event("participants", "update", lambda told: told.get("all"))
    assert update == {"roomid": token, "incall": 0, "all": True}


def test_a_renamed_room_is_heard(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")

    alice.api("PUT", f"v4/room/{token}", roomName="Coffee")

    told = bob.client.wait_for(lambda told: told["type"] == "room")
    assert told["room"]["properties"]["name"] == "Coffee"
    bob.client.wait_for_event("roomlist", "update")


def test_withdrawn_permissions_reach_the_server(arrive, token):
    alice, guest = arrive(token, "alice"), arrive(token)
    _, people = alice.api("GET", f"v4/room/{token}/participants")
    (seat,) = [each for each in people if each["actorType"] == "guests"]
    guest.api("POST", JOIN.format(token), flags=7)
    guest.client.wait_for_in_call(**{guest.id: 7})

    alice.api(
        "PUT",
        f"v4/room/{token}/attendees/permissions",
        attendeeId=seat["attendeeId"],
        method="set",
        permissions=1,
    )

    def is_told(update):
        return any(user.get("participantPermissions") == 1 for user in update.get("users", []))

    guest.client.wait_for_event("participants", "update", is_told)


def test_somebody_who_is_removed_is_put_out_by_the_server(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    _, people = alice.api("GET", f"v4/room/{token}/participants")
    (seat,) = [each for each in people if each["actorId"] == "bob"]

    alice.api("DELETE", f"v4/room/{token}/attendees?attendeeId={seat['attendeeId']}")

    told = bob.client.wait_for_event("roomlist", "disinvite")
    assert (told["roomid"], told["reason"]) == (token, "disinvited")
    assert bob.client.is_closed_by_server()


def test_a_guest_who_is_removed_is_put_out_by_the_server(arrive, token):
    alice, guest = arrive(token, "alice"), arrive(token)
    _, people = alice.api("GET", f"v4/room/{token}/participants")
    (seat,) = [each for each in people if each["actorType"] == "guests"]

    alice.api("DELETE", f"v4/room/{token}/attendees?attendeeId={seat['attendeeId']}")

    guest.client.wait_for_event("roomlist", "disinvite")
    assert guest.client.is_closed_by_server()


def test_a_deleted_room_is_heard(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")

    alice.api("DELETE", f"v4/room/{token}")

    told = bob.client.wait_for_event("roomlist", "disinvite")
    assert (told["roomid"], told["reason"]) == (token, "deleted")


def test_somebody_added_hears_of_it_in_another_room(arrive, site, token):
    bob = arrive(token, "bob")

    other = site.visitor("alice").room("bob")

    told = bob.client.wait_for_event("roomlist", "invite")
    assert told["roomid"] == other


def test_pings_of_the_server_keep_sessions_alive(arrive, token):
    alice = arrive(token, "alice")
    alice.api("POST", JOIN.format(token), flags=7)
    (before,) = alice.peers(token)

    wait_until(lambda: alice.peers(token)[0]["lastPing"] > before["lastPing"], 40)


def test_a_client_that_says_goodbye_has_left(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    bob.api("POST", JOIN.format(token), flags=7)
    alice.client.wait_for_in_call(**{bob.id: 7})

    bob.client.close()

    alice.client.wait_for_event("room", "leave", lambda left: bob.id in left)
    wait_until(lambda: alice.peers(token) == [])


def test_a_client_that_crashed_is_missed_after_a_while(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    bob.api("POST", JOIN.format(token), flags=7)
    alice.client.wait_for_in_call(**{bob.id: 7})

    bob.client.drop()

    assert alice.peers(token) != []
    wait_until(lambda: alice.peers(token) == [], 60)


def test_a_connection_that_broke_is_resumed_without_anybody_noticing(arrive, token):
    alice, bob = arrive(token, "alice"), arrive(token, "bob")
    before = bob.id
    bob.client.drop()
    alice.api("PUT", f"v4/room/{token}", roomName="Meanwhile")

    bob.client.resume()

    assert bob.client.session_id == before
    told = bob.client.wait_for(lambda told: told["type"] == "room")
    assert told["room"]["properties"]["name"] == "Meanwhile"


def test_messages_reach_their_recipient_and_nobody_else(arrive, token):
    alice, bob, guest = arrive(token, "alice"), arrive(token, "bob"), arrive(token)

    alice.client.message(bob.id, type="nickChanged", payload={"name": "Alice"})

    told = bob.client.wait_for(lambda told: told["type"] == "message")
    assert told["message"]["sender"]["sessionid"] == alice.id
    alice.client.message(guest.id, type="nickChanged", payload={"name": "Al"})
    told = guest.client.wait_for(lambda told: told["type"] == "message")
    assert told["message"]["data"]["payload"] == {"name": "Al"}


def test_a_page_that_was_reloaded_replaces_its_session(arrive, token):
    alice = arrive(token, "alice")
    before = alice.client

    alice.enter(token)

    before.wait_for_event("roomlist", "disinvite")
    assert before.is_closed_by_server()


# Two sites.


def told_tokens(client):
    """Of which rooms a client has been told, besides what it waited for."""
    client.wait_for_event("roomlist", "update")
    events = [told["event"] for told in client.heard if told["type"] == "event"]
    lists = [event[event["type"]] for event in events if event["target"] == "roomlist"]
    rooms = [told["room"] for told in client.heard if told["type"] == "room"]
    return {each["roomid"] for each in lists + rooms}


def test_two_sites_on_one_server_do_not_hear_each_other(arrive, site, other_site, token):
    other_token = other_site.visitor("alice").room("bob")
    here, there = arrive(token, "alice"), arrive(other_token, "alice", at=other_site)

    here.api("PUT", f"v4/room/{token}", roomName="Here")
    here.client.wait_for(lambda told: told["type"] == "room")
    there.api("PUT", f"v4/room/{other_token}", roomName="There")
    there.client.wait_for(lambda told: told["type"] == "room")

    # Alice is known to both by the same name.
    assert told_tokens(here.client) <= {token}
    assert told_tokens(there.client) <= {other_token}


# What the server thinks of bad requests.


def test_a_wrong_checksum_is_refused(servers, token):
    request = urllib.request.Request(
        f"{servers.urls[0]}/api/v1/room/{token}",
        data=b'{"type": "update", "update": {"userids": []}}',
        headers={
            "Content-Type": "application/json",
            "Spreed-Signaling-Random": "0" * 64,
            "Spreed-Signaling-Checksum": "0" * 64,
        },
    )

    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request)

    assert refusal.value.code == 403
    refusal.value.close()
