"""PUT /room/{token}/password (rooms.md §3). Who may is tested in test_api_access.py."""

import pytest
from django.test import override_settings

from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/password"
STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


@pytest.fixture
def owner():
    return AttendeeFactory(owner=True, room=RoomFactory(public=True))


def protect(client, room, password):
    response = client.put(URL.format(room.token), {"password": password}, JSON)
    room.refresh_from_db()
    return response.status_code, data_of(response)


def test_a_password_is_set_and_taken_away(sign_in, owner):
    client = sign_in(owner)

    status, seen = protect(client, owner.room, "open sesame")
    assert (status, seen["hasPassword"]) == (200, True)
    assert owner.room.check_password("open sesame") is True

    status, seen = protect(client, owner.room, "")
    assert (status, seen["hasPassword"], owner.room.has_password) == (200, False, False)


def test_no_password_is_ever_answered(sign_in, owner):
    response = sign_in(owner).put(URL.format(owner.room.token), {"password": "open sesame"}, JSON)

    owner.room.refresh_from_db()
    assert "sesame" not in response.content.decode()
    assert owner.room.password not in response.content.decode()


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_is_refused_with_words_for_the_user(sign_in, owner):
    status, seen = protect(sign_in(owner), owner.room, "short")

    assert (status, seen["error"]) == (400, "value")
    assert seen["message"].startswith("This password is too short.")
    assert owner.room.has_password is False
