"""Parameters from query, form, multipart and JSON in one (ocs.md §10; rooms.md §0)."""

import json

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.conftest import data_of
from tests.factories import AttendeeFactory, SessionFactory
from tests.ocs.echoing import ECHO

in_a_site_that_echoes = pytest.mark.urls("tests.ocs.echoing")

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
DEFAULTS = {"number": 7, "big": 0, "switch": True, "text": "", "names": []}
METHODS = ["GET", "POST", "PUT", "DELETE"]

READ_BEFORE = "tests.ocs.echoing.reads_form"
READ_AFTER = "tests.ocs.echoing.reads_form_afterwards"


@pytest.fixture(params=["nobody", READ_BEFORE, READ_AFTER])
def form_reader(request, settings):
    """Whether a middleware of the site looks at the form, before the view or after it."""
    if request.param != "nobody":
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, request.param]
    return request.param


def multipart(values):
    return encode_multipart(BOUNDARY, values)


BODIES = [
    ("number=3&switch=false&text=a%20b&names[]=x&names[]=y", FORM),
    ("number=3&switch=0&text=a+b&names%5B%5D=x&names%5B%5D=y", FORM + "; charset=UTF-8"),
    ("number=3&switch=&text=a+b&names[0]=x&names[1]=y", FORM.upper()),
    (
        multipart({"number": 3, "switch": "false", "text": "a b", "names[]": ["x", "y"]}),
        MULTIPART_CONTENT,
    ),
    ('{"number": 3, "switch": false, "text": "a b", "names": ["x", "y"]}', JSON),
    ('{"number": "3", "switch": 0, "text": "a b", "names": ["x", "y"]}', JSON + "; charset=utf-8"),
    ('\ufeff{"number": 3, "switch": "0", "text": "a b", "names": ["x", "y"]}', JSON),
    ('{"number": 3, "switch": "", "text": "a b", "names": {"0": "x"}, "names": ["x", "y"]}', JSON),
]


@in_a_site_that_echoes
@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("body", "content_type"), BODIES)
def test_body_of_every_kind_is_read(guest_client, form_reader, method, body, content_type):
    response = guest_client.generic(method, ECHO, body, content_type)

    assert data_of(response) == DEFAULTS | {
        "number": 3,
        "switch": False,
        "text": "a b",
        "names": ["x", "y"],
    }


@in_a_site_that_echoes
@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_query_is_read(guest_client, method):
    query = "?number=3&switch=false&text=a%20b&names[]=x&names%5B%5D=y"

    response = guest_client.generic(method, ECHO + query)

    assert data_of(response) == DEFAULTS | {
        "number": 3,
        "switch": False,
        "text": "a b",
        "names": ["x", "y"],
    }


@in_a_site_that_echoes
@pytest.mark.django_db
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("number=3", FORM),
        (multipart({"number": 3}), MULTIPART_CONTENT),
        ('{"number": 3}', JSON),
    ],
)
def test_body_wins_over_query_and_leaves_the_rest(
    guest_client, form_reader, method, body, content_type
):
    response = guest_client.generic(method, ECHO + "?number=5&text=kept", body, content_type)

    assert data_of(response) == DEFAULTS | {"number": 3, "text": "kept"}


@in_a_site_that_echoes
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("number=1&number=2", {"number": 2}),
        ("text=a&text=", {"text": ""}),
        ("names=x&names[]=y", {"names": ["y"]}),
        ("names[]=x&names[]=y&names[]=x", {"names": ["x", "y", "x"]}),
        ("names[0]=x&names[0]=y", {"names": ["y"]}),
        ("names[5]=x&names[]=y", {"names": ["x", "y"]}),
        ("names[1]=x&names[]=y", {"names": ["x", "y"]}),
        ("names[]=", {"names": [""]}),
        ("other=1&names[]=x&deep[a][b][c]=1&deep[]=2", {"names": ["x"]}),
        ("[]=1&[a]=2&=3&text[=4", {"text": "4"}),
        ("text=a%26b%3Dc%2Bd%25", {"text": "a&b=c+d%"}),
        ("text=%C3%A9%E2%98%8E%F0%9F%98%80", {"text": "é☎😀"}),
        ("text=%FF%FE", {"text": "\ufffd\ufffd"}),
        ("text=%", {"text": "%"}),
        ("&&;&", {}),
    ],
)
@pytest.mark.parametrize("place", ["query", "form"])
def test_names_and_brackets(guest_client, query, expected, place):
    if place == "query":
        response = guest_client.get(f"{ECHO}?{query}")
    else:
        response = guest_client.generic("PUT", ECHO, query, FORM)

    assert data_of(response) == DEFAULTS | expected


@in_a_site_that_echoes
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", JSON),
        ("null", JSON),
        ("{}", JSON),
        ("[]", JSON),
        ("", FORM),
        ("number=3", "text/plain"),
        ("number=3", ""),
        ("number=3", ";;;"),
        ('{"number": 3}', "application/jsonx"),
        ('{"number": 3}', "text/json"),
        ("<number>3</number>", "application/xml"),
        (b"\x00\xff", "application/octet-stream"),
        (b"\x00\xff", "image/png"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_body_that_carries_nothing_leaves_the_query(guest_client, method, body, content_type):
    response = guest_client.generic(method, ECHO + "?text=kept", body, content_type)

    assert data_of(response) == DEFAULTS | {"text": "kept"}


@in_a_site_that_echoes
@pytest.mark.django_db
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(("body", "content_type"), BODIES)
def test_body_of_undeclared_length_is_not_read(guest_client, method, body, content_type):
    response = guest_client.generic(method, ECHO, body, content_type, CONTENT_LENGTH="")

    assert data_of(response) == DEFAULTS


@in_a_site_that_echoes
@pytest.mark.django_db
def test_middleware_finds_the_form_after_the_view(guest_client, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, READ_AFTER]

    response = guest_client.generic("POST", ECHO, "number=3&names[]=x", FORM)

    assert response["X-Form"] == "number=3&names%5B%5D=x"


@in_a_site_that_echoes
@pytest.mark.django_db
def test_uploaded_file_is_of_no_interest(guest_client, form_reader, tmp_path):
    path = tmp_path / "number"
    path.write_text("3")

    with path.open() as upload:
        response = guest_client.post(ECHO, {"number": upload, "text": "kept"})

    assert data_of(response) == DEFAULTS | {"text": "kept"}


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["query", "form", "json"])
def test_parameters_of_a_real_endpoint_may_stand_anywhere(sign_in, place):
    session = SessionFactory(calling=True)
    path = f"/ocs/v2.php/apps/spreed/api/v4/call/{session.room.token}"
    query, form, body = {
        "query": ("?flags=3", "", FORM),
        "form": ("", "flags=3", FORM),
        "json": ("", json.dumps({"flags": 3}), JSON),
    }[place]

    response = sign_in(session).generic("PUT", path + query, form, body)

    session.refresh_from_db()
    assert (response.status_code, session.in_call) == (200, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["query", "json"])
def test_deletion_takes_its_parameters_from_query_or_body(sign_in, place):
    moderator = AttendeeFactory(owner=True)
    other = AttendeeFactory(room=moderator.room)
    path = f"/ocs/v2.php/apps/spreed/api/v4/room/{moderator.room.token}/attendees"
    query, body = f"?attendeeId={other.pk}", json.dumps({"attendeeId": other.pk})

    client = sign_in(moderator)
    response = client.delete(path + query) if place == "query" else client.delete(path, body, JSON)

    assert (response.status_code, moderator.room.attendees.count()) == (200, 1)
