"""The envelope in JSON, and its meta block on both API versions (ocs.md §3 and §5)."""

import sys

import pytest

from talk.api import renderers
from talk.constants import ParticipantType
from tests.factories import AttendeeFactory, SessionFactory

pytestmark = pytest.mark.django_db

LEAVE = "/ocs/v{}.php/apps/spreed/api/v4/room/abcd1234/participants/active"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"

in_a_site_that_answers = pytest.mark.urls("tests.ocs.answering")


@pytest.fixture(params=["orjson", "json"])
def json_library(request, monkeypatch):
    """Write JSON with the optional library, and without it."""
    if request.param == "json":
        monkeypatch.setitem(sys.modules, "orjson", None)
    monkeypatch.setattr(renderers, "dumps", renderers._dumps())


# The text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "text"),
    [
        (1, '{"status":"ok","statuscode":100,"message":"OK","totalitems":"","itemsperpage":""}'),
        (2, '{"status":"ok","statuscode":200,"message":"OK"}'),
    ],
)
def test_json_answer_is_meta_before_data(guest_client, json_library, version, text):
    response = guest_client.delete(LEAVE.format(version))

    assert response.content.decode() == '{"ocs":{"meta":%s,"data":null}}' % text  # noqa: UP031  braces


def test_json_answer_escapes_angle_brackets(sign_in, json_library):
    attendee = AttendeeFactory(room__name="</script><!-- é ☎ \u0007 -->")

    response = sign_in(attendee).get(ROOM.format(attendee.room.token))

    assert response.json()["ocs"]["data"]["name"] == "</script><!-- é ☎ \u0007 -->"
    assert rb"\u003C/script\u003E\u003C!-- " in response.content
    assert not set(b"<>") & set(response.content)


def test_json_answer_keeps_types(sign_in, json_library):
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    response = sign_in(session).get(ROOM.format(session.room.token))

    data = response.json()["ocs"]["data"]
    shown = {
        name: data[name] for name in ["hasCall", "hasPassword", "type", "callFlag", "lastPing"]
    }
    assert shown == {
        "hasCall": True,
        "hasPassword": False,
        "type": 2,
        "callFlag": 7,
        "lastPing": int(session.last_ping.timestamp()),
    }
    assert (data["hasCall"], data["hasPassword"]) == (True, False)
    assert [type(data[name]) for name in shown] == [bool, bool, int, int, int]


def test_room_object_carries_no_null(sign_in):
    attendee = AttendeeFactory(participant_type=ParticipantType.OWNER)

    response = sign_in(attendee).get(ROOM.format(attendee.room.token))

    data = response.json()["ocs"]["data"]
    assert [name for name, value in data.items() if value is None] == []


@pytest.mark.parametrize("path", ["cloud/capabilities", "apps/spreed/api/v4/room", "cloud/user"])
def test_nothing_empty_is_an_object(sign_in, path):
    attendee = AttendeeFactory(owner=True)

    response = sign_in(attendee).get(f"/ocs/v2.php/{path}")

    assert b"{}" not in response.content


# Codes ------------------------------------------------------------------------------------


@in_a_site_that_answers
@pytest.mark.parametrize(
    ("code", "v1", "v2"),
    [
        (200, (200, "ok", 100, "OK"), (200, "ok", 200, "OK")),
        (201, (200, "failure", 201, "why not"), (201, "ok", 201, "OK")),
        (202, (200, "failure", 202, "why not"), (202, "ok", 202, "OK")),
        (299, (200, "failure", 299, "why not"), (299, "ok", 299, "OK")),
        (300, (200, "failure", 300, "why not"), (300, "failure", 300, "why not")),
        (400, (200, "failure", 400, "why not"), (400, "failure", 400, "why not")),
        (401, (200, "failure", 401, "why not"), (401, "failure", 401, "why not")),
        (404, (200, "failure", 404, "why not"), (404, "failure", 404, "why not")),
        (412, (200, "failure", 412, "why not"), (412, "failure", 412, "why not")),
        (501, (200, "failure", 501, "why not"), (501, "failure", 501, "why not")),
        (600, (200, "failure", 600, "why not"), (600, "failure", 600, "why not")),
        (601, (200, "failure", 601, "why not"), (400, "failure", 601, "why not")),
        (199, (200, "failure", 199, "why not"), (400, "failure", 199, "why not")),
        (100, (200, "failure", 100, "why not"), (400, "failure", 100, "why not")),
        (0, (200, "failure", 0, "why not"), (400, "failure", 0, "why not")),
        (-1, (200, "failure", -1, "why not"), (400, "failure", -1, "why not")),
        (996, (200, "failure", 996, "why not"), (500, "failure", 996, "why not")),
        (997, (401, "failure", 997, "why not"), (401, "failure", 997, "why not")),
        (998, (200, "failure", 998, "why not"), (404, "failure", 998, "why not")),
        (999, (200, "failure", 999, "why not"), (500, "failure", 999, "why not")),
    ],
)
def test_code_decides_status_and_meta(guest_client, code, v1, v2):
    responses = [guest_client.get(f"/ocs/v{version}.php/code/{code}") for version in (1, 2)]

    metas = [response.json()["ocs"]["meta"] for response in responses]
    pages = [{"totalitems": "", "itemsperpage": ""}, {}]
    for response, meta, page, expected in zip(responses, metas, pages, (v1, v2), strict=True):
        status, word, statuscode, message = expected
        assert response.status_code == status
        assert meta == {"status": word, "statuscode": statuscode, "message": message} | page


@in_a_site_that_answers
@pytest.mark.parametrize("code", [204, 304])
@pytest.mark.parametrize("format", ["json", "xml"])
def test_status_without_content_has_no_body_on_v2(guest_client, code, format):
    response = guest_client.get(f"/ocs/v2.php/code/{code}", {"format": format})

    assert (response.status_code, response.content) == (code, b"")
    assert "Content-Type" not in response


@in_a_site_that_answers
@pytest.mark.parametrize("code", [204, 304])
def test_status_without_content_has_a_body_on_v1(guest_client, code):
    response = guest_client.get(f"/ocs/v1.php/code/{code}")

    assert response.status_code == 200
    assert response.json()["ocs"]["meta"]["statuscode"] == code


@in_a_site_that_answers
@pytest.mark.parametrize(
    ("failure", "status", "code", "message"),
    [
        ("Http404", 404, 404, ""),
        ("NotFound", 404, 404, ""),
        ("PermissionDenied of Django", 403, 403, ""),
        ("PermissionDenied of DRF", 403, 403, ""),
        ("NotAuthenticated", 401, 997, "Current user is not logged in"),
        ("AuthenticationFailed", 401, 997, "Unauthorised"),
        ("SuspiciousOperation", 400, 400, "Malformed request"),
        ("BadRequest", 400, 400, "Malformed request"),
        ("ParseError", 400, 400, "Malformed request"),
        ("LobbyActive", 412, 412, ""),
    ],
)
def test_failure_of_django_or_drf_is_a_refusal(guest_client, failure, status, code, message):
    response = guest_client.get(f"/ocs/v2.php/raise/{failure}")

    meta = {"status": "failure", "statuscode": code, "message": message}
    assert response.status_code == status
    assert response.json() == {"ocs": {"meta": meta, "data": []}}
