"""The OpenAPI document: one operation per route and method of ``talk.api.urls``.

A document of its own: talk's views stay out of the one that a site makes of its own API
(their ``schema`` is None), unless it asks for them::

    SPECTACULAR_SETTINGS = {
        "POSTPROCESSING_HOOKS": [..., "talk.openapi.document.add_talk"],
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, reverse
from django.utils import translation
from drf_spectacular.drainage import warn
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings

from talk.api.envelope import OCSViewSet, UnknownRoute
from talk.api.urls import urlpatterns
from talk.constants import TALK_VERSION
from talk.openapi.envelope import COMPONENTS, shared
from talk.openapi.operation import Operation

DESCRIPTION = """\
Rooms, participants and calls on the wire that clients of Nextcloud Talk speak.

Every answer is an envelope, `{"ocs": {"meta": …, "data": …}}`. What is described here is version 2
of the envelope, below `/ocs/v2.php`, where the HTTP status is that of the operation. **Version 1**
answers the same paths below `/ocs/v1.php`: there the HTTP status is 200 (401 without a login), and
`meta.statuscode` tells: 100 for 200, any other status as it is.

Answers are JSON if `Accept` or the parameter `format` says so, else XML. Parameters may come as
JSON, as a form or in the query, with every method; lists in forms and queries as `ids[]=1`.
Requests need the header `OCS-APIRequest`, a Bearer token or the site's CSRF token. Entering a room
sets the site's session cookie, which "my session" depends on from then on.
"""

SETTINGS: dict[str, Any] = {
    "TITLE": "django-talk",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": TALK_VERSION,
    "TOS": None,
    "CONTACT": {},
    "LICENSE": {"name": "BSD-3-Clause"},
    "SERVERS": [],
    "EXTERNAL_DOCS": {},
    "OAS_VERSION": "3.0.3",
    "SCHEMA_PATH_PREFIX": "",
    "SCHEMA_PATH_PREFIX_TRIM": False,
    "SCHEMA_PATH_PREFIX_INSERT": "",
    "COMPONENT_SPLIT_REQUEST": False,
    "CAMELIZE_NAMES": False,
    "PREPROCESSING_HOOKS": [],
    "POSTPROCESSING_HOOKS": [],
    "SECURITY": [],
    "WEBHOOKS": [],
    "ENUM_NAME_OVERRIDES": {},
    "APPEND_PATHS": {},
    "APPEND_COMPONENTS": COMPONENTS,
    "TAGS": [],
    "EXTENSIONS_INFO": {},
    "EXTENSIONS_ROOT": {},
}
"""Whatever a site says of its own document must not change ours."""


class TalkDocument(SchemaGenerator):  # type: ignore[misc]  # not typed where it comes from
    """Makes the document; ``manage.py spectacular --generator-class`` takes it as well."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """The document, with the paths as this site has them. Everybody's: it holds no secret."""
        with patched_settings(SETTINGS), translation.override("en"):
            return shared(super().get_schema(request, public=True))

    def _initialise_endpoints(self) -> None:
        """There is nothing to find out: ``talk.api.urls`` lists them."""

    def _get_paths_and_endpoints(self) -> list[tuple[str, str, str, Any]]:
        return list(self._operations())

    def _operations(self) -> Iterator[tuple[str, str, str, Any]]:
        for route in described_routes():
            callback: Any = route.callback
            # Once somebody has asked, HEAD is answered like GET.
            for method in sorted(callback.actions.keys() - {"head"}):
                view = self.create_view(callback, method.upper())
                if not hasattr(getattr(view, view.action), "answers"):
                    warn(f"{type(view).__name__}.{view.action} does not say what it answers")
                    continue
                schema = Operation(route)
                schema.view = view
                self._set_schema_to_view(view, schema)
                yield path_of(route), route.pattern.regex.pattern, method.upper(), view


def described_routes() -> list[URLPattern]:
    """The routes of the OCS API."""
    views = [(route, getattr(route.callback, "cls", object)) for route in urlpatterns]
    return [
        route
        for route, view in views
        if issubclass(view, OCSViewSet) and not issubclass(view, UnknownRoute)
    ]


def path_of(route: URLPattern) -> str:
    """The path of a route at this site, with parameters in braces, below ``/ocs/v2.php``."""
    plain = re.sub(r"\\([.Z])", lambda found: "." if found[1] == "." else "", str(route.pattern))
    path = simplify_regex(plain).replace("<ocs_version>", "2")
    # Of several versions, the newest.
    path = re.sub(r"\[\d*(\d)\]", r"\1", path)
    return mount_point() + re.sub(r"<(\w+)>", lambda found: f"{{{wire_name(found[1])}}}", path)


def wire_name(name: str) -> str:
    """``attendee_id`` as the wire would spell it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def mount_point() -> str:
    """The path that this site has talk below, without a slash at its end."""
    where = reverse("talk:cloud-user", kwargs={"ocs_version": 2})
    return where.removesuffix("/ocs/v2.php/cloud/user")


def add_talk(
    result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool
) -> dict[str, Any]:
    """Add talk's operations to a site's own document, as a post-processing hook.

    Components are named ``Talk…`` there, so that they do not meet the site's own.
    """
    document = _renamed(TalkDocument().get_schema(request))
    result["paths"] |= document["paths"]
    for kind, components in document["components"].items():
        mine = result.setdefault("components", {}).setdefault(kind, {})
        mine |= {f"Talk{name}": component for name, component in components.items()}
    return result


def _renamed(node: Any) -> Any:
    if isinstance(node, list):
        return [_renamed(each) for each in node]
    if not isinstance(node, dict):
        return node
    renamed = {key: _renamed(value) for key, value in node.items()}
    if isinstance(node.get("$ref"), str):
        folder, _slash, name = node["$ref"].rpartition("/")
        renamed["$ref"] = f"{folder}/Talk{name}"
    if "security" in node:
        renamed["security"] = [{f"Talk{n}": s for n, s in one.items()} for one in node["security"]]
    return renamed
