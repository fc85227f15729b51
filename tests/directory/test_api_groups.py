"""GET /cloud/users/{user}/groups (clients.md §3)."""

import pytest
from django.contrib.auth.models import Group

from tests.conftest import data_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/cloud/users/{}/groups"


def test_an_account_reads_its_own_groups(sign_in):
    user = UserFactory(username="ada.l@x")
    for name in ("staff", "authors"):
        user.groups.add(Group.objects.create(name=name))

    response = sign_in(user).get(URL.format("ada.l@x"))

    assert (response.status_code, data_of(response)) == (200, {"groups": ["authors", "staff"]})


@pytest.mark.parametrize("name", ["bob", "nobody", "ADA"])
def test_other_peoples_groups_are_nobodys_business(sign_in, name):
    UserFactory(username="bob")

    response = sign_in(UserFactory(username="ada")).get(URL.format(name))

    assert (response.status_code, data_of(response)) == (404, None)


def test_visitors_have_none(guest_client):
    assert guest_client.get(URL.format("ada")).status_code == 401
