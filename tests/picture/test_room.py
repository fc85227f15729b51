"""GET /api/v1/room/{token}/avatar[/dark] (clients.md §9)."""

import pytest

from talk import room as rooms
from talk.constants import RoomType
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v1/room/{}/avatar"


@pytest.mark.parametrize("suffix", ["", "/dark", "?v=12345678"])
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_a_room_has_a_picture(sign_in, type_, suffix):
    seat = AttendeeFactory(room__type=type_)

    response = sign_in(seat).get(URL.format(seat.room.token) + suffix)

    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response.text.startswith("<svg ")


def test_the_dark_one_is_another(sign_in):
    seat = AttendeeFactory()
    client, url = sign_in(seat), URL.format(seat.room.token)

    assert client.get(url).text != client.get(f"{url}/dark").text


def test_the_emoji_and_the_colour_are_in_it(sign_in):
    seat = AttendeeFactory(room__emoji="🎉", room__avatar_color="00ff00")

    picture = sign_in(seat).get(URL.format(seat.room.token)).text

    assert (">🎉<" in picture, 'fill="#00ff00"' in picture) == (True, True)


def test_a_one_to_one_shows_the_other_person(sign_in):
    ada, bob = UserFactory(), UserFactory(first_name="Bob", last_name="Baker")
    room, _created = rooms.create_one_to_one(ada, bob)

    assert ">BB<" in sign_in(ada).get(URL.format(room.token)).text


def test_nothing_can_be_run_in_it(sign_in):
    seat = AttendeeFactory()

    response = sign_in(seat).get(URL.format(seat.room.token))

    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=86400"


def test_visitors_see_those_of_public_rooms(guest_client):
    assert guest_client.get(URL.format(RoomFactory(public=True).token)).status_code == 200


def test_strangers_see_none_of_private_rooms(guest_client, sign_in):
    room = RoomFactory()
    answers = [
        client.get(URL.format(token)).status_code
        for client in (guest_client, sign_in(UserFactory()))
        for token in (room.token, "nosuchroom")
    ]

    assert answers == [404] * 4


def test_an_image_is_no_forgery(sign_in):
    seat = AttendeeFactory()
    client = sign_in(seat)
    client.defaults.pop("HTTP_OCS_APIREQUEST", None)

    assert client.get(URL.format(seat.room.token), headers={}).status_code == 200
