"""Hostile values for every parameter of every endpoint: refused by name, and nothing is written."""

import json
import random
from urllib.parse import quote, urlencode

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from talk.filters import moment
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory
from tests.ocs.endpoints import CALL, ENDPOINTS, TALK, everything, undone

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
SEED = 20_260_801

TEXTS = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "16",
    "256",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "253402300799",
    "253402300800",
    "1099511627776",
    "9" * 5000,
    "1.5",
    "1e3",
    "0x10",
    "NaN",
    "٣",
    "true",
    "false",
    "null",
    "\x00",
    "a\x00b",
    "".join(map(chr, range(1, 0x20))),
    "é☎😀",
    "\ufffe\uffff\u202e\u2028",
    "' OR 1=1 --",
    '%s%n%00"\\',
    "<script>{{7*7}}",
    "../../../etc/passwd",
    "a" * 300,
    "a" * 60_000,
    "😀" * 1000,
    "users",
    "event",
    "csv",
]
"""What a query or a form can say; JSON as well."""

VALUES = [
    None,
    True,
    False,
    0,
    -1,
    16,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63),
    10**30,
    1.5,
    -0.0,
    1e308,
    float("inf"),
    float("nan"),
    [],
    [[]],
    [None],
    ["a"],
    ["\x00"],
    [0, {}],
    {},
    {"a": 1},
    {"0": "a"},
    {"": None},
    "\ud800",
    "a\udfffb",
    ["\ud800"],
    json.loads("[" * 60 + "]" * 60),
]
"""What only JSON can say."""

BRACKETS = ["[]", "[a]", "[0][1]", "[a][]", "[]]", "[", "[\x00]", "[" * 20, "[a]" * 9]

PAIRS = [(endpoint, name) for endpoint in ENDPOINTS for name in endpoint.parameters]


def some_texts(number, name):
    """Some of the texts: others for other parameters, the same ones every time."""
    return random.Random(f"{SEED} {name}").sample(TEXTS, number)


@pytest.fixture
def owner(sign_in):
    """A session that passes all rules but those for values: a public room's owner in its call."""
    room = RoomFactory(public=True, with_call=True, listable=2)
    seat = AttendeeFactory(room=room, owner=True, last_joined_call=timezone.now())
    AttendeeFactory(room=room)
    RoomFactory(listable=2)
    session = SessionFactory(attendee=seat, calling=True)
    session.client, session.before = sign_in(session), everything()
    return session


def ask(owner, method, path, body="", content_type=""):
    """Ask, and undo it; whatever the answer is, it must be one that the contract knows."""
    says = f"{method} {path[:200]} {body[:200]!r}"
    with undone():
        response = owner.client.generic(method, path, body, content_type)
        if response.status_code == 304:
            assert response.content == b"", says
            return response
        if response["Content-Type"].startswith("text/csv"):
            assert (response.status_code in {200, 400}, "/download" in path) == (True, True), says
            return response
        if response["Content-Type"] == "image/svg+xml":
            assert (response.status_code, "/avatar" in path) == (200, True), says
            return response
        code = response.json()["ocs"]["meta"]["statuscode"]
        assert response.status_code < 500 or code == 501, says
        assert code < 300 or everything() == owner.before, says
    return response


@pytest.mark.parametrize(("endpoint", "name"), PAIRS, ids=str)
def test_hostile_text_in_a_query(owner, endpoint, name):
    for text in some_texts(24, name):
        query = urlencode({name: text})

        ask(owner, endpoint.method, f"{endpoint.url(owner.attendee)}?{query}")


@pytest.mark.parametrize(("endpoint", "name"), PAIRS, ids=str)
def test_hostile_text_in_a_form(owner, endpoint, name):
    for text in some_texts(8, name):
        body = urlencode({name: text})

        ask(owner, endpoint.method, endpoint.url(owner.attendee), body, FORM)


@pytest.mark.parametrize(("endpoint", "name"), PAIRS, ids=str)
def test_hostile_value_in_json(owner, endpoint, name):
    for value in [*VALUES, *some_texts(8, name)]:
        ask(owner, endpoint.method, endpoint.url(owner.attendee), json.dumps({name: value}), JSON)


@pytest.mark.parametrize(("endpoint", "name"), PAIRS, ids=str)
def test_hostile_brackets(owner, endpoint, name):
    for brackets in BRACKETS:
        query = urlencode({f"{name}{brackets}": "1"})

        ask(owner, endpoint.method, f"{endpoint.url(owner.attendee)}?{query}")


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("/room", "modifiedSince", "253402300800"),
        ("/room", "modifiedSince", "1099511627776"),
        ("/listed-room", "searchTerm", "a" * 256),
        ("/listed-room", "searchTerm", "a" * 60_000),
    ],
    ids=lambda value: value[:20],
)
def test_what_a_database_could_not_search_for_is_refused_by_name(owner, path, name, text):
    response = ask(owner, "GET", f"{TALK.format(version=2)}{path}?{urlencode({name: text})}")

    assert (response.status_code, data_of(response)) == (400, {"error": name})


@pytest.mark.parametrize("path", [CALL + "/ring/", CALL + "/dialout/"])
def test_hostile_attendee_in_a_path(owner, path):
    path = path.format(version=2, token=owner.room.token)

    for text in TEXTS:
        ask(owner, "POST", path + quote(text, safe=""))


@pytest.mark.parametrize("path", ["/call/", "/room/", "/call/{}/", "/room/{}/", "/"])
def test_hostile_path(owner, path):
    path = TALK.format(version=2) + path.format(owner.room.token)

    for text in TEXTS:
        response = ask(owner, "DELETE", f"{path}{quote(text, safe='')}/x")

        assert response.status_code == 404


def test_random_requests(owner):
    chance = random.Random(SEED)
    names = sorted({name for _endpoint, name in PAIRS} | {"format", "requesttoken", "token"})

    for _ in range(200):
        endpoint = chance.choice(ENDPOINTS)
        values = {
            chance.choice(names): chance.choice(TEXTS + VALUES) for _ in range(chance.randint(1, 5))
        }
        values["format"] = "json"
        query = urlencode({chance.choice(names): chance.choice(TEXTS[:33]), "format": "json"})

        ask(
            owner,
            endpoint.method,
            f"{endpoint.url(owner.attendee)}?{query}",
            json.dumps(values),
            chance.choice([JSON, JSON, FORM, "text/plain"]),
        )


def test_random_bytes(owner):
    chance = random.Random(SEED)
    types = [JSON, FORM, "multipart/form-data; boundary=b", "application/xml", "", "/", "x" * 300]

    for _ in range(150):
        endpoint = chance.choice(ENDPOINTS)
        body = chance.choice([b"", b"{", b'{"flags":', b"flags=", b"--b\r\n"])
        body += chance.randbytes(chance.randint(0, 60))

        ask(owner, endpoint.method, endpoint.url(owner.attendee), body, chance.choice(types))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_stranger_changes_nothing_anywhere(owner, guest_client, endpoint):
    owner.room.set_password("secret")
    owner.room.save()
    values = dict.fromkeys([*endpoint.parameters, "format"], "json")
    before = everything()

    guest_client.generic(endpoint.method, endpoint.url(owner.attendee), urlencode(values), FORM)

    assert everything() == before


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize("aware", [True, False])
def test_moment_behind_the_end_of_the_calendar_is_a_bad_value(settings, zone, aware):
    settings.TIME_ZONE, settings.USE_TZ = zone, aware

    for seconds in (253_402_300_800 + 86_400, -(10**15), 2**62):
        with pytest.raises(ValidationError):
            moment(seconds)


def test_last_moment_of_the_calendar_is_a_bad_value_where_the_clock_is_ahead(settings):
    settings.TIME_ZONE, settings.USE_TZ = "Asia/Tokyo", False

    with pytest.raises(ValidationError):
        moment(253_402_300_799)
