"""What the parameters of ``POST /call/{token}`` may be (call.md §3, ocs.md §10)."""

from urllib.parse import quote

import pytest

from tests.call.bad_values import BAD_FLAGS, BOOLEANS, NOT_LISTS_OF_TEXT
from tests.call.endpoints import V2, answer_of, ask
from tests.factories import SessionFactory

FORM = "application/x-www-form-urlencoded"


def url(room):
    return V2 + room.token


def flags_of(session):
    session.refresh_from_db()
    return session.in_call


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("flags=3", FORM), ('{"flags": 3}', "application/json")],
)
def test_join_reads_forms_and_json(sign_in, body, content_type):
    session = SessionFactory()

    sign_in(session).post(url(session.room), body, content_type=content_type)

    assert flags_of(session) == 3


def test_join_reads_the_query(sign_in):
    session = SessionFactory()

    sign_in(session).post(url(session.room) + "?flags=3")

    assert flags_of(session) == 3


def test_join_prefers_the_body(sign_in):
    session = SessionFactory()

    sign_in(session).post(
        url(session.room) + "?flags=1", {"flags": 3}, content_type="application/json"
    )

    assert flags_of(session) == 3


@pytest.mark.parametrize("value", BAD_FLAGS.values(), ids=BAD_FLAGS.keys())
def test_join_refuses_other_flags(sign_in, stored, value):
    session = SessionFactory()
    before = stored()

    response = ask(sign_in(session), "join", session.room.token, flags=value)

    assert answer_of(response) == (400, {"error": "flags"})
    assert stored() == before


@pytest.mark.parametrize("way", ["query", "form"])
@pytest.mark.parametrize(
    "value", ["", "abc", "16", "-1", "7.0", "\u0667", "7\x00", "true", "9" * 100, b"\xed\xa0\x80"]
)
def test_join_refuses_other_flags_in_text(sign_in, stored, way, value):
    session = SessionFactory()
    before = stored()
    pair = f"flags={quote(value)}"

    response = sign_in(session).post(
        url(session.room) + (f"?{pair}" if way == "query" else ""),
        pair if way == "form" else "",
        content_type=FORM,
    )

    assert answer_of(response) == (400, {"error": "flags"})
    assert stored() == before


@pytest.mark.parametrize("names", ["flags[]=7", "flags[a]=7", "flags[0]=7"])
def test_join_refuses_flags_in_brackets(sign_in, names):
    session = SessionFactory()

    response = sign_in(session).post(url(session.room), names, content_type=FORM)

    assert answer_of(response) == (400, {"error": "flags"})


@pytest.mark.parametrize(("value", "silent"), BOOLEANS)
def test_join_takes_anything_for_silent(sign_in, told, value, silent):
    session = SessionFactory()

    events = dict(told(ask, sign_in(session), "join", session.room.token, silent=value))

    assert events["call_started"]["silent"] is silent


@pytest.mark.parametrize(("value", "given"), BOOLEANS)
def test_join_takes_anything_for_consent(sign_in, settings, value, given):
    settings.TALK_RECORDING_CONSENT = 1
    session = SessionFactory()

    response = ask(sign_in(session), "join", session.room.token, recordingConsent=value)

    assert answer_of(response) == ((200, None) if given else (400, {"error": "consent"}))


@pytest.mark.parametrize("value", NOT_LISTS_OF_TEXT.values(), ids=NOT_LISTS_OF_TEXT.keys())
def test_join_refuses_other_lists(sign_in, stored, value):
    session = SessionFactory()
    before = stored()

    response = ask(sign_in(session), "join", session.room.token, silentFor=value)

    assert answer_of(response) == (400, {"error": "silentFor"})
    assert stored() == before


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        ("silentFor[]=bob", ["bob"]),
        ("silentFor[]=bob&silentFor[]=carol", ["bob", "carol"]),
        ("silentFor[0]=bob&silentFor[1]=carol", ["bob", "carol"]),
    ],
)
def test_join_reads_whom_not_to_disturb(sign_in, told, body, expected):
    session = SessionFactory()

    events = dict(told(sign_in(session).post, url(session.room), body, content_type=FORM))

    assert events["call_started"]["silent_for"] == expected


def test_join_reads_whom_not_to_disturb_from_json(sign_in, told):
    session = SessionFactory()

    events = dict(told(ask, sign_in(session), "join", session.room.token, silentFor=["bob", ""]))

    assert events["call_started"]["silent_for"] == ["bob", ""]


def test_join_knows_no_other_parameters(sign_in):
    session = SessionFactory()

    response = ask(
        sign_in(session), "join", session.room.token, inCall=1, sessionId=[], lastPing={}
    )

    assert answer_of(response) == (200, None)
    assert flags_of(session) == 7


@pytest.mark.parametrize("body", ["{", "[1]", "7", '"flags"', "\x00", "nul", '{"flags":}'])
def test_join_refuses_what_is_no_json_object(sign_in, stored, body):
    session = SessionFactory()
    before = stored()

    response = sign_in(session).post(url(session.room), body, content_type="application/json")

    assert answer_of(response) == (400, [])
    assert stored() == before
