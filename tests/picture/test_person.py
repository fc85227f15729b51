"""GET /avatar/{user}/{size}[/dark] (clients.md §9)."""

import base64

import pytest

from tests.conftest import TalkClient
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PATHS = ["/avatar/{}/64", "/index.php/avatar/{}/512", "/index.php/avatar/{}/64/dark"]


@pytest.mark.parametrize("path", PATHS)
def test_an_account_sees_initials(sign_in, path):
    UserFactory(username="ada", first_name="Ada", last_name="<Lovelace>")

    response = sign_in(UserFactory()).get(path.format("ada"))

    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert ">A&lt;<" in response.text


def test_apps_see_them_with_name_and_password():
    UserFactory(username="ada")
    secret = base64.b64encode(b"ada:secret").decode()

    response = TalkClient().get("/avatar/ada/64", headers={"authorization": f"Basic {secret}"})

    assert response.status_code == 200


def test_the_site_may_have_pictures(sign_in, settings):
    settings.TALK_POLICY = "tests.picture.policies.Photos"
    UserFactory(username="ada")

    response = sign_in(UserFactory()).get("/avatar/ada/64")

    assert (response.status_code, response.url) == (302, "/media/ada.jpg")


def test_nobody_has_no_picture(sign_in):
    UserFactory(username="gone", is_active=False)
    client = sign_in(UserFactory())

    assert [client.get(f"/avatar/{who}/64").status_code for who in ("nobody", "gone")] == [404, 404]


def test_visitors_do_not_learn_who_has_an_account(guest_client):
    UserFactory(username="ada")

    answers = [guest_client.get(f"/avatar/{who}/64") for who in ("ada", "nobody")]

    assert [(answer.status_code, answer.content) for answer in answers] == [(404, b"")] * 2


@pytest.mark.parametrize("path", ["/avatar/ada", "/avatar/ada/big", "/avatar/ada/12345"])
def test_other_paths_are_the_sites(sign_in, path):
    UserFactory(username="ada")

    assert sign_in(UserFactory()).get(path).status_code == 404
