"""Collected only where a host's settings are in use: ``--ds=tests.hosts.hostile``."""

import os

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

PREFIX = "/community/ocs/v2.php/apps/spreed/api/v4"


def pytest_ignore_collect(collection_path, config):
    """These tests log people in by e-mail below a prefix, which no other host does."""
    elsewhere = os.environ.get("DJANGO_SETTINGS_MODULE") != "tests.hosts.hostile"
    return True if elsewhere and collection_path.name.startswith("test_") else None


class Visitor(Client):
    """A browser with Talk's headers; ``ask`` answers status and data of the envelope."""

    def __init__(self, **defaults):
        super().__init__(
            headers={"accept": "application/json", "ocs-apirequest": "true"}, **defaults
        )

    def ask(self, method, path, **body):
        response = self.generic(
            method, PREFIX + path, data=Client()._encode_json(body, "application/json"),
            content_type="application/json",
        )  # fmt: skip
        return response.status_code, response.json()["ocs"]["data"]


@pytest.fixture
def person(db):
    """Make an account with the password "secret"."""

    def make(name, **fields):
        email = f"{name.lower()}@example.org"
        return get_user_model().objects.create_user(email, "secret", nickname=name, **fields)

    return make


@pytest.fixture
def visit(person):
    """Open a browser for an account, which is created if it is only a name; None: a guest."""

    def browser(who=None):
        visitor = Visitor()
        if who is not None:
            visitor.force_login(person(who) if isinstance(who, str) else who)
        return visitor

    return browser
