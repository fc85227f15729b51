"""One operation: a method of a route, described by what its action declares."""

from __future__ import annotations

import re
from inspect import getdoc
from typing import Any

from django.urls import URLPattern
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from talk import errors
from talk.api.answers import Answers, Shape, answers_of, refusals_of
from talk.api.parameters import Boolean
from talk.api.shapes.field import Either
from talk.openapi.envelope import (
    EMPTY_LIST,
    JSON,
    NAMES,
    NULL,
    Schema,
    enveloped,
    refused,
    response,
)

BODY_METHODS = {"POST", "PUT"}
FORM = "application/x-www-form-urlencoded"
PATH_PARAMETERS: dict[str, Schema] = {
    "token": {"type": "string", "pattern": "^[a-z0-9]{4,30}$"},
}
NOTHING_NEW = 304
SUCCESS = {
    200: "Done.",
    201: "Made, or missed.",
    202: "Made, but for some.",
    304: "Nothing new, and no body.",
}
HEADERS = {
    "X-Nextcloud-Talk-Hash": "Changes when what the caller can do here changes.",
    "X-Nextcloud-Talk-Modified-Before": "What to send as `modifiedSince` next time.",
    "ETag": "Changes when the list changes.",
}


class Operation(AutoSchema):  # type: ignore[misc]  # not typed where it comes from
    """Writes an operation from ``answers``, ``rules`` and parameters."""

    def __init__(self, route: URLPattern) -> None:
        super().__init__()
        self._route = route

    @property
    def _declared(self) -> Answers:
        return answers_of(self.view, self.view.action)

    def get_operation_id(self) -> str:
        return f"{self.method.lower()}-{self._route.name}"

    def get_summary(self) -> str:
        """The first sentence of the action's docstring, or of its view's."""
        words = getdoc(getattr(self.view, self.view.action)) or getdoc(type(self.view)) or ""
        # Which page of the contract it is from, is of interest to who works on it.
        sentence = re.sub(r" \(\w+\.md[^)]*\)", "", words.partition("\n\n")[0])
        return sentence.replace("\n", " ").replace("``", "`")

    def get_description(self) -> str:
        return ""

    def get_tags(self) -> list[str]:
        """The word that the endpoint is about."""
        return [type(self.view).__module__.rpartition(".")[2].partition("_")[0]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        if self._declared.signed:
            return [{"checksum": []}]
        known: list[dict[str, list[str]]] = [{"basic": []}, {"cookie": []}]
        return [*known, {}] if self.view.action in self.view.public else known

    @property
    def _may_be_forged(self) -> bool:
        return not (self._declared.signed or self.view.action in self.view.without_csrf)

    # In ----------------------------------------------------------------------------------

    def _get_parameters(self) -> list[Schema]:
        parameters = [self._path_parameter(name) for name in self._names_in_path()]
        if self._takes_query:
            parameters += self._query_parameters()
        if self._may_be_forged:
            parameters.append({"$ref": "#/components/parameters/NotForged"})
        return parameters

    def _names_in_path(self) -> list[str]:
        return [part.partition("}")[0] for part in self.path.split("{")[1:]]

    @staticmethod
    def _path_parameter(name: str) -> Schema:
        schema = PATH_PARAMETERS.get(name, {"type": "integer", "minimum": 0})
        return {"name": name, "in": "path", "required": True, "schema": schema}

    @property
    def _takes_query(self) -> bool:
        return self.method not in BODY_METHODS and self._declared.takes is not None

    def _query_parameters(self) -> list[Schema]:
        takes = self._declared.takes
        fields = takes().fields if takes else {}
        return [
            {
                "name": name,
                "in": "query",
                "required": field.required,
                "schema": self._map_serializer_field(field, "request"),
            }
            for name, field in fields.items()
        ]

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        takes = self._declared.takes
        if takes is None or self._takes_query:
            return None
        component = self.resolve_serializer(takes(), "request")
        body = takes()
        kinds = [JSON] if self._declared.signed else [JSON, FORM]
        content = {kind: {"schema": component.ref} for kind in kinds}
        return {"content": content, "required": any(f.required for f in body.fields.values())}

    def _map_serializer_field(
        self, field: Any, direction: str, bypass_extensions: bool = False
    ) -> Schema:
        if isinstance(field, Boolean):
            default = {} if field.required else {"default": field.default}
            return {"type": "boolean", **default}
        mapped: Schema = super()._map_serializer_field(field, direction, bypass_extensions)
        return mapped

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        return type(serializer).__name__

    # Out ---------------------------------------------------------------------------------

    def _get_response_bodies(self, direction: str = "response") -> Schema:
        declared = self._declared
        successes = {
            str(code): self._success(code, shape) for code, shape in declared.successes.items()
        }
        possible = refusals_of(self.view, self.view.action)
        if self._names_in_path():
            # What is no token or number leads nowhere.
            possible.append(errors.UnknownRoute())
        refusals = refused(possible, may_be_forged=self._may_be_forged)
        if declared.file:
            content: Schema = {declared.file: {"schema": {"type": "string"}}}
            successes = {"200": {"description": "Done.", "content": content}}
            refusals["400"]["content"] |= content
            refusals["400"]["description"] += "\n* There is no such file (empty)."
            refusals["400"][NAMES].append("NoFile")
        return dict(sorted((successes | refusals).items()))

    def _success(self, code: int, shape: Shape) -> Schema:
        if code == NOTHING_NEW:
            return {"description": SUCCESS[code]}
        answer = response(SUCCESS[code], self._enveloped(self._data(shape)))
        if self._declared.headers and code == 200:
            answer["headers"] = {
                name: {"description": HEADERS[name], "schema": {"type": "string"}}
                for name in self._declared.headers
            }
        return answer

    def _enveloped(self, data: Schema) -> Schema:
        """The envelope with these data, by the name of what it carries."""
        many = "items" in data
        name = (data["items"] if many else data).get("$ref", "").rpartition("/")[2]
        if not name:
            return enveloped(data)
        named = ResolvedComponent(
            name=f"{name}{'List' if many else ''}Envelope",
            type=ResolvedComponent.SCHEMA,
            schema=enveloped(data),
            object="Envelope",
        )
        self.registry.register_on_missing(named)
        return dict(named.ref)

    def _data(self, shape: Shape) -> Schema:
        if shape is None:
            return NULL
        if isinstance(shape, serializers.ListField) and shape.max_length == 0:
            return EMPTY_LIST
        if isinstance(shape, Either):
            return {"oneOf": [self._data(form) for form in shape.forms]}
        return self._map_serializer_field(shape, "response")
