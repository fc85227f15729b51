"""``OCS-APIRequest`` and CSRF (ocs.md §6)."""

import base64
import json

import pytest
from django.conf import settings as django_settings
from django.middleware.csrf import CSRF_SESSION_KEY, get_token
from django.test import RequestFactory
from rest_framework.authentication import BaseAuthentication

from talk.models import Attendee, Session
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.ocs.endpoints import ENDPOINTS

pytestmark = pytest.mark.django_db

CALL = "/ocs/v2.php/apps/spreed/api/v4/call/{}"
ENTER = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/active"
REFUSAL = {"message": "CSRF check failed"}
FORM = "application/x-www-form-urlencoded"


class AnyBearer(BaseAuthentication):
    """Takes every Bearer token for the name of a user."""

    def authenticate(self, request):
        scheme, _, name = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme != "Bearer":
            return None
        return UserFactory._meta.model.objects.get(username=name), name


def bare_client(accept="application/json", **headers):
    """A client without ``OCS-APIRequest``, which Django does not exempt from its checks."""
    return TalkClient(headers={"accept": accept, **headers}, enforce_csrf_checks=True)


def signed_in(user, **headers):
    client = bare_client(**headers)
    client.force_login(user)
    return client


def with_token(client):
    """Give the client a CSRF cookie; returns the token that goes with it."""
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies[django_settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return token


# Refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.csrf], ids=str)
def test_request_without_header_and_token_is_refused(endpoint, version):
    session = SessionFactory(attendee__owner=True)
    client = signed_in(session.attendee.user).hold(session)

    response = client.generic(endpoint.method, endpoint.url(session.attendee, version=version))

    assert (response.status_code, response.json()) == (412, REFUSAL)
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("query", "accept"), [("?format=xml", "*/*"), ("", "application/xml"), ("?format=json", "*/*")]
)
def test_refusal_is_json_without_envelope_whatever_was_asked_for(query, accept, version):
    path = CALL.format(RoomFactory(public=True).token).replace("v2", f"v{version}")

    response = bare_client(accept).get(path + query)

    assert (response.status_code, response.json()) == (412, REFUSAL)
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "accept", ["text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"]
)
def test_refusal_is_a_page_for_who_accepts_html(accept, version):
    path = CALL.format("abcd1234").replace("v2", f"v{version}")

    response = bare_client(accept).get(path)

    assert (response.status_code, response["Content-Type"]) == (412, "text/html; charset=utf-8")
    assert b"CSRF check failed" in response.content


def test_basic_alone_does_not_pass():
    attendee = AttendeeFactory()
    pair = base64.b64encode(f"{attendee.actor_id}:secret".encode()).decode()

    response = bare_client(authorization=f"Basic {pair}").get(CALL.format(attendee.room.token))

    assert (response.status_code, response.json()) == (412, REFUSAL)


def test_session_cookie_alone_is_refused_and_not_redirected():
    session = SessionFactory()

    response = signed_in(session.attendee.user).hold(session).post(CALL.format(session.room.token))

    assert (response.status_code, response.json()) == (412, REFUSAL)
    assert "Location" not in response


def test_guest_with_a_cookie_is_refused():
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    response = bare_client().hold(session).post(CALL.format(session.room.token))

    assert (response.status_code, response.json()) == (412, REFUSAL)


@pytest.mark.parametrize("value", ["", " "])
def test_empty_header_is_no_header(value):
    response = bare_client(**{"ocs-apirequest": value}).get(CALL.format("abcd1234"))

    assert (response.status_code, response.json()) == (412, REFUSAL)


def test_refused_request_changes_nothing():
    room = RoomFactory(public=True)

    response = bare_client().post(ENTER.format(room.token))

    assert response.status_code == 412
    assert (Attendee.objects.count(), Session.objects.count()) == (0, 0)


# Order ------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if not each.public], ids=str)
def test_missing_login_is_told_before_a_missing_header(endpoint):
    response = bare_client().generic(endpoint.method, endpoint.url(AttendeeFactory(owner=True)))

    assert response.status_code == 401


def test_missing_header_is_told_before_an_unknown_room():
    response = bare_client().get(CALL.format("abcd1234"))

    assert response.status_code == 412


# Accepted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["true", "True", "TRUE", "tRuE", "1", "yes", "false", "0"])
def test_header_with_any_value_passes(value):
    attendee = AttendeeFactory()

    response = signed_in(attendee.user, **{"ocs-apirequest": value}).get(
        CALL.format(attendee.room.token)
    )

    assert response.status_code == 200


def test_header_replaces_the_token_also_with_a_cookie_and_an_origin():
    session = SessionFactory()
    client = signed_in(
        session.attendee.user, **{"ocs-apirequest": "true", "origin": "https://testserver"}
    )

    response = client.hold(session).post(CALL.format(session.room.token))

    assert response.status_code == 200


def test_bearer_passes(settings):
    settings.TALK_AUTHENTICATION_CLASSES = [f"{__name__}.AnyBearer"]
    attendee = AttendeeFactory()
    client = bare_client(authorization=f"Bearer {attendee.actor_id}")

    response = client.get(CALL.format(attendee.room.token))

    assert response.status_code == 200


def test_download_needs_neither_header_nor_token():
    session = SessionFactory(calling=True, attendee__owner=True, attendee__room__with_call=True)
    Attendee.objects.update(last_joined_call=session.room.call_started_at)

    response = signed_in(session.attendee.user).get(CALL.format(session.room.token) + "/download")

    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")


def in_query(path, token):
    return {"path": f"{path}?requesttoken={token}"}


def in_form(path, token):
    return {"path": path, "data": f"requesttoken={token}", "content_type": FORM}


def in_json(path, token):
    body = json.dumps({"requesttoken": token})
    return {"path": path, "data": body, "content_type": "application/json"}


def in_header(path, token):
    return {"path": path, "headers": {"requesttoken": token}}


def in_djangos_header(path, token):
    return {"path": path, "headers": {"x-csrftoken": token}}


PLACES = [in_query, in_form, in_json, in_header, in_djangos_header]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_csrf_token_passes(place, method):
    session = SessionFactory(calling=True)
    client = signed_in(session.attendee.user).hold(session)
    token = with_token(client)

    response = client.generic(method, **place(CALL.format(session.room.token), token))

    assert response.status_code == (400 if method == "PUT" else 200)


@pytest.mark.parametrize("place", PLACES)
def test_csrf_token_passes_for_a_guest(place):
    client = bare_client()
    token = with_token(client)
    path = ENTER.format(RoomFactory(public=True).token)

    response = client.generic("POST", **place(path, token))

    assert response.status_code == 200


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("wrong", ["a" * 64, "a" * 32, "short", "%00" * 64, "%C3%A9" * 32])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_wrong_csrf_token_is_refused(place, wrong, method):
    client = signed_in(UserFactory())
    with_token(client)

    response = client.generic(method, **place(CALL.format("abcd1234"), wrong))

    assert (response.status_code, response.json()) == (412, REFUSAL)


@pytest.mark.parametrize("place", PLACES)
def test_csrf_token_without_its_cookie_is_refused(place):
    token = with_token(bare_client())

    response = bare_client().generic("POST", **place(CALL.format("abcd1234"), token))

    assert (response.status_code, response.json()) == (412, REFUSAL)


def test_csrf_token_from_a_foreign_origin_is_refused():
    client = bare_client(origin="https://evil.example")
    token = with_token(client)

    response = client.post(CALL.format("abcd1234"), headers={"requesttoken": token})

    assert (response.status_code, response.json()) == (412, REFUSAL)


@pytest.mark.parametrize("token", [None, 5, True, ["x"], {"a": "b"}, ""])
def test_csrf_token_that_is_no_text_is_refused(token):
    client = bare_client()
    with_token(client)

    response = client.generic("POST", **in_json(CALL.format("abcd1234"), token))

    assert (response.status_code, response.json()) == (412, REFUSAL)


def test_csrf_token_kept_in_the_session_passes(settings):
    settings.CSRF_USE_SESSIONS = True
    client = bare_client()
    request = RequestFactory().get("/")
    token = get_token(request)
    store = client.session
    store[CSRF_SESSION_KEY] = request.META["CSRF_COOKIE"]
    store.save()

    response = client.post(CALL.format("abcd1234"), headers={"requesttoken": token})

    assert response.status_code == 404
