"""POST /room (rooms.md §2)."""

import pytest
from django.test import override_settings

from talk.constants import ParticipantType, RoomType
from talk.host import Policy
from talk.models import Attendee, Room
from tests.conftest import data_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room"
STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


class NobodyCreates(Policy):
    """A site where rooms come from elsewhere."""

    def may_create_rooms(self, user):
        return False


@pytest.fixture
def ada():
    return UserFactory(username="ada")


@pytest.fixture
def client(sign_in, ada):
    return sign_in(ada)


def create(client, **parameters):
    response = client.post(URL, parameters, JSON)
    return response.status_code, data_of(response)


# Group and public rooms --------------------------------------------------------------------


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_a_room_is_made_with_its_owner(client, ada, type_):
    status, seen = create(client, roomType=int(type_), roomName="Lounge")

    room, owner = Room.objects.get(), Attendee.objects.get()
    assert status == 201
    assert (room.type, room.name) == (type_, "Lounge")
    assert (owner.user, owner.participant_type) == (ada, ParticipantType.OWNER)
    assert seen == data_of(client.get(f"{URL}/{room.token}"))


def test_a_room_is_a_group_room_unless_told_otherwise(client):
    status, seen = create(client, roomName="Lounge")

    assert (status, seen["type"]) == (201, 2)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("  Lounge\n", "Lounge"),
        ("", "---"),
        ("x" * 255, "x" * 255),
        ("<b>&amp;", "<b>&amp;"),
        ("Ü🎉", "Ü🎉"),
    ],
)
def test_which_name_a_room_gets(client, given, stored):
    create(client, roomName=given)

    assert Room.objects.get().name == stored


def test_a_room_needs_no_parameters(client):
    status, seen = create(client)

    assert (status, seen["type"], seen["name"]) == (201, 2, "---")


@pytest.mark.parametrize(
    "request_",
    [
        {"path": URL, "data": "roomType=3&roomName=Lounge",
         "content_type": "application/x-www-form-urlencoded"},
        {"path": f"{URL}?roomType=3&roomName=Lounge"},
        {"path": f"{URL}?roomType=3", "data": {"roomName": "Lounge"}},
        {"path": f"{URL}?roomType=2", "data": {"roomType": 3, "roomName": "Lounge"},
         "content_type": JSON},
    ],
)  # fmt: skip
def test_clients_send_parameters_in_three_ways(client, request_):
    assert client.post(**request_).status_code == 201
    assert (Room.objects.get().type, Room.objects.get().name) == (RoomType.PUBLIC, "Lounge")


def test_a_public_room_keeps_its_password(client):
    status, seen = create(client, roomType=3, roomName="Lounge", password="open sesame")

    assert (status, seen["hasPassword"]) == (201, True)
    assert Room.objects.get().check_password("open sesame") is True


def test_a_group_room_drops_the_password(client):
    status, seen = create(client, roomType=2, roomName="Lounge", password="open sesame")

    assert (status, seen["hasPassword"]) == (201, False)


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_is_refused_with_words_for_the_user(client):
    status, seen = create(client, roomType=3, roomName="Lounge", password="short")

    assert (status, seen["error"]) == (400, "password")
    assert seen["message"].startswith("This password is too short.")
    assert not Room.objects.exists()


@pytest.mark.parametrize("object_type", ["event", "extended_conversation", "instant_meeting"])
def test_a_room_may_belong_to_an_object(client, object_type):
    status, seen = create(client, roomName="Lounge", objectType=object_type, objectId="1#2")

    assert (status, seen["objectType"], seen["objectId"]) == (201, object_type, "1#2")


@pytest.mark.parametrize("object_type", ["phone", "phone_persist", "phone_temporary"])
def test_a_phone_room_has_a_fixed_object_id(client, object_type):
    status, seen = create(
        client, roomName="Lounge", objectType=object_type, objectId="direct-dialin"
    )

    assert (status, seen["objectType"], seen["objectId"]) == (201, object_type, "phone")


# One-to-one --------------------------------------------------------------------------------


def test_a_one_to_one_is_made_and_found_again(client):
    UserFactory(username="bob", first_name="Bob", last_name="Baker")

    first, second = (
        create(client, roomType=1, invite="bob"),
        create(client, roomType=1, invite="bob"),
    )

    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1]
    assert (first[1]["type"], first[1]["name"], first[1]["displayName"]) == (1, "bob", "Bob Baker")


def test_both_get_the_same_token(client, sign_in):
    bob = UserFactory(username="bob")

    _status, of_ada = create(client, roomType=1, invite="bob")
    status, of_bob = create(sign_in(bob), roomType=1, invite="ada")

    assert (status, of_bob["token"]) == (200, of_ada["token"])
    assert (of_ada["name"], of_bob["name"]) == ("bob", "ada")


def test_the_peer_does_not_see_the_room_before_the_first_call(client, sign_in):
    bob = UserFactory(username="bob")
    _status, seen = create(client, roomType=1, invite="bob")

    assert data_of(sign_in(bob).get(URL)) == []
    assert sign_in(bob).get(f"{URL}/{seen['token']}").status_code == 404


def test_the_name_of_a_one_to_one_is_ignored(client):
    UserFactory(username="bob")

    _status, seen = create(client, roomType=1, invite="bob", roomName="Lounge")

    assert seen["name"] == "bob"


def test_who_left_a_one_to_one_gets_it_back(client, sign_in):
    bob = UserFactory(username="bob")
    _status, seen = create(client, roomType=1, invite="bob")
    create(sign_in(bob), roomType=1, invite="ada")
    client.delete(f"{URL}/{seen['token']}/participants/self")

    status, again = create(client, roomType=1, invite="bob")

    assert (status, again["token"]) == (200, seen["token"])


@pytest.mark.parametrize("peer", ["nobody", "", "a" * 300, "inactive"])
def test_an_unknown_peer_is_not_found(client, peer):
    UserFactory(username="inactive", is_active=False)

    assert create(client, roomType=1, invite=peer) == (404, {"error": "invite"})
    assert not Room.objects.exists()


def test_nobody_talks_to_themself(client):
    assert create(client, roomType=1, invite="ada") == (403, {"error": "invite"})
    assert not Room.objects.exists()


# Refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", [{}, {"roomType": 1, "invite": "ada"}, {"roomType": 9}])
def test_creating_needs_an_account_and_says_so_in_its_own_words(guest_client, ada, parameters):
    assert create(guest_client, **parameters) == (401, {"error": "auth"})
    assert not Room.objects.exists()


@pytest.mark.parametrize("type_", [1, 2, 3])
def test_the_policy_says_who_may_create(client, settings, type_):
    settings.TALK_POLICY = f"{__name__}.NobodyCreates"
    UserFactory(username="bob")

    status = create(client, roomType=type_, roomName="Lounge", invite="bob" if type_ == 1 else "")

    assert status == (403, {"error": "permissions"})
    assert not Room.objects.exists()


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"roomType": 0}, "type"),
        ({"roomType": 4}, "type"),
        ({"roomType": 5}, "type"),
        ({"roomType": 6}, "type"),
        ({"roomType": -1}, "type"),
        ({"roomName": "   "}, "name"),
        ({"roomName": "x" * 256}, "name"),
        ({"objectType": "file", "objectId": "1"}, "object-type"),
        ({"objectType": "x" * 65, "objectId": "1"}, "object-type"),
        ({"objectType": "event"}, "object"),
        ({"objectId": "1"}, "object"),
        ({"objectType": "event", "objectId": "x" * 65}, "object-id"),
        ({"objectType": "event", "objectId": "ü" * 33}, "object-id"),
    ],
)
def test_values_that_no_room_may_have(client, parameters, error):
    status = create(client, **{"roomName": "Lounge"} | parameters)

    assert status == (400, {"error": error})
    assert not Room.objects.exists()


def test_an_unknown_group_cannot_be_invited(client):
    assert create(client, roomName="Lounge", invite="staff") == (404, {"error": "invite"})
    assert not Room.objects.exists()


@pytest.mark.parametrize(
    "parameter",
    ["invite", "source", "roomName", "objectType", "objectId", "password"],
)
@pytest.mark.parametrize("value", [["x"], {"a": 1}, True, "a\x00b", "\ud800"])
def test_malformed_texts_are_named(client, parameter, value):
    status = create(client, **{"roomName": "Lounge", parameter: value})

    assert status == (400, {"error": parameter})
    assert not Room.objects.exists()


@pytest.mark.parametrize("value", ["abc", "", 2.5, True, [2], {}, "2x", 2**63, "\u0663"])
def test_a_malformed_type_is_named(client, value):
    assert create(client, roomType=value) == (400, {"error": "roomType"})
    assert not Room.objects.exists()


@pytest.mark.parametrize("parameter", ["roomType", "roomName", "objectType", "password"])
def test_null_means_not_given(client, parameter):
    status, _seen = create(client, **{parameter: None})

    assert status == 201
