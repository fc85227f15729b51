"""The OpenAPI document: complete, true to the declarations, and the one that is committed."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

from talk.api.urls import urlpatterns
from tests.ocs.endpoints import ENDPOINTS

spectacular = pytest.importorskip("drf_spectacular")

from talk.openapi.document import TalkDocument  # noqa: E402  needs the extra

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def document():
    return TalkDocument().get_schema()


def operations(document):
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def follow(document, reference):
    for step in reference.removeprefix("#/").split("/"):
        document = document[step]
    return document


def data_of_answer(document, method, path, status):
    """The schema of what an answer carries."""
    answer = document["paths"][path][method]["responses"][status]
    envelope = answer["content"]["application/json"]["schema"]
    named = follow(document, envelope["$ref"]) if "$ref" in envelope else envelope
    return named["allOf"][1]["properties"]["ocs"]["properties"]["data"]


def test_document_is_the_committed_one(tmp_path):
    made = tmp_path / "openapi.yaml"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))

    same = made.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8")
    assert same, "run: python manage.py spectacular --file docs/openapi.yaml"


def test_every_method_of_every_route_is_described(document):
    routes = [route for route in urlpatterns if route.name != "unknown-route"]

    wanted = sum(len(route.callback.actions.keys() - {"head"}) for route in routes)
    assert len(operations(document)) == wanted


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_parameters_are_described(document, endpoint):
    path = re.sub(r"\{(attendee)\}", "{id}", endpoint.path.format_map(Kept(version=2)))
    found = {
        (method, re.sub(r"\{\w+Id\}", "{id}", path)): operation
        for (method, path), operation in operations(document).items()
    }[endpoint.method, path]

    names = {each["name"] for each in found["parameters"] if each.get("in") == "query"}
    if "requestBody" in found:
        body = found["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        names |= follow(document, body)["properties"].keys()
    # Which format an answer has, is said of all operations at once.
    assert names == set(endpoint.parameters) - {"format"}


class Kept(dict):
    """Leaves placeholders that it does not know as they are."""

    def __missing__(self, key):
        return f"{{{key}}}"


def test_every_reference_leads_somewhere(document):
    for reference in references(document):
        assert follow(document, reference)


def test_envelope_is_described_once(document):
    text = yaml.safe_dump(document)

    assert text.count("statuscode:") == 1


def test_operations_have_names_of_their_own(document):
    names = [operation["operationId"] for operation in operations(document).values()]

    assert len(set(names)) == len(names)


def test_every_operation_says_what_it_does(document):
    silent = [key for key, each in operations(document).items() if not each["summary"]]

    assert silent == []


@pytest.mark.parametrize(
    ("method", "path", "public"),
    [
        ("GET", "apps/spreed/api/v4/call/{token}", True),
        ("GET", "apps/spreed/api/v4/call/{token}/notification-state", False),
        ("GET", "cloud/capabilities", True),
        ("GET", "cloud/user", False),
    ],
)
def test_who_needs_an_account(document, method, path, public):
    operation = operations(document)[method, f"/ocs/v2.php/{path}"]

    assert ({} in operation["security"]) == public


def test_downloads_pictures_and_servers_need_no_header(document):
    header = {"$ref": "#/components/parameters/NotForged"}

    found = operations(document).items()
    assert {
        path for (_method, path), each in found if header not in each.get("parameters", [])
    } == {
        "/ocs/v2.php/apps/spreed/api/v4/call/{token}/download",
        "/ocs/v2.php/apps/spreed/api/v3/signaling/backend",
        "/ocs/v2.php/apps/spreed/api/v1/room/{token}/avatar",
        "/ocs/v2.php/apps/spreed/api/v1/room/{token}/avatar/dark",
    }


def test_statuses_are_those_of_rules_parameters_and_operation(document):
    joining = document["paths"]["/ocs/v2.php/apps/spreed/api/v4/call/{token}"]["post"]

    assert list(joining["responses"]) == ["200", "400", "401", "403", "404", "412", "413"]


def test_reasons_of_a_refusal_are_listed(document):
    reasons = data_of_answer(
        document, "post", "/ocs/v2.php/apps/spreed/api/v4/call/{token}", "400"
    )["oneOf"]

    assert reasons[0] == {"$ref": "#/components/schemas/EmptyList"}
    assert reasons[1]["properties"]["error"]["enum"] == ["consent", "flags", "silentFor", "type"]


def test_data_of_a_list_are_a_list_of_the_shape(document):
    rooms = data_of_answer(document, "get", "/ocs/v2.php/apps/spreed/api/v4/room", "200")

    assert rooms == {"type": "array", "items": {"$ref": "#/components/schemas/Room"}}


def test_settings_of_the_site_change_nothing(document):
    site = {"TITLE": "Ours", "SCHEMA_PATH_PREFIX_INSERT": "/x", "CAMELIZE_NAMES": True}

    with override_settings(SPECTACULAR_SETTINGS=site):
        assert TalkDocument().get_schema() == document


def test_language_of_whoever_asks_changes_nothing(document):
    with translation.override("de"):
        assert TalkDocument().get_schema() == document
