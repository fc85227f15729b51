"""Values of the wrong kind are refused by the name of their parameter, and change nothing
(README, decisions 1 and 3; ocs.md §10)."""

import pytest

from talk.models import Attendee, Ban, Notification, Room
from tests.access.endpoints import ENDPOINTS
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory

pytestmark = pytest.mark.django_db

NUMBERS = [
    "abc",
    "",
    " 1",
    "1.5",
    "0x10",
    "1e3",
    "\u0661",
    1.5,
    True,
    [1],
    {"a": 1},
    10**19,
    "9" * 40,
]
TEXTS = [["x"], {"a": "x"}, True, "a\x00b", "\ud800"]
LISTS = ["1", 1, [["1"]], ["x"], [1.5], [True], [None], {"a": 1}, [10**19]]
KINDS = {
    "mentionPermissions": NUMBERS,
    "seconds": NUMBERS,
    "recordingConsent": NUMBERS,
    "state": NUMBERS,
    "level": NUMBERS,
    "permissions": [*NUMBERS, -1, 256],
    "attendeeId": [*NUMBERS, -1],
    "password": TEXTS,
    "method": TEXTS,
    "actorType": TEXTS,
    "actorId": TEXTS,
    "internalNote": TEXTS,
    "ids": LISTS,
}
CASES = [
    (endpoint, name, value)
    for endpoint in ENDPOINTS
    for name in endpoint.fine
    for value in KINDS[name]
]
OPTIONAL = {"password", "internalNote", "ids"}


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Room, Attendee, Ban)]


@pytest.fixture
def room():
    return RoomFactory(public=True, object_type="event", object_id="1#2")


@pytest.mark.parametrize(("endpoint", "name", "value"), CASES, ids=lambda case: str(case)[:40])
def test_a_value_of_the_wrong_kind_is_named(sign_in, room, endpoint, name, value):
    owner, attendee = AttendeeFactory(room=room, owner=True), AttendeeFactory(room=room)
    before = everything()

    response = endpoint.ask(sign_in(owner), room, attendee.pk, **{name: value})

    assert (response.status_code, data_of(response)) == (400, {"error": name})
    assert everything() == before


MISSING = [
    (endpoint, name) for endpoint in ENDPOINTS for name in endpoint.fine if name not in OPTIONAL
]


@pytest.mark.parametrize(("endpoint", "name"), MISSING, ids=str)
def test_a_value_that_is_missing_is_named(sign_in, room, endpoint, name):
    owner, attendee = AttendeeFactory(room=room, owner=True), AttendeeFactory(room=room)
    before = everything()

    response = endpoint.ask(sign_in(owner), room, attendee.pk, **{name: None})

    assert (response.status_code, data_of(response)) == (400, {"error": name})
    assert everything() == before


@pytest.mark.parametrize(
    "endpoint", [each for each in ENDPOINTS if each.fine and "ids" not in each.fine], ids=str
)
@pytest.mark.parametrize("way", ["form", "query"])
def test_numbers_and_texts_come_in_any_way(sign_in, room, endpoint, way):
    owner, attendee = AttendeeFactory(room=room, owner=True), AttendeeFactory(room=room)
    client, url = sign_in(owner), endpoint.path.format(token=room.token)
    fine = {k: str(attendee.pk if v is None else v) for k, v in endpoint.fine.items()}

    if way == "query":
        response = client.generic(endpoint.method, url, query_params=fine)
    else:
        form = "&".join(f"{name}={value}" for name, value in fine.items())
        response = client.generic(endpoint.method, url, form, "application/x-www-form-urlencoded")

    assert response.status_code == endpoint.status


@pytest.mark.parametrize("body", ["{", "[1]", '"x"', "5", '{"a":', "\xff"])
@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.method != "GET"], ids=str)
def test_broken_json_is_malformed(sign_in, room, endpoint, body):
    owner = AttendeeFactory(room=room, owner=True)
    before = everything()

    response = sign_in(owner).generic(
        endpoint.method, endpoint.path.format(token=room.token), body.encode("latin-1"),
        "application/json",
    )  # fmt: skip

    assert (response.status_code, data_of(response)) == (400, [])
    assert (everything(), Notification.objects.count()) == (before, 0)
