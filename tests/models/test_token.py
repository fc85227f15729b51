"""Tokens: the names of rooms in URLs (rooms.md §6)."""

import itertools
import re
import secrets

import pytest
from django.core.exceptions import ValidationError

from talk import room as rooms
from talk.models import Room
from talk.models.room import TOKEN_ALPHABET, new_token
from tests.factories import RoomFactory

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


@pytest.fixture
def dice(monkeypatch):
    """Make the random characters come out as told."""

    def come_out(characters, *, of_the_instance=0):
        # A room that is not saved yet has a token already, which may be taken.
        thrown = itertools.chain("x" * of_the_instance, characters)
        monkeypatch.setattr(secrets, "choice", lambda alphabet: next(thrown))

    return come_out


@pytest.fixture(autouse=True)
def _usual_length(monkeypatch):
    monkeypatch.setattr(rooms, "_token_lengths", [8])


def test_the_alphabet_has_33_characters_without_those_that_look_alike():
    assert len(set(TOKEN_ALPHABET)) == len(TOKEN_ALPHABET) == 33
    assert re.fullmatch("[a-km-z2-9]{33}", TOKEN_ALPHABET)


def test_a_token_has_8_characters_of_the_alphabet():
    tokens = [new_token() for _ in range(200)]

    assert {len(token) for token in tokens} == {8}
    assert set("".join(tokens)) == set(TOKEN_ALPHABET)
    assert len(set(tokens)) == 200


@pytest.mark.parametrize("reserved", ["settings", "backend"])
def test_reserved_tokens_are_never_issued(dice, reserved):
    dice(reserved + "a" * len(reserved))

    assert new_token(len(reserved)) == "a" * len(reserved)


@pytest.mark.django_db
def test_a_taken_token_is_not_issued_again(dice):
    RoomFactory(token="aaaaaaaa")
    dice("a" * 8 + "b" * 8, of_the_instance=8)

    assert rooms.create(name="Lounge").token == "bbbbbbbb"


@pytest.mark.django_db
def test_tokens_grow_after_repeated_collisions_and_stay_long(dice):
    RoomFactory(token="aaaaaaaa")
    dice("a" * 8 * 10 + "a" * 9, of_the_instance=8)
    first = rooms.create(name="Lounge")

    dice("b" * 9, of_the_instance=8)
    second = rooms.create(name="Kitchen")

    assert (first.token, second.token) == ("a" * 9, "b" * 9)


@pytest.mark.django_db
def test_tokens_grow_to_30_characters_at_most(dice, monkeypatch):
    monkeypatch.setattr(rooms, "_token_lengths", [30])
    RoomFactory(token="a" * 30)
    dice("a" * 30 * 10 + "b" * 30, of_the_instance=8)

    assert rooms.create(name="Lounge").token == "b" * 30


@pytest.mark.django_db
def test_a_world_without_free_tokens_is_told_of(dice, monkeypatch):
    monkeypatch.setattr(rooms, "_token_lengths", [30])
    RoomFactory(token="a" * 30)
    dice(itertools.repeat("a"))

    with pytest.raises(RuntimeError, match="no free token"):
        rooms.create(name="Lounge")

    assert Room.objects.count() == 1


@pytest.mark.parametrize("token", ["abcd", "a" * 30, "0123", "room0001"])
def test_tokens_that_a_room_may_have(guest_client, token):
    RoomFactory(token=token, public=True).clean_fields()

    assert guest_client.get(URL.format(token)).status_code == 200


@pytest.mark.parametrize("token", ["abc", "a" * 31, "ABCD", "ab-d", "ab d", "äbcd", "abcd\n"])
def test_tokens_that_no_room_has_are_unknown_routes(guest_client, token):
    with pytest.raises(ValidationError):
        Room(token=token, name="x").clean_fields()

    response = guest_client.get(URL.format(token.replace("\n", "%0A")))

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (404, 998)
