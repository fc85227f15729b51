"""The account behind a cookie: found by one or two compiled queries, or else by Django itself."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.models import Session as Browser
from django.utils import timezone

from talk.api import account
from talk.recent import Recent
from tests.factories import UserFactory

PATH = "/ocs/v2.php/cloud/user"


@pytest.fixture
def client(client, db):
    """Somebody who is signed in, and whom this process has not met."""
    client.force_login(UserFactory())
    return client


@pytest.fixture(params=["at first", "later"])
def visitor(request, client):
    """The same, and somebody whom it has met before."""
    if request.param == "later":
        assert ask(client).status_code == 200
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


def look_up(rf, browser):
    """The account behind a request of that browser."""
    request = rf.get(PATH)
    request.session = browser.session
    # The store that a request gets has read nothing yet.
    request.session.__dict__.pop("_session_cache", None)
    account.look_up(request)
    return getattr(request, "_cached_user", None)


def test_finding_an_account_costs_two_queries(client, django_assert_num_queries, rf):
    with django_assert_num_queries(2):
        found = look_up(rf, client)

    assert found == get_user_model().objects.get()


def test_finding_it_again_costs_one(client, django_assert_num_queries, rf):
    look_up(rf, client)

    with django_assert_num_queries(1):
        found = look_up(rf, client)

    assert found == get_user_model().objects.get()


def test_it_is_found_as_it_is_by_now(client, rf):
    look_up(rf, client)
    get_user_model().objects.update(first_name="Ada")

    assert look_up(rf, client).first_name == "Ada"


def test_a_browser_that_is_somebody_else_by_now_is_found(client, rf):
    look_up(rf, client)
    another = UserFactory()
    session = client.session
    session["_auth_user_id"] = str(another.pk)
    session["_auth_user_hash"] = another.get_session_auth_hash()
    session.save()

    assert look_up(rf, client) == another


def test_a_browser_that_has_logged_out_is_nobody(client, rf):
    look_up(rf, client)
    session = client.session
    for key in ("_auth_user_id", "_auth_user_hash", "_auth_user_backend"):
        del session[key]
    session.save()

    assert look_up(rf, client) is None


def test_accounts_and_sessions_in_two_databases_are_not_asked_for_in_one(monkeypatch):
    monkeypatch.setattr(account.router, "db_for_read", lambda model: model._meta.app_label)

    assert account._accounts_with_session(get_user_model()) is None


def test_only_so_many_browsers_are_remembered(client, rf, monkeypatch):
    monkeypatch.setattr(account, "_owners", Recent(1))
    look_up(rf, client)
    known = client.session.session_key
    client.force_login(UserFactory())

    look_up(rf, client)

    assert list(account._owners) == [client.session.session_key] != [known]


def test_a_session_that_ran_out_is_left_to_django(visitor, found):
    Browser.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    response = ask(visitor)

    assert (response.status_code, found) == (401, [None])


def test_a_changed_password_is_left_to_django(visitor, found):
    user = get_user_model().objects.get()
    user.set_password("another")
    user.save()

    response = ask(visitor)

    assert (response.status_code, found) == (401, [None])


def test_an_inactive_account_is_left_to_django(visitor, found):
    get_user_model().objects.update(is_active=False)

    response = ask(visitor)

    assert (response.status_code, found) == (401, [None])


def test_a_deleted_account_is_left_to_django(visitor, found):
    get_user_model().objects.all().delete()

    response = ask(visitor)

    assert (response.status_code, found) == (401, [None])


def test_a_rotated_key_is_left_to_django(visitor, found, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]

    response = ask(visitor)

    assert (response.status_code, found) == (200, [None])


def test_a_backend_of_the_site_is_left_to_django(visitor, found, monkeypatch):
    monkeypatch.setattr(account, "ModelBackend", type("Other", (ModelBackend,), {}))

    response = ask(visitor)

    assert (response.status_code, found) == (200, [None])


def test_a_manager_of_the_site_is_left_to_django(visitor, found, monkeypatch):
    monkeypatch.setattr(account, "_MANAGERS", ())

    response = ask(visitor)

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
