"""Pages and elements on a site with a prefix, a login everywhere, and a cache in front."""

import re
from html import unescape

import pytest
from django.test import Client

from talk.models import Room


@pytest.fixture
def browser(person):
    """An ordinary browser of somebody; None: of a guest."""

    def make(name=None):
        client = Client(headers={"accept": "text/html"}, enforce_csrf_checks=True)
        if name:
            client.force_login(person(name))
        return client

    return make


def attributes_of(page, element):
    (inside,) = re.findall(rf"<{element}\b([^>]*)>", page.text)
    return {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', inside)}


def create(browser, **values):
    """Fill in the form of the list of rooms."""
    form = browser.get("/community/call/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    return browser.post("/community/call/", {"csrfmiddlewaretoken": token, **values})


def test_strangers_are_sent_to_the_site_s_own_door(browser):
    answer = browser().get("/community/call/")

    assert (answer.status_code, answer.url) == (302, "/community/door/?next=/community/call/")


def test_a_room_is_made_with_people_known_by_their_e_mail(browser, person):
    person("Bob")
    alice = browser("Alice")

    answer = create(alice, name="Büro", type="2", people="bob@example.org")

    room = Room.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/community/call/{room.token}")
    assert sorted(room.attendees.values_list("actor_id", flat=True)) == [
        "alice@example.org",
        "bob@example.org",
    ]


def test_the_list_is_never_an_old_one(browser):
    alice = browser("Alice")
    create(alice, name="First", type="2")
    create(alice, name="Second", type="2")

    page = alice.get("/community/call/").text

    assert ("First" in page, "Second" in page) == (True, True)


def test_a_guest_may_come_to_a_public_room(browser):
    room = Room.objects.create(name="Stammtisch", type=3)

    page = browser().get(f"/community/call/{room.token}")

    element = attributes_of(page, "talk-call")
    assert page.status_code == 200
    assert (element["api"], element["page"], element["login"]) == (
        "/community/ocs/v2.php",
        f"/community/call/{room.token}",
        "/community/door/",
    )


@pytest.mark.parametrize("who", [None, "Alice"])
def test_unknown_tokens_are_not_found(browser, who):
    assert browser(who).get("/community/call/nosuchroom").status_code == 404


def test_guests_can_read(browser):
    page = browser().get("/community/call/-/words/de.js")

    assert (page.status_code, "Kamera" in page.text) == (200, True)


def test_the_words_of_a_page_are_in_its_language(browser):
    room = Room.objects.create(name="Stammtisch", type=3)

    page = browser().get(f"/community/call/{room.token}").text

    assert '<script src="/community/call/-/words/de.js" defer>' in page
