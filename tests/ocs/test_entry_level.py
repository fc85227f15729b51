"""URLs, unknown routes, wrong methods, and whatever else is said before an endpoint is reached."""

import pytest
from django.core.signals import got_request_exception
from django.urls import resolve

from talk.api.parameters import Parameters
from talk.api.urls import urlpatterns
from talk.host import Policy
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory
from tests.ocs.endpoints import ENDPOINTS

pytestmark = pytest.mark.django_db

CALL = "/ocs/v{}.php/apps/spreed/api/v4/call/{}"
UNKNOWN = "Invalid query, please check the syntax."
SIGNED = "signaling-backend"
"""What signaling servers ask is no visitor's request, and has tests of its own (tests/hpb)."""


def envelope(code, message):
    return {
        "ocs": {
            "meta": {"status": "failure", "statuscode": code, "message": message},
            "data": [],
        }
    }


class Failing(Policy):
    """A site whose own code has a bug."""

    def may_use_talk(self, user):
        raise RuntimeError("a bug of the site")


# URLs -------------------------------------------------------------------------------------


def test_endpoints_table_is_complete():
    seat = AttendeeFactory()

    listed = {(resolve(each.url(seat)).url_name, each.method.lower()) for each in ENDPOINTS}

    assert listed == {
        (pattern.name, method)
        for pattern in urlpatterns
        for method in pattern.callback.actions
        if pattern.name not in {"unknown-route", SIGNED} and method != "head"
    }


def test_endpoints_table_names_every_parameter():
    in_paths = {"attendeeId", "format"}
    declared = {
        name
        for parameters in Parameters.__subclasses__()
        if parameters.__module__.startswith("talk.")
        and not parameters.__module__.endswith(".signaling_backend")
        for name in parameters().fields
    }

    listed = {name for each in ENDPOINTS for name in each.parameters}

    assert listed | in_paths == declared | in_paths


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_endpoint_answers_below_both_entries(endpoint):
    seat = AttendeeFactory(owner=True)

    names = [resolve(endpoint.url(seat, version=version)).url_name for version in (1, 2)]

    assert names[0] == names[1] != "unknown-route"


@pytest.mark.parametrize("token", ["abcd", "2345", "a" * 30, "0l1abcd", "settings"])
def test_token_of_4_to_30_characters_is_routed(guest_client, token):
    response = guest_client.get(CALL.format(2, token))

    assert (response.status_code, response.json()) == (404, envelope(404, ""))


@pytest.mark.parametrize(
    "token",
    [
        "abc",
        "a" * 31,
        "ABCD1234",
        "Abcd1234",
        "abcd1234%0A",
        "%0Aabcd1234",
        "abcd1234%00",
        "abcd-123",
        "abcd.123",
        "abcd 123",
        "abcd%2F123",
        "äbcd1234",
        "\u0661\u0662\u0663\u0664",
        "",
        "abcd1234/",
    ],
)
@pytest.mark.parametrize("words", ["call/{}", "room/{}", "room/{}/participants/active"])
def test_token_of_another_shape_is_an_unknown_route(guest_client, words, token):
    path = "/ocs/v2.php/apps/spreed/api/v4/" + words.format(token)

    response = guest_client.delete(path)

    assert (response.status_code, response.json()) == (404, envelope(998, UNKNOWN))


# Unknown routes ---------------------------------------------------------------------------

UNKNOWN_PATHS = [
    "",
    "/",
    "/apps/spreed/api/v1/call/{token}",
    "/apps/spreed/api/v2/call/{token}",
    "/apps/spreed/api/v3/call/{token}",
    "/apps/spreed/api/v5/call/{token}",
    "/apps/spreed/api/V4/call/{token}",
    "/apps/spreed/api/v4/call/{token}/",
    "/apps/spreed/api/v4/call/{token}/ring",
    "/apps/spreed/api/v4/call/{token}/ring/1/2",
    "/apps/spreed/api/v1/room",
    "/apps/spreed/api/v3/room/{token}",
    "/apps/spreed/api/v4/room/note-to-self",
    "/apps/other/api/v4/call/{token}",
    "/apps/spreed/api/v4/call/{token}%0A",
    "/cloud/capabilities/more",
    "/cloud/capabilities\nmore",
]


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 404)])
@pytest.mark.parametrize("path", UNKNOWN_PATHS)
def test_unknown_route_answers_998(sign_in, path, version, status):
    session = SessionFactory(attendee__owner=True)
    path = f"/ocs/v{version}.php" + path.format(token=session.attendee.room.token)

    response = sign_in(session).get(path)

    ocs = response.json()["ocs"]
    assert (response.status_code, ocs["meta"]["statuscode"]) == (status, 998)
    assert (ocs["meta"]["status"], ocs["meta"]["message"]) == ("failure", UNKNOWN)
    assert ocs["data"] == []


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
)
def test_unknown_route_is_unknown_to_every_method(guest_client, method):
    response = guest_client.generic(method, "/ocs/v2.php/apps/spreed/api/v4/nothing")

    assert response.status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Basic d3Jvbmc6d3Jvbmc="},
        {"authorization": "Bearer wrong"},
        {"accept": "text/html"},
    ],
)
def test_unknown_route_asks_nobody_who_they_are(headers):
    client = TalkClient(headers=headers)

    response = client.post("/ocs/v2.php/apps/spreed/api/v4/nothing")

    assert response.status_code == 404


def test_unknown_room_is_404_and_not_998(guest_client):
    responses = [guest_client.get(CALL.format(version, "abcd1234")) for version in (1, 2)]

    assert [response.status_code for response in responses] == [200, 404]
    codes = [response.json()["ocs"]["meta"]["statuscode"] for response in responses]
    assert codes == [404, 404]


# Wrong methods ----------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "apps/spreed/api/v4/call/{}"),
        ("OPTIONS", "apps/spreed/api/v4/call/{}"),
        ("PROPFIND", "apps/spreed/api/v4/call/{}"),
        ("GET", "apps/spreed/api/v4/call/{}/ring/1"),
        ("POST", "apps/spreed/api/v4/call/{}/notification-state"),
        ("DELETE", "apps/spreed/api/v4/room"),
        ("POST", "apps/spreed/api/v4/room/{}"),
        ("PUT", "apps/spreed/api/v4/room/{}/participants/active"),
        ("POST", "cloud/capabilities"),
    ],
)
def test_wrong_method_answers_405_without_a_body(guest_client, method, path, version):
    path = f"/ocs/v{version}.php/" + path.format(RoomFactory().token)

    response = guest_client.generic(method, path)

    assert (response.status_code, response.content) == (405, b"")
    assert response["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("?format=json", "*/*", "application/json; charset=utf-8"),
        ("?format=xml", "application/json", "application/xml; charset=utf-8"),
        ("", "text/html", "application/xml; charset=utf-8"),
    ],
)
def test_wrong_method_keeps_the_wanted_content_type(query, accept, content_type):
    client = TalkClient(headers={"accept": accept})

    response = client.patch(CALL.format(2, "abcd1234") + query)

    assert (response.status_code, response["Content-Type"]) == (405, content_type)


# Bugs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 500)])
def test_uncaught_error_answers_996(sign_in, settings, version, status):
    settings.TALK_POLICY = f"{__name__}.Failing"
    client = sign_in(AttendeeFactory())
    client.raise_request_exception = False

    response = client.get(f"/ocs/v{version}.php/cloud/capabilities")

    ocs = response.json()["ocs"]
    assert (response.status_code, ocs["meta"]["statuscode"]) == (status, 996)
    assert (ocs["meta"]["status"], ocs["data"]) == ("failure", [])


def test_uncaught_error_tells_no_detail(sign_in, settings):
    settings.TALK_POLICY = f"{__name__}.Failing"
    client = sign_in(AttendeeFactory())
    client.raise_request_exception = False

    response = client.get("/ocs/v2.php/cloud/capabilities")

    assert response.json() == envelope(996, "Internal Server Error")


def test_uncaught_error_reaches_the_log_and_the_site(sign_in, settings, caplog):
    settings.TALK_POLICY = f"{__name__}.Failing"
    client = sign_in(AttendeeFactory())
    client.raise_request_exception = False
    told = []

    def listen(sender, **arguments):
        told.append(sender)

    got_request_exception.connect(listen)

    client.get("/ocs/v2.php/cloud/capabilities")

    got_request_exception.disconnect(listen)
    assert len(told) == 1
    failures = [record for record in caplog.records if record.name == "talk.api"]
    assert [str(record.exc_info[1]) for record in failures] == ["a bug of the site"]
