"""The page that shows the document."""

import re
from html.parser import HTMLParser
from importlib import reload

import pytest
from django.test import override_settings

pytest.importorskip("drf_spectacular")

from talk.openapi.document import TalkDocument

PAGE = "/api/"


class Links(HTMLParser):
    """What a page refers to, what it can be referred to by, and what it is made of."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.ids, self.tags, self.inline = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            if name in {"href", "src"}:
                self.targets.append(value)
            elif name == "id":
                self.ids.append(value)
            elif name == "style" or name.startswith("on"):
                self.inline.append((tag, name))


@pytest.fixture
def page(client):
    response = client.get(PAGE)
    assert response.status_code == 200
    return Links(response.content.decode())


def test_every_operation_and_every_object_is_there(page):
    document = TalkDocument().get_schema()
    operations = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]

    assert set(operations) | {"Room", "Participant", "Peer", "Ban"} <= set(page.ids)


def test_links_within_the_page_lead_somewhere(page):
    inner = {target[1:] for target in page.targets if target.startswith("#")}

    assert inner - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))


def test_nothing_comes_from_elsewhere_and_nothing_runs(page):
    assert [target for target in page.targets if re.match(r"\w+:|//", target)] == []
    assert page.tags & {"script", "style", "iframe"} == set()
    assert page.inline == []


@pytest.mark.parametrize("path", [PAGE, "/api/openapi.yaml", "/api/openapi.json"])
def test_no_database_is_asked(client, path):
    # Without the fixture that allows it, a query would fail.
    assert client.get(path).status_code == 200


def test_demo_has_no_page_without_the_extra(settings):
    import project.urls

    without = [app for app in settings.INSTALLED_APPS if app != "drf_spectacular"]
    try:
        with override_settings(INSTALLED_APPS=without):
            names = [str(entry.pattern) for entry in reload(project.urls).urlpatterns]
    finally:
        reload(project.urls)

    assert "api/" not in names
