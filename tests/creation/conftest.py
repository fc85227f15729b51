"""What the tests of creating rooms share."""

import pytest
from django.contrib.auth.models import Group

from tests.factories import UserFactory


@pytest.fixture
def owner(db):
    return UserFactory(username="owner")


@pytest.fixture
def client(sign_in, owner):
    return sign_in(owner)


@pytest.fixture
def site(db):
    """Accounts and groups: ada, bob; Choir with bob and cleo, Empty."""
    users = {name: UserFactory(username=name) for name in ("ada", "bob", "cleo")}
    UserFactory(username="gone", is_active=False)
    choir = Group.objects.create(name="Choir")
    choir.user_set.add(users["bob"], users["cleo"])
    Group.objects.create(name="Empty")
