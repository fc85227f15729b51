"""The demo host's own pages."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.test import Client

from tests.embedding.conftest import text_of
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    """Somebody with an ordinary browser that checks forms."""
    return Client(enforce_csrf_checks=True, headers={"accept": "text/html"})


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]


def test_home_welcomes_visitors(visitor):
    page = visitor.get("/")

    assert page.status_code == 200
    assert page.context["api"] == "http://testserver/ocs/v2.php/apps/spreed/api/v4"
    assert 'href="/accounts/login/"' in page.content.decode()


def test_home_lists_demo_accounts(visitor, demo_rows):
    UserFactory(username="zoe")

    page = visitor.get("/")

    names = [person.username for person in page.context["accounts"]]
    assert names == ["admin", "alice", "bob", "carol", "dave", "erin"]
    assert "<code>talk</code>" in page.content.decode()


def test_home_keeps_accounts_to_itself_without_debug(visitor, demo_rows, settings):
    settings.DEBUG = False

    page = visitor.get("/")

    assert list(page.context["accounts"]) == []
    assert "alice" not in page.content.decode()


def test_home_shows_own_rooms_with_their_state(visitor, demo_rows):
    visitor.force_login(get_user_model().objects.get(username="bob"))

    page = visitor.get("/")

    (rooms,) = re.findall(r'<ul class="rooms".*?</ul>', page.content.decode(), re.DOTALL)
    assert [text_of(item) for item in re.findall(r"<li>.*?</li>", rooms, re.DOTALL)] == [
        "Daily call now public Join call Daily",
        "Consultation public · lobby Call Consultation",
        "Alice Archer one-to-one Call Alice Archer",
        "Open house public Call Open house",
        "Archive group · read-only",
        "Team group Call Team",
        "New century group · lobby Call New century",
    ]


def test_home_leads_to_the_page_of_a_room(visitor, demo_rows):
    visitor.force_login(get_user_model().objects.get(username="dave"))

    home = visitor.get("/")

    links = re.findall(r'class="talk-link" href="([^"]+)"', home.content.decode())
    assert links == ["/call/democall", "/call/demogroup", "/call/demolisted", "/call/demoteam"]
    assert [visitor.get(link).status_code for link in links] == [200, 200, 200, 200]


def test_every_page_of_somebody_rings(visitor):
    visitor.force_login(UserFactory())

    pages = [visitor.get(path).content.decode() for path in ("/", "/accounts/login/")]

    assert ["<talk-incoming" in page for page in pages] == [True, True]


@pytest.mark.parametrize("number", [3, 30])
def test_home_costs_the_same_however_many_rooms(
    visitor, django_assert_num_queries, settings, number
):
    settings.DEBUG = False
    user = UserFactory()
    for _room in range(number):
        AttendeeFactory(user=user, room=RoomFactory())
    visitor.force_login(user)

    with django_assert_num_queries(4):
        page = visitor.get("/")

    assert len(page.context["rooms"]) == number


def test_names_are_escaped(visitor):
    seat = AttendeeFactory(room__name="<script>alert(1)</script>")
    visitor.force_login(seat.user)

    page = visitor.get("/")

    assert "&lt;script&gt;alert(1)" in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_signing_in_leads_home_and_signing_out_too(visitor):
    UserFactory(username="zoe")
    form = {"username": "zoe", "password": "secret"}

    page = visitor.get("/accounts/login/")
    entered = visitor.post("/accounts/login/", {**form, "csrfmiddlewaretoken": token_in(page)})
    home = visitor.get("/")
    left = visitor.post("/accounts/logout/", {"csrfmiddlewaretoken": token_in(home)})

    assert [(answer.status_code, answer.url) for answer in (entered, left)] == [(302, "/")] * 2
    assert "Signed in as <strong>zoe</strong>" in home.content.decode()
    assert not visitor.get("/").context["user"].is_authenticated


def test_signing_in_leads_where_the_visitor_wanted_to_go(visitor):
    UserFactory(username="zoe")
    page = visitor.get("/accounts/login/?next=/admin/")
    form = {"username": "zoe", "password": "secret", "next": page.context["next"]}

    entered = visitor.post("/accounts/login/", {**form, "csrfmiddlewaretoken": token_in(page)})

    assert entered.url == "/admin/"


def test_wrong_password_is_told(visitor):
    page = visitor.get("/accounts/login/")
    form = {"username": "zoe", "password": "no", "csrfmiddlewaretoken": token_in(page)}

    again = visitor.post("/accounts/login/", form)

    assert again.status_code == 200
    assert 'role="alert"' in again.content.decode()


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_pages_need_nothing_but_files_of_the_site(visitor, path):
    page = visitor.get(path).content.decode()

    assert (
        re.findall(r"<script|<style|\sstyle=|\son\w+=|javascript:|//", page.split("<main>")[0])
        == []
    )
    linked = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert {name for name in linked if finders.find(name) is None} == set()
    assert set(linked) == {"project/icon.svg", "project/site.css"}
