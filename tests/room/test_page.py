"""The page of a room, ``/call/<token>``."""

import pytest

from talk.constants import Listable, LobbyState
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory


def test_page_of_a_public_room_is_for_everybody(guest_client):
    room = RoomFactory(public=True, name="Tea <time>")

    page = guest_client.get(f"/call/{room.token}")

    assert (page.status_code, "Tea &lt;time&gt;" in page.text) == (200, True)


@pytest.mark.parametrize("prefix", ["", "/index.php"])
def test_page_answers_with_and_without_the_script_in_front(guest_client, prefix):
    room = RoomFactory(public=True)

    assert guest_client.get(f"{prefix}/call/{room.token}").status_code == 200


def test_page_of_a_group_room_is_for_its_people(sign_in):
    attendee = AttendeeFactory()

    assert sign_in(attendee).get(f"/call/{attendee.room.token}").status_code == 200


def test_page_of_a_listed_room_is_for_users(sign_in):
    stranger = AttendeeFactory()
    room = RoomFactory(listable=Listable.USERS)

    assert sign_in(stranger).get(f"/call/{room.token}").status_code == 200


def test_page_of_a_private_room_looks_like_none_to_strangers(sign_in, guest_client):
    room, stranger = RoomFactory(), AttendeeFactory()

    answers = [
        sign_in(stranger).get(f"/call/{room.token}").status_code,
        guest_client.get(f"/call/{room.token}").status_code,
        guest_client.get("/call/nosuchroom").status_code,
    ]

    assert answers == [404, 404, 404]


def test_page_names_who_is_in_the_call(sign_in):
    room = RoomFactory(with_call=True)
    attendee = AttendeeFactory(room=room)
    SessionFactory(attendee=AttendeeFactory(room=room, display_name="Bea"), calling=True)

    page = sign_in(attendee).get(f"/call/{room.token}").text

    assert ("A call is going on." in page, "<li>Bea</li>" in page) == (True, True)


def test_page_hides_the_call_from_who_has_no_seat(guest_client):
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee=AttendeeFactory(room=room, display_name="Bea"), calling=True)

    assert "Bea" not in guest_client.get(f"/call/{room.token}").text


def test_page_hides_the_call_from_who_waits_in_the_lobby(sign_in):
    room = RoomFactory(with_call=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    attendee = AttendeeFactory(room=room)
    moderator = AttendeeFactory(room=room, moderator=True, display_name="Mo")
    SessionFactory(attendee=moderator, calling=True)

    page = sign_in(attendee).get(f"/call/{room.token}").text

    assert ("You are in the lobby" in page, "Mo" in page) == (True, False)


def test_page_says_that_a_room_is_read_only(sign_in):
    attendee = AttendeeFactory(room__read_only=True)

    assert "read-only" in sign_in(attendee).get(f"/call/{attendee.room.token}").text
