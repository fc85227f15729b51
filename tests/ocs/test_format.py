"""JSON or XML: the parameter ``format``, else ``Accept``, else XML (ocs.md §2)."""

import pytest

from tests.conftest import TalkClient

pytestmark = pytest.mark.django_db

JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
ENTRY_XML = "text/xml; charset=UTF-8"
OTHER = "application/octet-stream; charset=utf-8"

FORM = "application/x-www-form-urlencoded"
CAPABILITIES = "/ocs/v2.php/cloud/capabilities"
NOTHING = "/ocs/v2.php/nothing"
LEAVE = "/ocs/v2.php/apps/spreed/api/v4/room/abcd1234/participants/active"


def asking(accept):
    """A client that sends this ``Accept`` header, or none."""
    headers = {"ocs-apirequest": "true"}
    return TalkClient(headers=headers if accept is None else headers | {"accept": accept})


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        ("json", JSON),
        ("xml", XML),
        ("JSON", XML),
        ("Json", XML),
        ("json ", XML),
        ("", XML),
        ("yaml", XML),
        ("application/json", XML),
        ("\x00", XML),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "application/xml", "*/*", None])
def test_format_parameter_decides_whatever_is_accepted(value, content_type, accept):
    response = asking(accept).get(CAPABILITIES, {"format": value})

    assert response["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, XML),
        ("", XML),
        (",", XML),
        ("*/*", XML),
        ("text/html", XML),
        ("text/json", XML),
        ("json", XML),
        ("application/", XML),
        ("application/xml", XML),
        ("application/json", JSON),
        ("Application/JSON", JSON),
        (" application/json ", JSON),
        ("application/json, text/plain, */*", JSON),
        ("text/plain,application/json", JSON),
        ("text/html,application/xhtml+xml,application/xml", XML),
        ("application/xml, application/json", XML),
        ("application/pdf, application/json", XML),
        ("application/json, application/xml", JSON),
        ("application/jsonp", XML),
        ("application/vnd.api+json", XML),
        ("xapplication/json", XML),
    ],
)
def test_accept_decides_by_its_first_application_type(accept, content_type):
    response = asking(accept).get(CAPABILITIES)

    assert response["Content-Type"] == content_type


@pytest.mark.parametrize(
    "accept", ["application/json;q=0.9", "application/json; charset=utf-8", "application/json ;q=1"]
)
def test_accept_with_parameters_is_read_without_them(accept):
    response = asking(accept).get(CAPABILITIES)

    assert response["Content-Type"] == JSON


@pytest.mark.parametrize(
    ("query", "body", "body_type", "content_type"),
    [
        ("", "format=json", FORM, JSON),
        ("", '{"format": "json"}', "application/json", JSON),
        ("?format=json", "format=xml", FORM, XML),
        ("?format=xml", '{"format": "json"}', "application/json", JSON),
        ("?format=json&format=xml", "", FORM, XML),
        ("?format=xml&format=json", "", FORM, JSON),
        ("", "format=xml&format=json", FORM, JSON),
        ("?format=json", '{"format": null}', "application/json", JSON),
        ("?format=json", '{"format": 5}', "application/json", XML),
        ("?format=json", '{"format": ["json"]}', "application/json", XML),
        ("?format=json", "format=xml", "text/plain", JSON),
    ],
)
def test_format_parameter_may_stand_in_the_body(query, body, body_type, content_type):
    response = asking(None).generic("DELETE", LEAVE + query, data=body, content_type=body_type)

    assert (response.status_code, response["Content-Type"]) == (200, content_type)


@pytest.mark.parametrize("depth", [1, 100, *range(800, 1000, 10), 5_000, 20_000])
def test_format_that_nests_deep_is_no_error_of_the_server(depth):
    body = f'{{"format": {"[" * depth}{"]" * depth}}}'

    response = asking("application/json").generic("DELETE", LEAVE, body, "application/json")

    assert (response.status_code, response["Content-Type"]) in {(200, XML), (400, JSON)}


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("", None, ENTRY_XML),
        ("", "*/*", ENTRY_XML),
        ("", "application/xml", ENTRY_XML),
        ("", "text/html,application/xhtml+xml,application/xml", ENTRY_XML),
        ("", "application/json", JSON),
        ("?format=json", "*/*", JSON),
        ("?format=xml", "application/json", ENTRY_XML),
        ("?format=yaml", "application/json", OTHER),
        ("?format=JSON", None, OTHER),
        ("?format=", None, OTHER),
    ],
)
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (NOTHING, {}),
        (CAPABILITIES, {"authorization": "Basic wrong"}),
        (CAPABILITIES, {"content-type": "multipart/form-data"}),
    ],
    ids=["unknown route", "wrong credentials", "malformed"],
)
def test_content_type_at_entry_level(query, accept, content_type, path, headers):
    response = asking(accept).generic("GET", path + query, data="x", headers=headers)

    assert (response.status_code >= 400, response["Content-Type"]) == (True, content_type)


def test_format_in_the_body_counts_at_entry_level():
    response = asking(None).delete(NOTHING, "format=yaml", content_type=FORM)

    assert response["Content-Type"] == OTHER


def test_refusal_of_an_endpoint_has_the_content_type_of_its_answers():
    response = asking(None).get("/ocs/v2.php/apps/spreed/api/v4/call/abcd1234")

    assert (response.status_code, response["Content-Type"]) == (404, XML)


def test_missing_login_has_the_content_type_of_answers():
    response = asking(None).get("/ocs/v2.php/cloud/user")

    assert (response.status_code, response["Content-Type"]) == (401, XML)
