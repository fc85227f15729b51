"""Who is asking, and in which format: decided by Talk's rules, not by the host's REST framework."""

import re
from base64 import b64encode

import pytest
from django.test import Client

from tests.hosts.conftest import PREFIX

ROOMS = f"{PREFIX}/room"


def basic(name, password="secret"):
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def test_basic_takes_the_e_mail(person):
    person("Alice")

    response = Client().get(
        f"{ROOMS}?format=json",
        headers={"authorization": basic("alice@example.org"), "ocs-apirequest": "true"},
    )

    assert (response.status_code, response.json()["ocs"]["data"]) == (200, [])


def test_basic_with_a_changed_password_is_refused_at_once(person):
    alice = person("Alice")
    headers = {"authorization": basic("alice@example.org"), "ocs-apirequest": "true"}
    assert Client().get(ROOMS, headers=headers).status_code == 200
    alice.set_password("another")
    alice.save()

    assert Client().get(ROOMS, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "credentials",
    [basic("alice@example.org", "wrong"), basic("nobody@example.org"), "Basic §"],
    ids=["password", "name", "rubbish"],
)
def test_wrong_credentials_are_refused(person, credentials):
    person("Alice")

    response = Client().get(
        f"{ROOMS}?format=json", headers={"authorization": credentials, "ocs-apirequest": "true"}
    )

    assert (response.status_code, response.json()["ocs"]["meta"]) == (
        401,
        {"status": "failure", "statuscode": 997, "message": "Unauthorised"},
    )
    assert response["WWW-Authenticate"] == 'Basic realm="Authorisation Required"'


def test_inactive_account_is_refused(person):
    person("Alice", is_active=False)

    response = Client().get(
        ROOMS, headers={"authorization": basic("alice@example.org"), "ocs-apirequest": "true"}
    )

    assert response.status_code == 401


def test_cookie_without_header_is_refused_without_envelope(person):
    browser = Client()
    browser.force_login(person("Alice"))

    response = browser.get(ROOMS, headers={"accept": "application/json"})

    assert (response.status_code, response.json()) == (412, {"message": "CSRF check failed"})


@pytest.fixture
def logged_in_by_form(person):
    """A browser that went through the host's own door, and the token of its pages."""
    person("Alice")
    browser = Client(enforce_csrf_checks=True)
    form = browser.get("/community/door/").content.decode()
    response = browser.post(
        "/community/door/",
        {
            "username": "alice@example.org",
            "password": "secret",
            "csrfmiddlewaretoken": _token_in(form),
        },
    )
    assert response.status_code == 302
    return browser, _token_in(browser.get("/community/door/").content.decode())


def _token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("header", ["x-community-token", "requesttoken"])
def test_the_host_s_own_token_opens(logged_in_by_form, header):
    browser, token = logged_in_by_form

    assert browser.get(ROOMS, headers={header: token}).status_code == 200


def test_the_host_s_own_token_opens_in_a_form(logged_in_by_form):
    browser, token = logged_in_by_form

    response = browser.post(
        f"{ROOMS}?format=json", {"roomType": "2", "roomName": "Büro", "requesttoken": token}
    )

    assert (response.status_code, response.json()["ocs"]["data"]["name"]) == (201, "Büro")


def test_a_wrong_token_does_not_open(logged_in_by_form):
    browser, _token = logged_in_by_form

    assert browser.get(ROOMS, headers={"x-community-token": "x" * 64}).status_code == 412


def test_form_that_the_host_has_read_already_is_read_again(visit):
    response = visit("Alice").post(ROOMS, {"roomType": "3", "roomName": "Büro"})

    assert (response.status_code, response.json()["ocs"]["data"]["type"]) == (201, 3)


def test_form_of_a_put_is_read(visit):
    alice = visit("Alice")
    _status, room = alice.ask("POST", "/room", roomType=2, roomName="Büro")

    response = alice.put(
        f"{ROOMS}/{room['token']}",
        "roomName=Flur",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.json()["ocs"]["data"]["name"] == "Flur"


def test_xml_is_the_default_and_numbers_have_no_dots(visit):
    alice = visit("Alice")
    _status, room = alice.ask("POST", "/room", roomType=2, roomName="Büro")

    response = alice.get(f"{ROOMS}/{room['token']}", headers={"accept": "*/*"})

    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert f"<lastActivity>{room['lastActivity']}</lastActivity>" in response.content.decode()


def test_version_1_answers_in_its_own_way(visit):
    response = visit().get("/community/ocs/v1.php/apps/spreed/api/v4/call/nosuchroom")

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (200, 404)


def test_capabilities_are_open_to_everybody(visit):
    response = visit().get("/community/ocs/v2.php/cloud/capabilities")

    assert response.status_code == 200


def test_cloud_user_has_the_e_mail_for_an_id(visit):
    response = visit("Alice").get("/community/ocs/v2.php/cloud/user")

    user = response.json()["ocs"]["data"]
    assert (user["id"], user["displayname"], user["email"], user["language"]) == (
        "alice@example.org",
        "Alice",
        "alice@example.org",
        "de",
    )


def test_everything_else_still_belongs_to_the_host(visit):
    response = visit("Alice").get("/ocs/v2.php/cloud/capabilities")

    assert response.content == b"page ocs/v2.php/cloud/capabilities"
