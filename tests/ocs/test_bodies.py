"""Bodies that cannot be read: refused before anything else is looked at (ocs.md §10)."""

import json

import pytest

from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, SessionFactory
from tests.ocs.echoing import ECHO

pytestmark = pytest.mark.django_db

in_a_site_that_echoes = pytest.mark.urls("tests.ocs.echoing")

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
CALL = "/ocs/v{}.php/apps/spreed/api/v4/call/{}"
USER = "/ocs/v{}.php/cloud/user"
READ_BEFORE = "tests.ocs.echoing.reads_form"

BROKEN = [
    ("{", JSON),
    ("{]", JSON),
    ('{"flags": 1,}', JSON),
    ("{'flags': 1}", JSON),
    ('{"flags": 1} x', JSON),
    ("flags=1", JSON),
    (" ", JSON),
    ("<a/>", JSON),
    (b"\x00", JSON),
    (b'{"text": "\xff"}', JSON),
    (b"\xff\xfe\x00", JSON),
    ('{"text": "\x00"}', JSON),
    ('"text"', JSON),
    ("5", JSON),
    ("true", JSON),
    ("[1]", JSON),
    ('[{"flags": 1}]', JSON),
    ("[" * 100_000, JSON),
    ('{"a":' * 100_000 + "1" + "}" * 100_000, JSON),
    ("x", "multipart/form-data"),
    ("x", "multipart/form-data; boundary="),
    ("x", "multipart/form-data; boundary=\xe9"),
    (
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
        "multipart/form-data; boundary=b; charset=base64",
    ),
    ("&".join(f"a{number}=1" for number in range(1001)), FORM),
]

IDS = [f"{body[:12]!r} as {content_type}" for body, content_type in BROKEN]


class Unreadable:
    """A connection that breaks while the body is read."""

    def read(self, *args):
        raise OSError("connection reset")

    readline = read


class CutOff:
    """A connection that ends before the whole body came."""

    def __init__(self, rest):
        self.rest = rest

    def read(self, *args):
        rest, self.rest = self.rest, b""
        return rest

    readline = read


def malformed(version=2, message="Malformed request", code=400):
    meta = {"status": "failure", "statuscode": code, "message": message}
    if version == 1:
        meta |= {"totalitems": "", "itemsperpage": ""}
    return {"ocs": {"meta": meta, "data": []}}


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 400)])
@pytest.mark.parametrize(("body", "content_type"), BROKEN, ids=IDS)
def test_broken_body_is_refused(sign_in, body, content_type, version, status):
    session = SessionFactory(attendee__owner=True)
    path = CALL.format(version, session.room.token)

    response = sign_in(session).generic("POST", path, body, content_type)

    session.refresh_from_db()
    assert (response.status_code, response.json()) == (status, malformed(version))
    assert session.in_call == 0


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_broken_json_is_refused_with_every_method(sign_in, method):
    session = SessionFactory(calling=True, attendee__owner=True)

    response = sign_in(session).generic(method, CALL.format(2, session.room.token), "{", JSON)

    session.refresh_from_db()
    assert (response.status_code, session.in_call) == (400, 7)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", USER.format(2)),
        ("POST", CALL.format(2, "abcd1234")),
        ("PATCH", CALL.format(2, "abcd1234")),
        ("POST", CALL.format(2, "BAD")),
        ("POST", "/ocs/v2.php/nothing"),
    ],
    ids=["login missing", "header missing", "method wrong", "token wrong", "route unknown"],
)
def test_broken_json_is_told_before_anything_else(method, path):
    client = TalkClient(headers={"accept": "application/json"})

    response = client.generic(method, path, "{", JSON)

    assert (response.status_code, response.json()) == (400, malformed())


@pytest.mark.parametrize("readers", [[], [READ_BEFORE]], ids=["unread", "form read before"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_body_above_the_sites_limit_is_refused(sign_in, settings, method, readers):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, *readers]
    session = SessionFactory(attendee__owner=True)
    body = json.dumps({"flags": 1, "more": "x" * 100})
    client = sign_in(session)

    v1, v2 = (
        client.generic(method, CALL.format(version, session.room.token), body, JSON)
        for version in (1, 2)
    )

    assert (v1.status_code, v1.json()) == (200, malformed(1, "Request body too large", 413))
    assert (v2.status_code, v2.json()) == (413, malformed(2, "Request body too large", 413))


@pytest.mark.parametrize("content_type", [JSON, FORM, "multipart/form-data; boundary=b"])
def test_connection_that_breaks_is_a_refusal(sign_in, content_type):
    session = SessionFactory()

    response = sign_in(session).generic(
        "POST",
        CALL.format(2, session.room.token),
        "x" * 50,
        content_type,
        **{"wsgi.input": Unreadable()},
    )

    assert (response.status_code, response.json()) == (400, malformed())


def test_json_that_ends_early_is_a_refusal(sign_in):
    session = SessionFactory()

    response = sign_in(session).generic(
        "POST",
        CALL.format(2, session.room.token),
        "x" * 50,
        JSON,
        **{"wsgi.input": CutOff(b'{"flags": 1')},
    )

    assert (response.status_code, response.json()) == (400, malformed())


@pytest.mark.parametrize("length", ["abc", "-1", "0", "1e9", "99999999999999999999"])
def test_strange_length_is_no_error_of_the_server(guest_client, length):
    response = guest_client.generic(
        "POST", CALL.format(2, "abcd1234"), '{"flags": 1}', JSON, CONTENT_LENGTH=length
    )

    assert response.status_code in {400, 404, 413}


@in_a_site_that_echoes
@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "base64", "hex", "nothing", "", "\xe9"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_strange_charset_is_no_error_of_the_server(guest_client, charset, method):
    response = guest_client.generic(method, ECHO, "number=3", f"{FORM}; charset={charset}")

    assert (response.status_code, data_of(response)["number"]) == (200, 3)


@in_a_site_that_echoes
@pytest.mark.parametrize("query", ["?a" + "[a]" * 9 + "=1", "?a" + "[]" * 5000 + "=1"])
@pytest.mark.parametrize("place", ["query", "form"])
def test_brackets_that_nest_too_deep_are_refused(guest_client, query, place):
    if place == "query":
        response = guest_client.get(ECHO + query)
    else:
        response = guest_client.generic("POST", ECHO, query[1:], FORM)

    assert (response.status_code, response.json()) == (400, malformed())


@in_a_site_that_echoes
def test_brackets_that_nest_deep_enough_are_read(guest_client):
    response = guest_client.get(ECHO + "?number=3&a" + "[a]" * 8 + "=1")

    assert data_of(response)["number"] == 3


@pytest.mark.parametrize("accept", ["application/json", "application/xhtml+xml", "*/*"])
def test_too_many_names_in_a_query_are_refused(accept):
    query = "&".join(f"a{number}=1" for number in range(1001))
    client = TalkClient(headers={"accept": accept, "ocs-apirequest": "true"})

    response = client.get(f"{CALL.format(2, 'abcd1234')}?{query}")

    assert response.status_code == 400
    assert b"Malformed request" in response.content


def test_refused_body_tells_nothing_of_the_room(sign_in):
    attendee = AttendeeFactory(room__lobby_state=1)
    client = sign_in(attendee)

    known = client.generic("POST", CALL.format(2, attendee.room.token), "{", JSON)
    unknown = client.generic("POST", CALL.format(2, "abcd1234"), "{", JSON)

    assert known.content == unknown.content
