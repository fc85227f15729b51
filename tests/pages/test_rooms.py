"""``/call/``: my rooms, and a form for another one."""

import re

import pytest
from django.test import Client

from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Notification, Room
from tests.embedding.conftest import text_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = {"name": "Tea", "type": "2"}


@pytest.fixture
def browser():
    """A browser that is signed in."""

    def make(user=None):
        client = Client(headers={"accept": "text/html"})
        client.force_login(user or UserFactory())
        return client

    return make


def listed(page):
    """Name and marks of each room on the page."""
    items = re.findall(r'<div class="talk-room-text">(.*?)</div>', page.text, re.DOTALL)
    return [text_of(item) for item in items]


def test_strangers_are_sent_to_the_login():
    answer = Client().get("/call/?page=2")

    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/call/%3Fpage%3D2")


def test_strangers_create_nothing():
    answer = Client().post("/call/", NEW)

    assert (answer.status_code, Room.objects.count()) == (302, 0)


def test_inactive_accounts_are_strangers(browser):
    visitor = browser(user := UserFactory())
    user.is_active = False
    user.save()

    assert visitor.get("/call/").status_code == 302


def test_accounts_that_may_not_use_talk_are_refused(browser, settings):
    settings.TALK_POLICY = "tests.embedding.policies.NobodyMay"

    assert browser().get("/call/").status_code == 403


def test_rooms_are_those_of_the_visitor(browser):
    seat = AttendeeFactory(room__name="Mine <b>")
    RoomFactory(public=True, name="Everybody's")

    page = browser(seat.user).get("/call/")

    assert listed(page) == ["Mine <b>"]
    assert f'href="/call/{seat.room.token}"' in page.text


def test_rooms_with_a_call_come_first_and_archived_ones_last(browser):
    user = UserFactory()
    AttendeeFactory(user=user, room__name="Old", is_archived=True)
    AttendeeFactory(user=user, room__name="Usual")
    AttendeeFactory(user=user, room__name="Dear", is_favorite=True)
    busy = AttendeeFactory(user=user, room__name="Busy", room__with_call=True).room
    SessionFactory(attendee=AttendeeFactory(room=busy), calling=True)

    page = browser(user).get("/call/")

    assert listed(page) == ["Busy call now", "Dear favourite", "Usual", "Old archived"]


def test_marks_say_what_is_special(browser):
    seat = AttendeeFactory(
        room__name="Tea",
        room__public=True,
        room__read_only=True,
        room__password="hash",
        room__lobby_state=LobbyState.NON_MODERATORS_WAIT,
    )

    assert listed(browser(seat.user).get("/call/")) == ["Tea public lobby read-only password"]


def test_who_waits_in_the_lobby_does_not_hear_of_the_call(browser):
    room = RoomFactory(name="Tea", with_call=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    moderator = AttendeeFactory(room=room, moderator=True)
    SessionFactory(attendee=moderator, calling=True)
    waiting = AttendeeFactory(room=room)

    assert listed(browser(waiting.user).get("/call/")) == ["Tea lobby"]
    assert listed(browser(moderator.user).get("/call/")) == ["Tea call now lobby"]


def test_a_one_to_one_is_called_after_the_other(browser):
    anna, bea = UserFactory(username="anna"), UserFactory(username="bea")
    room = RoomFactory(type=RoomType.ONE_TO_ONE, name=Room.pair_name(["anna", "bea"]))
    AttendeeFactory(room=room, user=anna)

    assert listed(browser(anna).get("/call/")) == [bea.get_full_name()]


def test_read_only_room_has_no_call_button(browser):
    user = UserFactory()
    AttendeeFactory(user=user, room__read_only=True)
    callable_room = AttendeeFactory(user=user).room

    page = browser(user).get("/call/")

    assert re.findall(r'href="([^"]+)#direct-call"', page.text) == [f"/call/{callable_room.token}"]


@pytest.mark.parametrize("number", [3, 20])
def test_list_costs_the_same_however_many_rooms(browser, django_assert_num_queries, number):
    user = UserFactory()
    for _ in range(number):
        AttendeeFactory(user=user, room__with_call=True)
    visitor = browser(user)

    with django_assert_num_queries(5):
        assert len(listed(visitor.get("/call/"))) == number


def test_twenty_rooms_make_a_page(browser):
    user = UserFactory()
    for _ in range(21):
        AttendeeFactory(user=user)
    visitor = browser(user)

    first, second = visitor.get("/call/"), visitor.get("/call/?page=2")

    assert (len(listed(first)), len(listed(second))) == (20, 1)
    assert re.findall(r'rel="(\w+)" href="(\?[^"]+)"', first.text) == [("next", "?page=2")]
    assert re.findall(r'rel="(\w+)" href="(\?[^"]+)"', second.text) == [("prev", "?page=1")]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, ""])
def test_pages_that_do_not_exist_are_the_nearest_one(browser, page):
    seat = AttendeeFactory(room__name="Tea")

    assert listed(browser(seat.user).get("/call/", {"page": page})) == ["Tea"]


def test_page_is_kept_by_nobody(browser):
    assert "no-store" in browser().get("/call/")["Cache-Control"]


# Create a room ----------------------------------------------------------------------------


def test_form_creates_a_room_and_leads_there(browser):
    user = UserFactory()

    answer = browser(user).post("/call/", NEW)

    room = Room.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/call/{room.token}")
    assert (room.name, room.type, room.has_password) == ("Tea", RoomType.GROUP, False)
    seat = room.attendees.get()
    assert (seat.user, seat.participant_type) == (user, ParticipantType.OWNER)


def test_form_creates_a_public_room_with_a_password(browser):
    browser().post("/call/", {"name": "Tea", "type": "3", "password": " with blanks "})

    room = Room.objects.get()
    assert (room.type, room.check_password(" with blanks ")) == (RoomType.PUBLIC, True)


def test_form_invites_people(browser):
    anna = UserFactory(username="anna")
    for name in ("bea", "cem", "dan"):
        UserFactory(username=name)

    browser(anna).post("/call/", {**NEW, "people": "bea, cem;bea\r\ndan\n,anna"})

    seats = Room.objects.get().attendees.order_by("actor_id")
    assert [(seat.actor_id, seat.participant_type) for seat in seats] == [
        ("anna", ParticipantType.OWNER),
        ("bea", ParticipantType.USER),
        ("cem", ParticipantType.USER),
        ("dan", ParticipantType.USER),
    ]
    told = Notification.objects.order_by("user__username").values_list("user__username", flat=True)
    assert list(told) == ["bea", "cem", "dan"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 256}, "Ensure this value has at most 255 characters (it has 256)."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        (
            {"type": "1"},
            "Select a valid choice. 1 is not one of the available choices.",
        ),
        ({"type": ""}, "This field is required."),
        ({"password": "secret"}, "Only public rooms have a password."),
        ({"type": "3", "password": "short"}, "Too short."),
        ({"people": "zoe"}, "Nobody here is called zoe."),
        ({"people": "zoe, <b>, zoe"}, "Nobody here is called any of these: zoe, <b>."),
        ({"people": "bea"}, "Nobody here is called bea."),
        ({"people": ",".join(map(str, range(101)))}, "At most 100 people can be invited at once."),
    ],
)
def test_wrong_values_are_told_and_create_nothing(browser, settings, wrong, sentence):
    settings.TALK_POLICY = "tests.embedding.policies.LongPasswords"
    UserFactory(username="bea", is_active=False)

    page = browser().post("/call/", {**NEW, **wrong})

    alerts = re.findall(r'role="alert".*?>(.*?)</div>', page.text, re.DOTALL)
    assert (page.status_code, [text_of(alert) for alert in alerts]) == (200, [sentence])
    assert Room.objects.count() == 0


def test_people_who_may_not_use_talk_are_not_known(browser, settings):
    settings.TALK_POLICY = "tests.embedding.policies.BeaMayNot"
    UserFactory(username="bea")

    page = browser().post("/call/", {**NEW, "people": "bea"})

    assert ("Nobody here is called bea." in text_of(page.text), Room.objects.count()) == (True, 0)


def test_what_was_typed_is_still_there(browser):
    page = browser().post(
        "/call/", {"name": '"Tea"', "type": "3", "password": "x", "people": "zoe"}
    )

    assert 'value="&quot;Tea&quot;"' in page.text
    assert re.search(r'value="3"[^>]*checked', page.text)
    assert 'value="x"' not in page.text


def test_site_may_keep_its_people_from_creating(browser, settings):
    settings.TALK_POLICY = "tests.embedding.policies.NobodyCreates"
    visitor = browser()

    page, answer = visitor.get("/call/"), visitor.post("/call/", NEW)

    assert ("Create a room" in page.text, answer.status_code) == (False, 403)
    assert Room.objects.count() == 0


def test_form_of_another_site_is_refused():
    visitor = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    visitor.force_login(UserFactory())

    assert (visitor.post("/call/", NEW).status_code, Room.objects.count()) == (403, 0)


def test_nothing_is_inline(browser):
    page = browser().get("/call/")

    inline = r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:"
    assert re.findall(inline, page.text) == []


def test_every_field_has_a_label_and_its_help(browser):
    page = browser().get("/call/").text

    ids = re.findall(r'<(?:input|textarea)[^>]*\sid="(id_\w+)"', page)
    labelled = re.findall(r'<label for="(id_\w+)"', page)
    described = re.findall(r'aria-describedby="([^"]+)"', page)
    assert set(ids) <= set(labelled)
    assert {each for each in described if f'id="{each}"' not in page} == set()
