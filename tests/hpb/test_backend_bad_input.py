"""Nobody but a signaling server of ours is heard, whatever else arrives (signaling.md §3.1)."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.handlers.asgi import ASGIRequest
from django.core.management import call_command
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from talk.models import ServerRequest, server_request
from tests.conftest import data_of
from tests.factories import SessionFactory
from tests.hpb.conftest import BACKEND, SECRET, sign
from tests.ocs.endpoints import everything

pytestmark = pytest.mark.django_db

FORGED = {
    "type": "error",
    "error": {"code": "invalid_request", "message": "The request could not be authenticated."},
}
MALFORMED = {
    "type": "error",
    "error": {"code": "invalid_request", "message": "The request cannot be understood."},
}


@pytest.fixture
def leave():
    session = SessionFactory(calling=True, attendee__room__with_call=True)
    asked = {
        "version": "1.0",
        "roomid": session.room.token,
        "userid": session.attendee.actor_id,
        "sessionid": session.session_id,
        "action": "leave",
    }
    return json.dumps({"type": "room", "room": asked}).encode()


def post(body, headers, url=BACKEND):
    """As a server does it: no cookie, no ``OCS-APIRequest``, no format."""
    length = {"CONTENT_LENGTH": str(len(body))}
    return Client().post(url, body, content_type="application/json", headers=headers, **length)


def assert_refused(body, headers):
    before = everything()

    response = post(body, headers)

    assert (response.status_code, data_of(response)) == (200, FORGED)
    assert everything() == before


def test_the_signature_alone_is_enough(leave):
    response = post(leave, sign(leave))

    assert (response.status_code, data_of(response)["type"]) == (200, "room")
    assert "Set-Cookie" not in response.headers


def test_a_request_without_signature_is_refused(leave):
    assert_refused(leave, {})


def test_a_request_signed_with_another_secret_is_refused(leave):
    assert_refused(leave, sign(leave, secret="another"))


def test_a_request_whose_body_was_changed_is_refused(leave):
    assert_refused(leave.replace(b'"leave"', b'"join"'), sign(leave))


def test_a_truncated_request_is_refused(leave):
    assert_refused(leave[:-1], sign(leave))


def test_a_short_random_is_refused(leave):
    assert_refused(leave, sign(leave, random="0" * 31))


@pytest.mark.parametrize("checksum", ["", "0" * 64, "é", "x" * 10_000])
def test_a_checksum_that_is_none_is_refused(leave, checksum):
    assert_refused(leave, sign(leave) | {"Spreed-Signaling-Checksum": checksum})


def test_an_upper_case_checksum_is_refused(leave):
    headers = sign(leave)
    headers["Spreed-Signaling-Checksum"] = headers["Spreed-Signaling-Checksum"].upper()

    assert_refused(leave, headers)


def test_a_replayed_request_is_refused(leave):
    headers = sign(leave)
    post(leave, headers)

    assert_refused(leave, headers)


def test_a_replayed_request_is_refused_by_a_process_that_shares_no_cache(leave):
    headers = sign(leave)
    post(leave, headers)
    cache.clear()

    assert_refused(leave, headers)


def test_a_replayed_ping_is_refused():
    ping = b'{"type": "ping", "ping": {"version": "1.0", "entries": []}}'
    headers = sign(ping)
    post(ping, headers)

    assert_refused(ping, headers)


def test_what_is_long_ago_is_forgotten(leave):
    post(leave, sign(leave))
    post(b'{"type": "room", "room": {}}', sign(b'{"type": "room", "room": {}}'))
    first = ServerRequest.objects.order_by("pk").first()
    ServerRequest.objects.filter(pk=first.pk).update(asked_at=timezone.now() - timedelta(days=2))

    call_command("talk_cleanup")

    assert ServerRequest.objects.count() == 1


def test_a_site_that_never_cleans_up_forgets_as_well(monkeypatch, leave):
    monkeypatch.setattr(server_request, "FORGOTTEN_EVERY", 1)
    long_ago = timezone.now() - timedelta(days=2)
    ServerRequest.objects.create(checksum="0" * 64, asked_at=long_ago)

    post(leave, sign(leave))

    assert not ServerRequest.objects.filter(checksum="0" * 64).exists()


def test_ten_megabytes_are_refused(leave):
    body = leave + b" " * 10_000_000

    assert_refused(body, sign(body))


@pytest.mark.parametrize(("length", "answer"), [("all", FORGED), (None, FORGED), ("2", MALFORMED)])
def test_a_body_of_unknown_length_is_refused(length, answer):
    body = b"[]"
    headers = sign(body)
    if length is not None:
        headers["Content-Length"] = length
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": BACKEND, "headers": pairs}
    view = resolve(BACKEND)

    response = view.func(ASGIRequest(scope, BytesIO(body)), **view.kwargs)

    assert json.loads(response.content)["ocs"]["data"] == answer


def test_a_body_longer_than_the_site_takes_is_refused(settings, leave):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert_refused(leave, sign(leave))


def test_without_servers_nobody_is_believed(settings, leave):
    settings.TALK_SIGNALING_SERVERS = []

    assert_refused(leave, sign(leave, secret=""))


def test_each_of_several_servers_is_believed(settings, leave):
    settings.TALK_SIGNALING_SERVERS = [
        {"url": "https://one.example.org", "secret": "one"},
        {"url": "https://two.example.org", "secret": SECRET},
    ]

    assert data_of(post(leave, sign(leave)))["type"] == "room"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"room"', b"7", b"\xff\xfe", b"[" * 100_000, b"{}x"]
)
def test_a_signed_request_that_is_no_object_is_malformed(body):
    response = post(body, sign(body))

    assert (response.status_code, data_of(response)) == (200, MALFORMED)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "room"},
        {"type": "room", "room": []},
        {"type": "room", "room": {"roomid": 7, "userid": "", "sessionid": "x"}},
        {"type": "room", "room": {"roomid": "room0001", "userid": [], "sessionid": "x"}},
        {"type": "room", "room": {"roomid": "room0001", "userid": "", "sessionid": {}}},
        {"type": "room", "room": {"roomid": "\x00", "userid": "", "sessionid": "x"}},
        {"type": "room", "room": {"roomid": "room0001", "userid": "\ud800", "sessionid": ""}},
        {"type": "auth"},
        {"type": "auth", "auth": {}},
        {"type": "auth", "auth": {"params": {"ticket": 7}}},
        {"type": "ping", "ping": None},
        {"type": "session", "session": "x"},
    ],
)
def test_a_signed_request_of_the_wrong_shape_is_malformed(hpb, content):
    assert hpb(content) == MALFORMED


@pytest.mark.parametrize("kind", [None, "", "federation", 7, [], {}])
def test_an_unknown_type_is_told(hpb, kind):
    answer = hpb({"type": kind})

    assert answer["error"]["code"] == "unknown_type"


def test_nothing_can_be_got(guest_client):
    assert guest_client.get(BACKEND).status_code == 405


def test_form_data_is_no_json(leave):
    body = b"type=room"
    response = Client().post(
        BACKEND, body, content_type="application/x-www-form-urlencoded", headers=sign(body)
    )

    assert data_of(response) == MALFORMED
