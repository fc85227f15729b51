"""The account behind a cookie: found by two compiled queries, or else by Django itself."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.models import Session as Browser
from django.utils import timezone

from talk.api import account
from tests.factories import UserFactory

PATH = "/ocs/v2.php/cloud/user"


@pytest.fixture
def client(client, db):
    """Somebody who is signed in."""
    client.force_login(UserFactory())
    return client


@pytest.fixture
def found(monkeypatch):
    """The accounts that were found, in the order of the requests; None for each that was not."""
    accounts = []
    look_up = account.look_up

    def note(request):
        look_up(request)
        accounts.append(getattr(request, "_cached_user", None))

    monkeypatch.setattr(account, "look_up", note)
    return accounts


def ask(client):
    return client.get(PATH, headers={"ocs-apirequest": "true", "accept": "application/json"})


def test_an_account_is_found(client, found):
    response = ask(client)

    assert (response.status_code, len(found)) == (200, 1)
    assert found[0].get_username() == response.json()["ocs"]["data"]["id"]


def test_finding_an_account_costs_two_queries(client, django_assert_num_queries, rf):
    request = rf.get(PATH)
    request.session = client.session

    with django_assert_num_queries(2):
        account.look_up(request)

    assert request._cached_user == get_user_model().objects.get()


def test_a_session_that_ran_out_is_left_to_django(client, found):
    Browser.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    response = ask(client)

    assert (response.status_code, found) == (401, [None])


def test_a_changed_password_is_left_to_django(client, found):
    user = get_user_model().objects.get()
    user.set_password("another")
    user.save()

    response = ask(client)

    assert (response.status_code, found) == (401, [None])


def test_an_inactive_account_is_left_to_django(client, found):
    get_user_model().objects.update(is_active=False)

    response = ask(client)

    assert (response.status_code, found) == (401, [None])


def test_a_deleted_account_is_left_to_django(client, found):
    get_user_model().objects.all().delete()

    response = ask(client)

    assert (response.status_code, found) == (401, [None])


def test_a_rotated_key_is_left_to_django(client, found, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]

    response = ask(client)

    assert (response.status_code, found) == (200, [None])


def test_a_backend_of_the_site_is_left_to_django(client, found, monkeypatch):
    monkeypatch.setattr(account, "ModelBackend", type("Other", (ModelBackend,), {}))

    response = ask(client)

    assert (response.status_code, found) == (200, [None])


def test_a_manager_of_the_site_is_left_to_django(client, found, monkeypatch):
    monkeypatch.setattr(account, "_MANAGERS", ())

    response = ask(client)

    assert (response.status_code, found) == (200, [None])


def test_a_session_store_of_the_site_is_left_to_django(found, settings, client):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    client.force_login(get_user_model().objects.get())

    response = ask(client)

    assert (response.status_code, found) == (200, [None])


def test_a_visitor_without_a_cookie_costs_nothing(rf, django_assert_num_queries, client):
    request = rf.get(PATH)
    request.session = type(client.session)(None)

    with django_assert_num_queries(0):
        account.look_up(request)

    assert not hasattr(request, "_cached_user")
