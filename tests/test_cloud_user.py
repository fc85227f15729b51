"""GET /cloud/user: the account behind the request (clients.md §3)."""

import pytest
from django.contrib.auth.models import Group

from tests.conftest import data_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/{}.php/cloud/user"


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_an_account_reads_about_itself(sign_in, version):
    user = UserFactory(username="ada", first_name="Ada", last_name="Lovelace", email="a@b.org")
    for name in ["staff", "authors"]:
        user.groups.add(Group.objects.create(name=name))

    response = sign_in(user).get(URL.format(version))

    assert (response.status_code, data_of(response)) == (
        200,
        {
            "enabled": True,
            "id": "ada",
            "display-name": "Ada Lovelace",
            "displayname": "Ada Lovelace",
            "email": "a@b.org",
            "groups": ["authors", "staff"],
            "language": "en",
            "locale": "en",
            "quota": {"free": 0, "used": 0, "total": 0, "relative": 0, "quota": 0},
        },
    )


def test_nobody_has_an_empty_name(sign_in):
    seen = data_of(sign_in(UserFactory(first_name="", last_name="")).get(URL.format("v2")))

    assert seen["display-name"] == seen["displayname"] == seen["id"]


def test_groups_are_a_list_even_when_there_are_none(sign_in):
    assert data_of(sign_in(UserFactory()).get(URL.format("v2")))["groups"] == []


def test_a_visitor_without_account_is_nobody(guest_client):
    response = guest_client.get(URL.format("v2"))

    assert (response.status_code, data_of(response)) == (401, [])


def test_the_language_is_the_one_that_the_client_asks_for(sign_in):
    response = sign_in(UserFactory()).get(URL.format("v2"), headers={"accept-language": "pt-br"})

    assert (data_of(response)["language"], data_of(response)["locale"]) == ("pt-br", "pt_br")
