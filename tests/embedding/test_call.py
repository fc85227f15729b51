"""``{% talk_call room %}``: the call in a page of the host."""

import re

import pytest

from talk.constants import Listable
from tests.embedding.conftest import attributes_of
from tests.factories import AttendeeFactory, RoomFactory, UserFactory


def test_call_tells_its_element_all_that_it_needs(render):
    seat = AttendeeFactory(room__token="teatime", user__username="bea")

    element = attributes_of(render("talk_call room", seat, room=seat.room), "talk-call")

    assert element == {
        "token": "teatime",
        "api": "/ocs/v2.php",
        "page": "/call/teatime",
        "rooms": "/call/",
        "login": "/accounts/login/",
        "user-id": "bea",
        "user-name": seat.user.get_full_name(),
        "max-mesh": "6",
        "stylesheet": "/static/talk/call.css",
    }


def test_call_takes_a_token_too(render):
    room = RoomFactory(public=True)

    html = render("talk_call token", token=room.token)

    assert attributes_of(html, "talk-call")["token"] == room.token


def test_call_of_a_public_room_is_for_guests(render):
    html = render("talk_call room", room=RoomFactory(public=True))

    element = attributes_of(html, "talk-call")
    assert (element["user-id"], element["user-name"]) == ("", "")


def test_call_of_a_listed_room_is_for_users(render):
    room = RoomFactory(listable=Listable.USERS)

    assert "<talk-call" in render("talk_call room", UserFactory(), room=room)


@pytest.mark.parametrize("tag", ["talk_call", "talk_call_button", "talk_room_link"])
def test_nothing_is_shown_of_a_room_that_is_none_of_ones_business(render, tag):
    room = RoomFactory(name="Secret")

    shown = [
        render(f"{tag} room", UserFactory(), room=room),
        render(f"{tag} room", room=room),
        render(f"{tag} token", UserFactory(), token=room.token),
        render(f"{tag} 'nosuchroom'", UserFactory()),
        render(f"{tag} nothing", UserFactory(), nothing=None),
    ]

    assert shown == [""] * 5


@pytest.mark.parametrize("tag", ["talk_call", "talk_call_button", "talk_room_link"])
def test_nothing_is_shown_to_who_may_not_use_talk(render, settings, tag):
    settings.TALK_POLICY = "tests.embedding.policies.NobodyMay"
    seat = AttendeeFactory(room__type=3)

    assert render(f"{tag} room", seat, room=seat.room) == ""


def test_a_seat_of_an_inactive_account_shows_nothing(render):
    seat = AttendeeFactory(user__is_active=False)

    assert render("talk_call room", seat, room=seat.room) == ""


def test_scripts_are_files_and_nothing_is_inline(render):
    html = render("talk_call room", room=RoomFactory(public=True))

    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", html) == []
    assert re.findall(r'(?:src|href)="([^"]+)"', html) == [
        "/static/talk/theme.css",
        "/call/-/words/en.js",
        "/static/talk/call.js",
    ]


def test_names_are_text(render):
    seat = AttendeeFactory(user__first_name='"><script>alert(1)</script>')

    html = render("talk_call room", seat, room=seat.room)

    assert attributes_of(html, "talk-call")["user-name"] == '"><script>alert(1)</script> Last'
    assert "<script>alert" not in html


def test_several_on_one_page_ask_the_database_once(render, django_assert_num_queries):
    user = UserFactory()
    rooms = [AttendeeFactory(user=user).room for _ in range(3)]

    with django_assert_num_queries(1):
        html = render(
            "talk_call a %}{% talk_call b %}{% talk_call c",
            user,
            **dict(zip("abc", rooms, strict=True)),
        )

    assert re.findall(r'token="(\w+)"', html) == [room.token for room in rooms]
