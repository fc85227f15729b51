"""Hostile headers and cookies: a documented answer, and nothing is written."""

from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session as DjangoSession

from talk.models import Attendee, Room, Session
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory
from tests.ocs.endpoints import everything

pytestmark = pytest.mark.django_db

TALK = "/ocs/v2.php/apps/spreed/api/v4"
ASKED = [
    ("GET", TALK + "/call/{}"),
    ("POST", TALK + "/call/{}"),
    ("GET", TALK + "/room"),
    ("PUT", TALK + "/room/{}"),
    ("DELETE", TALK + "/room/{}/participants/active"),
    ("GET", "/ocs/v2.php/cloud/capabilities"),
    ("GET", "/ocs/v2.php/nothing"),
]

STRANGE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x01\x1b",
    "\xff\xfe",
    "é",
    "a" * 10_000,
    "%s%n%00",
    '"',
    '"\\000"',
    '"\\"',
    "=;,=;,",
    "<script>",
    "' OR 1=1 --",
    "\t",
]

AUTHORIZATIONS = [
    *STRANGE,
    "Basic",
    "Basic ",
    "basic  ",
    "Basic \x00",
    "Basic \xff",
    "Basic ====",
    "Basic Og==",
    "Basic OjoAOg==",
    "Basic AAAAAAAA",
    "Basic YQA6YgA=",
    "Basic 8J+YgDrwn5iA",
    "Basic YWxpY2U6c2VjcmV0, Basic YWxpY2U6c2VjcmV0",
    "Basic " + "A" * 10_000,
    "Basic " + "YTpi" * 3_000,
    "Bearer",
    "Bearer ",
    "Bearer \x00",
    "Bearer " + "a" * 10_000,
    "Digest username=a",
    "Negotiate",
    "Basic\tYTpi",
    "\x00Basic YTpi",
]

ACCEPTS = [
    *STRANGE,
    "*",
    "application/",
    "application/;",
    "application/json;q=",
    "application/json" + ";q=0.1" * 1000,
    "application/json," * 1000,
    "application/\x00",
    "html",
    "text/html",
    "application/xhtml+xml",
    "application/<x>",
]

CONTENT_TYPES = [
    *STRANGE,
    "/",
    "application/json; charset",
    "application/json; charset=none",
    "application/json; charset=base64",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "a" * 500,
    "multipart/form-data; boundary=\xff",
    "multipart/form-data; charset=hex; boundary=a",
]

OTHERS = [
    "accept-language",
    "accept-encoding",
    "ocs-apirequest",
    "requesttoken",
    "x-csrftoken",
    "x-requested-with",
    "origin",
    "referer",
    "user-agent",
    "if-none-match",
    "if-modified-since",
    "range",
    "x-forwarded-for",
    "x-http-method-override",
]

COOKIES = [
    *STRANGE,
    "forged0123456789abcdefghijklmnop",
    "a" * 7,
    "a" * 8,
    '"aaaaaaaa\\000bbbb"',
    '"aaaaaaaa\\377\\376"',
    '"aaaaaaaa\\012\\015"',
    '"aaaaaaaa\\400"',
    "aaaaaaaa\x00bbbb",
    "aaaaaaaa\xf0\x9f\x98\x80",
    "a" * 32 + "; {name}=" + "b" * 32,
    "a" * 64,
]


def shows_a_documented_answer(response):
    """An envelope, a CSRF refusal, or for browsers its page or the way to the login."""
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind == "application/json":
        body = response.json()
        return set(body) == {"ocs"} or body == {"message": "CSRF check failed"}
    if kind == "text/html":
        return response.status_code in {302, 412}
    return ElementTree.fromstring(response.content).tag == "ocs"


def check(client, headers, *, room):
    """Ask a few endpoints; nobody who sends these headers may change anything."""
    before = everything()
    for method, path in ASKED:
        response = client.generic(method, path.format(room.token), headers=headers)

        says = f"{method} {path} {str(headers)[:200]} -> {response.status_code}"
        assert response.status_code < 500, says
        assert shows_a_documented_answer(response), says
    assert everything() == before


@pytest.fixture
def room():
    """A public room that strangers see."""
    return AttendeeFactory(owner=True, room__public=True).room


@pytest.mark.parametrize("value", AUTHORIZATIONS, ids=lambda value: repr(value[:30]))
def test_hostile_authorization(guest_client, room, value):
    check(guest_client, {"authorization": value}, room=room)


@pytest.mark.parametrize("value", ACCEPTS, ids=lambda value: repr(value[:30]))
@pytest.mark.parametrize("header", ["true", ""])
def test_hostile_accept(guest_client, room, value, header):
    check(guest_client, {"accept": value, "ocs-apirequest": header}, room=room)


@pytest.mark.parametrize("value", CONTENT_TYPES, ids=lambda value: repr(value[:40]))
def test_hostile_content_type(guest_client, room, value):
    before = everything()

    for body in (b"", b'{"flags": 1}', b"flags=1", b"--a\r\n\r\n--a--"):
        for method, path in ASKED:
            response = guest_client.generic(method, path.format(room.token), body, value)

            assert response.status_code < 500
            assert shows_a_documented_answer(response)
    assert everything() == before


@pytest.mark.parametrize("name", OTHERS)
def test_other_hostile_headers(guest_client, room, name):
    for value in STRANGE:
        check(guest_client, {name: value}, room=room)


@pytest.mark.parametrize(
    "name",
    [
        django_settings.SESSION_COOKIE_NAME,
        django_settings.CSRF_COOKIE_NAME,
        django_settings.LANGUAGE_COOKIE_NAME,
        "messages",
        "x",
    ],
)
def test_hostile_cookies(room, name):
    token = {"requesttoken": "a" * 64, "accept": "application/json"}

    for value in COOKIES:
        cookie = f"{name}={value.replace('{name}', name)}"

        check(TalkClient(), {"cookie": cookie}, room=room)
        check(TalkClient(headers=token), {"cookie": cookie}, room=room)


@pytest.mark.parametrize("cookie", ['"aaaaaaaa\\000bbbb"', "aaaaaaaa\x00bbbb"])
def test_session_store_is_never_asked_for_a_nul(settings, guest_client, room, cookie):
    settings.SESSION_ENGINE = "tests.ocs.strict_sessions"

    check(guest_client, {"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}, room=room)


@pytest.mark.parametrize(
    "cookie", [";;;", "=", "==;=", "sessionid", 'sessionid="', "\xff=\xff", "\x00"]
)
def test_broken_cookie_header(guest_client, room, cookie):
    check(guest_client, {"cookie": cookie}, room=room)


@pytest.mark.parametrize("value", COOKIES, ids=lambda value: repr(value[:30]))
def test_entering_with_a_forged_cookie_makes_a_session_of_its_own(value):
    room = RoomFactory(public=True)
    name = django_settings.SESSION_COOKIE_NAME
    cookie = f"{name}={value.replace('{name}', name)}"

    response = TalkClient().post(
        f"{TALK}/room/{room.token}/participants/active", headers={"cookie": cookie}
    )

    key = DjangoSession.objects.get().session_key
    assert (response.status_code, response.cookies[name].value) == (200, key)
    assert key not in value
    assert (Room.objects.count(), Attendee.objects.count(), Session.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("value", ["forged0123456789abcdefghijklmnop", '"aaaaaaaa\\000bbbb"'])
def test_refused_request_with_a_forged_cookie_leaves_no_session(room, value):
    room.set_password("secret")
    room.save()
    cookie = f"{django_settings.SESSION_COOKIE_NAME}={value}"

    response = TalkClient().post(
        f"{TALK}/room/{room.token}/participants/active", headers={"cookie": cookie}
    )

    assert response.status_code == 403
    assert DjangoSession.objects.count() == Session.objects.count() == 0


def test_talk_session_is_not_reached_with_a_guessed_holder():
    session = SessionFactory(attendee=AttendeeFactory(guest=True), calling=True)
    cookie = f"{django_settings.SESSION_COOKIE_NAME}={session.holder}"

    response = TalkClient().delete(f"{TALK}/call/{session.room.token}", headers={"cookie": cookie})

    assert response.status_code == 404
