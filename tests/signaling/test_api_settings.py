"""``GET /signaling/settings`` (signaling.md §1)."""

import base64
import hashlib
import hmac
import time

import jwt
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk import session
from talk.actor import Actor
from talk.models import Session
from talk.signaling import ticket
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, UserFactory
from tests.signaling.keys import EC_KEY, ED25519_KEY, P384_KEY, RSA_KEY

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v3/signaling/settings"
CAPABILITIES = "/ocs/v2.php/cloud/capabilities"
FIRST = {"url": "https://one.example.org/hpb", "secret": "1" * 32}
SECOND = {"url": "wss://two.example.org", "secret": "2" * 32}


def ask(client, token="", **extra):
    return client.get(URL, {"token": token} if token else {}, **extra)


def settings_of(client, token=""):
    response = ask(client, token)
    assert response.status_code == 200
    return data_of(response)


# Without a signaling server.


def test_a_member_gets_everything_that_internal_signaling_needs(sign_in):
    seat = AttendeeFactory()

    data = settings_of(sign_in(seat), seat.room.token)

    params = data["helloAuthParams"]
    assert data == {
        "signalingMode": "internal",
        "userId": seat.actor_id,
        "hideWarning": False,
        "server": "",
        "ticket": params["1.0"]["ticket"],
        "helloAuthParams": {
            "1.0": {"userid": seat.actor_id, "ticket": params["1.0"]["ticket"]},
            "2.0": {"token": ""},
        },
        "federation": None,
        "stunservers": [],
        "turnservers": [],
        "sipDialinInfo": "",
    }
    assert ticket.user_of(data["ticket"]) == seat.actor_id


def test_a_guest_of_a_public_room_is_nobody(guest_client):
    room = RoomFactory(public=True)

    data = settings_of(guest_client, room.token)

    assert data["userId"] is None
    assert data["helloAuthParams"]["1.0"]["userid"] is None
    assert ticket.user_of(data["ticket"]) == ""


def test_without_a_room_there_are_settings_for_everybody(guest_client):
    assert settings_of(guest_client)["signalingMode"] == "internal"


def test_the_warning_can_be_hidden(settings, guest_client):
    settings.TALK_HIDE_SIGNALING_WARNING = True

    assert settings_of(guest_client)["hideWarning"] is True


def test_xml_carries_the_same(guest_client):
    response = guest_client.get(URL, {"format": "xml"})

    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert b"<signalingMode>internal</signalingMode>" in response.content


# Who may ask.


def test_an_unknown_room_is_not_found(guest_client):
    response = ask(guest_client, "nowhere0")

    assert (response.status_code, data_of(response)) == (404, None)


def test_a_room_of_others_is_not_found(sign_in):
    room = AttendeeFactory().room

    response = ask(sign_in(UserFactory()), room.token)

    assert (response.status_code, data_of(response)) == (404, None)


def test_a_token_that_is_none_is_not_found(guest_client):
    assert ask(guest_client, "../etc").status_code == 404


def test_guessing_tokens_is_throttled(settings, guest_client):
    settings.TALK_THROTTLE = {"attempts": 2, "seconds": 60}
    public = RoomFactory(public=True)

    statuses = [ask(guest_client, f"nowhere{n}").status_code for n in range(3)]

    assert statuses == [404, 404, 429]
    assert ask(guest_client, public.token).status_code == 429


def test_members_do_not_pay_for_others_guesses(settings, sign_in, guest_client):
    settings.TALK_THROTTLE = {"attempts": 1, "seconds": 60}
    seat = AttendeeFactory()
    ask(guest_client, "nowhere0")

    assert ask(sign_in(seat), seat.room.token).status_code == 200


@pytest.mark.parametrize("header", ["Talk-Recording-Random", "Talk-Recording-Checksum"])
def test_nobody_can_be_a_recording_server(guest_client, header):
    response = ask(guest_client, headers={header: "0" * 64})

    assert (response.status_code, data_of(response)) == (401, None)


# STUN and TURN.


def test_stun_servers_come_in_one_entry(settings, guest_client):
    settings.TALK_STUN_SERVERS = ["stun.example.org:3478", "stun:[2001:db8::1]:443"]

    assert settings_of(guest_client)["stunservers"] == [
        {"urls": ["stun:stun.example.org:3478", "stun:[2001:db8::1]:443"]}
    ]


def test_a_turn_server_gets_an_address_for_each_scheme_and_protocol(settings, guest_client):
    settings.TALK_TURN_SERVERS = [
        {
            "server": "turn.example.org:443",
            "schemes": "turn,turns",
            "protocols": "udp,tcp",
            "username": "fixed",
            "credential": "also fixed",
        }
    ]

    assert settings_of(guest_client)["turnservers"] == [
        {
            "urls": [
                "turn:turn.example.org:443?transport=udp",
                "turn:turn.example.org:443?transport=tcp",
                "turns:turn.example.org:443?transport=udp",
                "turns:turn.example.org:443?transport=tcp",
            ],
            "username": "fixed",
            "credential": "also fixed",
        }
    ]


def test_turn_credentials_are_made_from_the_shared_secret(settings, guest_client):
    settings.TALK_TURN_SERVERS = [{"server": "turn.example.org:3478", "secret": "sesame"}]

    (entry,) = settings_of(guest_client)["turnservers"]

    expiry, random = entry["username"].split(":")
    digest = hmac.new(b"sesame", entry["username"].encode(), hashlib.sha1).digest()
    assert abs(int(expiry) - time.time() - 24 * 60 * 60) < 60
    assert len(random) == 16
    assert entry["credential"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize("missing", ["server", "schemes", "protocols"])
def test_an_incomplete_turn_server_is_left_out(settings, guest_client, missing):
    settings.TALK_TURN_SERVERS = [
        {"server": "turn.example.org:3478", "secret": "s"} | {missing: ""}
    ]

    assert settings_of(guest_client)["turnservers"] == []


# With signaling servers.


def test_with_one_server_rooms_meet_there(settings, sign_in):
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    seat = AttendeeFactory()

    data = settings_of(sign_in(seat), seat.room.token)

    assert (data["signalingMode"], data["server"], data["hideWarning"]) == (
        "external",
        FIRST["url"],
        True,
    )


def test_the_site_can_insist_on_internal_signaling(settings, guest_client):
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    settings.TALK_SIGNALING_MODE = "internal"

    data = settings_of(guest_client)

    assert (data["signalingMode"], data["server"]) == ("internal", "")


def test_several_servers_are_a_cluster_and_a_room_has_one_of_them(settings, guest_client):
    settings.TALK_SIGNALING_SERVERS = [FIRST, SECOND]
    rooms = [RoomFactory(public=True) for _number in range(20)]

    found = [settings_of(guest_client, room.token) for room in rooms]
    again = [settings_of(guest_client, room.token) for room in rooms]

    assert {data["signalingMode"] for data in found} == {"conversation_cluster"}
    assert {data["server"] for data in found} == {FIRST["url"], SECOND["url"]}
    assert [data["server"] for data in again] == [data["server"] for data in found]


def test_nodes_on_one_bus_share_all_rooms(settings, guest_client):
    settings.TALK_SIGNALING_SERVERS = [FIRST, SECOND]
    settings.TALK_SIGNALING_MODE = "external"
    room = RoomFactory(public=True)

    found = [settings_of(guest_client, room.token) for _time in range(40)]

    assert {data["signalingMode"] for data in found} == {"external"}
    assert {data["server"] for data in found} == {FIRST["url"], SECOND["url"]}


# A room stays where it is while anybody is in it.


def enter(seat, holder):
    return session.enter(seat.room, Actor(seat.user, holder=holder))


def test_those_who_polled_before_there_was_a_server_go_on_polling(settings, sign_in):
    seat = AttendeeFactory()
    enter(seat, "before")
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    enter(seat, "after")

    assert settings_of(sign_in(seat), seat.room.token)["signalingMode"] == "internal"


def test_a_room_that_is_empty_moves_to_the_server(settings, sign_in):
    seat = AttendeeFactory()
    session.leave(enter(seat, "before"))
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    enter(seat, "after")

    assert settings_of(sign_in(seat), seat.room.token)["server"] == FIRST["url"]


def test_a_new_server_takes_no_room_that_is_in_use(settings, sign_in):
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    seats = [AttendeeFactory() for _number in range(10)]
    for seat in seats:
        enter(seat, f"first-in-{seat.pk}")
    settings.TALK_SIGNALING_SERVERS = [FIRST, SECOND]
    for seat in seats:
        enter(seat, f"second-in-{seat.pk}")

    homes = {settings_of(sign_in(seat), seat.room.token)["server"] for seat in seats}

    assert homes == {FIRST["url"]}


def test_the_rooms_of_a_server_that_is_gone_move(settings, sign_in):
    settings.TALK_SIGNALING_SERVERS = [SECOND]
    seat = AttendeeFactory()
    enter(seat, "before")
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    enter(seat, "after")

    assert settings_of(sign_in(seat), seat.room.token)["server"] == FIRST["url"]
    seat.room.refresh_from_db()
    assert seat.room.signaling_server == FIRST["url"]


def test_a_server_that_is_switched_off_is_forgotten_by_the_next_to_come(settings):
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    seat = AttendeeFactory()
    enter(seat, "before")
    settings.TALK_SIGNALING_SERVERS = []
    enter(seat, "after")

    seat.room.refresh_from_db()
    assert seat.room.signaling_server == ""


def test_joining_pins_without_asking_for_others(settings, django_assert_num_queries):
    """The first one writes the pin, later ones find it in the row they have locked anyway."""
    seat = AttendeeFactory()
    enter(seat, "a")
    with CaptureQueriesContext(
        connection,
    ) as without:
        enter(seat, "b")
    Session.objects.all().delete()
    settings.TALK_SIGNALING_SERVERS = [FIRST]
    enter(seat, "a")

    with django_assert_num_queries(len(without)):
        enter(seat, "b")


# Hello tokens.


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(EC_KEY, "ES256"), (P384_KEY, "ES384"), (RSA_KEY, "RS256"), (ED25519_KEY, "EdDSA")],
)
def test_a_token_says_who_the_user_is(settings, sign_in, key, algorithm):
    settings.TALK_HELLO_KEY = key
    settings.TALK_SITE_URL = "https://example.org/talk"
    user = UserFactory()

    token = settings_of(sign_in(user))["helloAuthParams"]["2.0"]["token"]

    public = data_of(sign_in(user).get(CAPABILITIES))["capabilities"]["spreed"]["config"][
        "signaling"
    ]["hello-v2-token-key"]
    claims = jwt.decode(token, public, algorithms=[algorithm])
    assert jwt.get_unverified_header(token)["alg"] == algorithm
    assert claims == {
        "iss": "https://example.org/talk/",
        "iat": claims["iat"],
        "exp": claims["iat"] + 65,
        "sub": user.get_username(),
        "userdata": {"displayname": user.get_full_name()},
    }
    assert 0 < time.time() - claims["iat"] < 60


def test_a_token_of_a_guest_names_nobody(settings, guest_client):
    settings.TALK_HELLO_KEY = EC_KEY

    token = settings_of(guest_client)["helloAuthParams"]["2.0"]["token"]

    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {"iss", "iat", "exp"}
    assert claims["iss"] == "http://testserver/"


def test_a_key_may_be_in_a_file(settings, guest_client, tmp_path):
    path = tmp_path / "hello.pem"
    path.write_text(EC_KEY)
    settings.TALK_HELLO_KEY = str(path)

    assert settings_of(guest_client)["helloAuthParams"]["2.0"]["token"] != ""


def test_without_the_libraries_there_is_no_token(settings, guest_client, monkeypatch):
    settings.TALK_HELLO_KEY = EC_KEY
    monkeypatch.setattr("talk.signaling.token.is_installed", lambda: False)

    assert settings_of(guest_client)["helloAuthParams"]["2.0"] == {"token": ""}


def test_a_broken_key_is_logged_and_harms_nobody(settings, guest_client, caplog):
    settings.TALK_HELLO_KEY = "no such file"

    assert settings_of(guest_client)["helloAuthParams"]["2.0"] == {"token": ""}
    assert [record.name for record in caplog.records] == ["talk.signaling"]


def test_a_site_with_servers_signs_without_a_key_of_its_own(settings, guest_client):
    settings.TALK_SIGNALING_SERVERS = [{"url": "https://hpb.example.org", "secret": "s" * 32}]

    def shown():
        token = settings_of(guest_client)["helloAuthParams"]["2.0"]["token"]
        spreed = data_of(guest_client.get(CAPABILITIES))["capabilities"]["spreed"]
        return token, spreed["config"]["signaling"]["hello-v2-token-key"]

    token, public = shown()
    settings.SECRET_KEY = "another site's"
    _token, elsewhere = shown()

    jwt.decode(token, public, algorithms=["ES256"])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, elsewhere, algorithms=["ES256"])


def test_capabilities_name_no_key_without_one(guest_client):
    config = data_of(guest_client.get(CAPABILITIES))["capabilities"]["spreed"]["config"]

    assert config["signaling"] == {"session-ping-limit": 200, "mode": "internal"}
