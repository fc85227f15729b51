"""What a parameter's value may be, and how it is read (ocs.md §10; decisions 1 and 3)."""

import json

import pytest

from tests.conftest import data_of
from tests.factories import SessionFactory
from tests.ocs.echoing import ECHO

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ocs.echoing")]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
NEED = "/ocs/v2.php/need"
MAX = 2**63 - 1


def send_json(client, text, path=ECHO):
    return client.generic("POST", path, text, JSON)


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("3", 3),
        ("-5", -5),
        ("15", 15),
        ('"3"', 3),
        ('"-5"', -5),
        ('"+3"', 3),
        ('"007"', 7),
        ("null", 7),
    ],
)
def test_integer_from_json(guest_client, sent, number):
    response = send_json(guest_client, f'{{"number": {sent}}}')

    assert data_of(response)["number"] == number


@pytest.mark.parametrize(("sent", "number"), [("3", 3), ("-5", -5), ("%2B3", 3), ("007", 7)])
def test_integer_from_query(guest_client, sent, number):
    response = guest_client.get(f"{ECHO}?number={sent}")

    assert data_of(response)["number"] == number


@pytest.mark.parametrize(
    "sent",
    [
        "true",
        "false",
        "3.0",
        "1e1",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        '""',
        '" 3"',
        '"3 "',
        '"3.0"',
        '"0x3"',
        '"3x"',
        '"abc"',
        '"1e1"',
        '"1_0"',
        '"--3"',
        '"٣"',
        '"\\u0000"',
        '"3\\n"',
        "[]",
        "[3]",
        "{}",
        '{"number": 3}',
        str(2**63),
        str(-(2**63)),
        str(2**64),
        "9" * 5000,
        "-" + "9" * 5000,
        f'"{"9" * 5000}"',
    ],
)
@pytest.mark.parametrize("name", ["number", "big"])
def test_what_is_no_integer_is_refused_by_name(guest_client, name, sent):
    response = send_json(guest_client, f'{{"{name}": {sent}}}')

    assert (response.status_code, data_of(response)) == (400, {"error": name})


@pytest.mark.parametrize("sent", ["16", "-6", '"16"', str(MAX)])
def test_integer_out_of_range_is_refused_by_name(guest_client, sent):
    response = send_json(guest_client, f'{{"number": {sent}}}')

    assert (response.status_code, data_of(response)) == (400, {"error": "number"})


@pytest.mark.parametrize("sent", ["", "%20", "abc", "7x", "3.0", "true", "%00", "9" * 5000, "%203"])
@pytest.mark.parametrize("place", ["query", "form"])
def test_text_for_an_integer_is_refused_by_name(guest_client, sent, place):
    if place == "query":
        response = guest_client.get(f"{ECHO}?number={sent}")
    else:
        response = guest_client.generic("PUT", ECHO, f"number={sent}", FORM)

    assert (response.status_code, data_of(response)) == (400, {"error": "number"})


@pytest.mark.parametrize("number", [MAX, -MAX, 0])
def test_integer_as_wide_as_the_databases(guest_client, number):
    response = send_json(guest_client, json.dumps({"big": number}))

    assert data_of(response)["big"] == number


@pytest.mark.parametrize(
    ("sent", "switch"),
    [
        ("true", True),
        ("false", False),
        ("null", False),
        ("0", False),
        ("1", True),
        ("2", True),
        ("-1", True),
        ("0.0", False),
        ("0.5", True),
        ('""', False),
        ('"0"', False),
        ('"false"', False),
        ('"true"', True),
        ('"1"', True),
        ('"00"', True),
        ('"no"', True),
        ('" "', True),
        ('"False"', True),
        ("[]", False),
        ("[0]", True),
        ("9" * 5000, True),
    ],
)
def test_boolean_from_json(guest_client, sent, switch):
    response = send_json(guest_client, f'{{"switch": {sent}}}')

    assert data_of(response)["switch"] is switch


@pytest.mark.parametrize(
    ("sent", "switch"),
    [("true", True), ("false", False), ("1", True), ("0", False), ("", False), ("abc", True)],
)
def test_boolean_from_query(guest_client, sent, switch):
    response = guest_client.get(f"{ECHO}?switch={sent}")

    assert data_of(response)["switch"] is switch


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ('"a"', "a"),
        ('""', ""),
        ('" a "', " a "),
        ("5", "5"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\u001b\\u0007"', "\x1b\x07"),
        ("null", ""),
    ],
)
def test_text_from_json(guest_client, sent, text):
    response = send_json(guest_client, f'{{"text": {sent}}}')

    assert data_of(response)["text"] == text


@pytest.mark.parametrize(
    "sent",
    ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff"', "true", "false", "[]", '["a"]', "{}"],
)
def test_what_is_no_text_is_refused_by_name(guest_client, sent):
    response = send_json(guest_client, f'{{"text": {sent}}}')

    assert (response.status_code, data_of(response)) == (400, {"error": "text"})


@pytest.mark.parametrize("sent", ["%00", "a%00b"])
def test_nul_in_a_query_is_refused_by_name(guest_client, sent):
    response = guest_client.get(f"{ECHO}?text={sent}")

    assert (response.status_code, data_of(response)) == (400, {"error": "text"})


@pytest.mark.parametrize(
    "sent", ['"a"', "5", "true", "{}", '{"0": "a"}', "[null]", "[[]]", '["a", {}]', '["\\u0000"]']
)
def test_what_is_no_list_of_texts_is_refused_by_name(guest_client, sent):
    response = send_json(guest_client, f'{{"names": {sent}}}')

    assert (response.status_code, data_of(response)) == (400, {"error": "names"})


@pytest.mark.parametrize("query", ["names=a", "names[a]=b", "names[][]=b", "names[]=a&names[x]=b"])
def test_brackets_that_make_no_list_are_refused_by_name(guest_client, query):
    response = guest_client.get(f"{ECHO}?{query}")

    assert (response.status_code, data_of(response)) == (400, {"error": "names"})


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{}", "first"),
        ('{"second": 1}', "first"),
        ('{"first": null, "second": 1}', "first"),
        ('{"first": "a"}', "second"),
        ('{"first": "a", "second": null}', "second"),
        ('{"FIRST": "a", "second": 1}', "first"),
    ],
)
def test_missing_parameter_is_refused_by_name(guest_client, text, missing):
    response = send_json(guest_client, text, NEED)

    assert (response.status_code, data_of(response)) == (400, {"error": missing})


def test_parameters_that_nobody_knows_do_no_harm(guest_client):
    response = send_json(guest_client, '{"unknown": [{}], "": 1, "__class__": 2, "number": 3}')

    assert (response.status_code, data_of(response)["number"]) == (200, 3)


@pytest.mark.urls("project.urls")
@pytest.mark.parametrize("sent", ["abc", "1.5", "7x", "%00", "%0A1", "%20", "9" * 30, str(2**63)])
def test_what_is_no_integer_in_a_path_is_refused_by_name(sign_in, sent):
    session = SessionFactory(attendee__owner=True)

    response = sign_in(session).post(
        f"/ocs/v2.php/apps/spreed/api/v4/call/{session.room.token}/ring/{sent}"
    )

    assert (response.status_code, data_of(response)) == (400, {"error": "attendeeId"})


@pytest.mark.urls("project.urls")
@pytest.mark.parametrize(
    ("room", "code"),
    [({"read_only": True}, 403), ({"lobby_state": 1}, 412), ({}, 400)],
)
def test_range_is_checked_after_the_rules_of_the_room(sign_in, room, code):
    session = SessionFactory(**{f"attendee__room__{name}": value for name, value in room.items()})

    response = sign_in(session).post(
        f"/ocs/v2.php/apps/spreed/api/v4/call/{session.room.token}", {"flags": "16"}
    )

    assert response.status_code == code
