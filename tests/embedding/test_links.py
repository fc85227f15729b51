"""``{% talk_call_button room %}`` and ``{% talk_room_link room %}``."""

import pytest

from talk.constants import LobbyState
from talk.models import Room
from tests.embedding.conftest import attributes_of, text_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory


def with_call(**room):
    """The seat of somebody in a room in which somebody else is calling."""
    seat = AttendeeFactory(room__name="Tea", room__with_call=True, **room)
    SessionFactory(attendee=AttendeeFactory(room=seat.room, moderator=True), calling=True)
    return seat


def test_button_leads_to_the_call(render):
    seat = AttendeeFactory(room__token="teatime", room__name="Tea")

    html = render("talk_call_button room", seat, room=seat.room)

    assert attributes_of(html, "a")["href"] == "/call/teatime#direct-call"
    assert text_of(html) == "Call Tea"


def test_button_says_that_a_call_is_going_on(render):
    seat = with_call()

    assert text_of(render("talk_call_button room", seat, room=seat.room)) == "Join call Tea"


def test_button_says_what_the_site_wants(render):
    seat = with_call()

    html = render("talk_call_button room label", seat, room=seat.room, label="Say <hi>")

    assert text_of(html) == "Say <hi> Tea"


def test_read_only_room_has_no_button(render):
    seat = AttendeeFactory(room__read_only=True)

    assert render("talk_call_button room", seat, room=seat.room) == ""


def test_link_has_the_name_that_the_room_has_for_the_visitor(render):
    anna, bea = UserFactory(username="anna"), UserFactory(username="bea", last_name="Bee")
    room = RoomFactory(type=1, name=Room.pair_name(["anna", "bea"]))
    AttendeeFactory(room=room, user=anna)

    html = render("talk_room_link room", anna, room=room)

    assert (attributes_of(html, "a")["href"], text_of(html)) == (
        f"/call/{room.token}",
        bea.get_full_name(),
    )


def test_link_says_that_a_call_is_going_on(render):
    seat = with_call()

    assert text_of(render("talk_room_link room", seat, room=seat.room)) == "Tea call now"


@pytest.mark.parametrize("tag", ["talk_call_button", "talk_room_link"])
def test_the_lobby_hides_the_call(render, tag):
    seat = with_call(room__lobby_state=LobbyState.NON_MODERATORS_WAIT, room__type=3)
    moderator = AttendeeFactory(room=seat.room, moderator=True)

    waiting, stranger, inside = (
        text_of(render(f"{tag} room", who, room=seat.room)) for who in (seat, None, moderator)
    )

    assert waiting == stranger != inside


def test_many_buttons_cost_one_query_for_the_visitor(render, django_assert_num_queries):
    user = UserFactory()
    for _ in range(3):
        AttendeeFactory(user=user, room__with_call=True)
    rooms = list(Room.objects.with_call_state())

    with django_assert_num_queries(1):
        render(
            "talk_call_button a %}{% talk_call_button b %}{% talk_call_button c",
            user,
            **dict(zip("abc", rooms, strict=True)),
        )
