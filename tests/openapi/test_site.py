"""A site with a document of its own: talk stays out of it, or joins it, as the site wants."""

import json

import pytest
import yaml

pytest.importorskip("drf_spectacular")

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings

from talk.openapi.document import TalkDocument
from tests.openapi.test_document import follow, references

pytestmark = pytest.mark.urls("tests.openapi.site")

OWN_PATHS = ["/rooms/", "/schema/"]
HOOK = {"POSTPROCESSING_HOOKS": ["talk.openapi.document.add_talk"]}


@pytest.fixture
def site_schema(settings):
    """Make the site's document as its own view would."""
    settings.REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}

    def make(**settings):
        from drf_spectacular.openapi import AutoSchema
        from rest_framework.views import APIView

        monkeypatch = pytest.MonkeyPatch()
        monkeypatch.setattr(APIView, "schema", AutoSchema())
        try:
            with patched_settings(settings):
                return SchemaGenerator(urlconf="tests.openapi.site").get_schema(public=True)
        finally:
            monkeypatch.undo()

    return make


def test_document_of_the_site_is_its_own(site_schema):
    document = site_schema()

    assert sorted(document["paths"]) == OWN_PATHS
    assert "TalkRoom" not in document["components"]["schemas"]


def test_talk_joins_it_when_asked(site_schema):
    document = site_schema(**HOOK)

    assert len(document["paths"]) == len(OWN_PATHS) + len(TalkDocument().get_schema()["paths"])
    assert list(document["components"]["schemas"]["Room"]["properties"]) == ["seats"]
    assert "hasCall" in document["components"]["schemas"]["TalkRoom"]["properties"]


def test_every_reference_still_leads_somewhere(site_schema):
    document = site_schema(**HOOK)

    for reference in references(document):
        assert follow(document, reference)


def test_paths_begin_where_talk_is_mounted():
    paths = TalkDocument().get_schema()["paths"]

    assert [path for path in paths if not path.startswith("/calls/ocs/v2.php/")] == []


def test_site_serves_talks_document(client):
    as_json = json.loads(client.get("/calls/api/openapi.json").content)

    assert yaml.safe_load(client.get("/calls/api/openapi.yaml").content) == as_json
    assert "/calls/ocs/v2.php/cloud/capabilities" in as_json["paths"]
