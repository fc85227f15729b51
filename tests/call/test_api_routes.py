"""Which URLs and methods the Call API answers at all (call.md §11, ocs.md §1 and §8)."""

import pytest

from tests.call.endpoints import V1, V2, answer_of, ask
from tests.factories import RoomFactory, SessionFactory

METHODS = {"get", "post", "put", "delete", "patch", "options"}
ALLOWED = {
    "": {"get", "post", "put", "delete"},
    "/ring/1": {"post"},
    "/dialout/1": {"post"},
    "/download": {"get"},
    "/notification-state": {"get"},
    "/federation": {"post", "put", "delete"},
}
OTHERS = [
    (path, method) for path, allowed in ALLOWED.items() for method in sorted(METHODS - allowed)
]


@pytest.mark.parametrize("base", [V1, V2])
@pytest.mark.parametrize(("path", "method"), OTHERS)
def test_other_methods_are_not_allowed(sign_in, stored, base, path, method):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    client = sign_in(session)
    before = stored()

    response = getattr(client, method)(f"{base}{session.room.token}{path}")

    assert (response.status_code, response.content) == (405, b"")
    assert stored() == before


@pytest.mark.parametrize("version", ["v1", "v2", "v3", "v5", "v04", "V4"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_other_versions_of_the_api_are_unknown(sign_in, version, method):
    session = SessionFactory(calling=True)
    url = f"/ocs/v2.php/apps/spreed/api/{version}/call/{session.room.token}"

    response = getattr(sign_in(session), method)(url)

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (404, 998)


@pytest.mark.parametrize(
    "token",
    [
        "abc",
        "a" * 31,
        "ABCD1234",
        "room-one",
        "room%00one",
        "room%0A",
        "%ED%A0%80abcd",
        "r\u00f6\u00f6m",
    ],
)
def test_what_cannot_be_a_token_is_unknown(sign_in, token):
    client = sign_in(SessionFactory())

    response = client.get(V2 + token)

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (404, 998)


@pytest.mark.parametrize("token", ["a" * 30, "0000", "abcd"])
def test_what_could_be_a_token_is_looked_for(sign_in, token):
    client = sign_in(SessionFactory())

    assert answer_of(client.get(V2 + token)) == (404, [])


@pytest.mark.parametrize(
    "tail", ["/", "//", "/ring", "/unknown", "/download/", "/notification-state/1"]
)
def test_other_paths_are_unknown(sign_in, tail):
    session = SessionFactory(attendee__moderator=True)

    response = sign_in(session).get(V2 + session.room.token + tail)

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (404, 998)


@pytest.mark.parametrize(
    ("endpoint", "code"), [("peers", 100), ("join", 100), ("change_flags", 400), ("leave", 100)]
)
def test_the_first_entry_point_says_it_in_the_envelope(sign_in, endpoint, code):
    session = SessionFactory()

    response = ask(sign_in(session), endpoint, session.room.token, base=V1, flags=6)

    assert response.status_code == 200
    assert response.json()["ocs"]["meta"]["statuscode"] == code


@pytest.mark.parametrize("endpoint", ["peers", "join", "change_flags", "leave", "state"])
def test_cookies_without_the_header_are_refused_without_envelope(sign_in, endpoint):
    session = SessionFactory()
    client = sign_in(session)
    del client.defaults["HTTP_OCS_APIREQUEST"]

    response = ask(client, endpoint, session.room.token)

    assert (response.status_code, response.json()) == (412, {"message": "CSRF check failed"})


@pytest.mark.parametrize("endpoint", ["peers", "join", "change_flags", "leave", "ring", "state"])
@pytest.mark.parametrize("base", [V1, V2])
def test_wrong_credentials_are_refused_everywhere(guest_client, endpoint, base):
    session = SessionFactory(attendee__user__username="alice")
    guest_client.defaults["HTTP_AUTHORIZATION"] = "Basic YWxpY2U6d3Jvbmc="

    response = ask(guest_client, endpoint, session.room.token, base=base)

    assert answer_of(response) == (401, [])
    assert response.json()["ocs"]["meta"]["statuscode"] == 997
