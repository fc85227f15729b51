"""The document as a page tells it: flat rows, with every reference followed or linked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
HIDDEN = ("Envelope",)
"""Ends of the names of schemas that only wrap others."""


@dataclass(frozen=True)
class Kind:
    """What a value is: some words, and the schema that they are described in, if any."""

    words: str
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A parameter of an operation, or a field of a schema."""

    name: str
    kind: Kind
    required: bool
    where: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reply:
    """What an operation answers with one status."""

    status: str
    kind: Kind
    reasons: list[str]


@dataclass(frozen=True)
class Entry:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    public: bool
    parameters: list[Row]
    replies: list[Reply]


class Page:
    """What the template shows of a document."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self.title: str = document["info"]["title"]
        self.description = _plain(document["info"]["description"])

    @property
    def tags(self) -> dict[str, list[Entry]]:
        """The operations, by the word that they are about."""
        found: dict[str, list[Entry]] = {}
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                entry = self._entry(method.upper(), path, operation)
                found.setdefault(operation["tags"][0], []).append(entry)
        return found

    @property
    def schemas(self) -> dict[str, list[Row]]:
        """The fields of every object that answers carry."""
        return {
            name: self._fields(schema)
            for name, schema in self._document["components"]["schemas"].items()
            if "properties" in schema and not name.endswith(HIDDEN)
        }

    def _entry(self, method: str, path: str, operation: Schema) -> Entry:
        parameters = [
            self._parameter(self._follow(each)) for each in operation.get("parameters", [])
        ]
        body = operation.get("requestBody")
        if body:
            schema = self._follow(body["content"]["application/json"]["schema"])
            parameters += self._fields(schema, where="body")
        return Entry(
            id=operation["operationId"],
            method=method,
            path=path,
            summary=_plain(operation["summary"]),
            public={} in operation["security"],
            parameters=parameters,
            replies=[
                self._reply(status, self._follow(answer))
                for status, answer in operation["responses"].items()
            ],
        )

    def _parameter(self, parameter: Schema) -> Row:
        schema = parameter["schema"]
        return Row(
            parameter["name"],
            _kind(schema),
            parameter["required"],
            parameter["in"],
            _notes({"description": parameter.get("description", ""), **schema}),
        )

    def _fields(self, schema: Schema, *, where: str = "") -> list[Row]:
        required = schema.get("required", [])
        return [
            Row(name, _kind(each), name in required, where, _notes(each))
            for name, each in schema.get("properties", {}).items()
        ]

    def _reply(self, status: str, answer: Schema) -> Reply:
        lines = _lines(answer["description"])
        if not status.startswith("2"):
            return Reply(status, Kind(""), lines)
        content = answer["content"]
        schema = content.get("application/json", {}).get("schema", {})
        return Reply(status, _carried(self._follow(schema)) if schema else Kind("a file"), lines)

    def _follow(self, node: Schema) -> Schema:
        if "$ref" not in node:
            return node
        found: Schema = self._document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found


def _carried(envelope: Schema) -> Kind:
    return _kind(envelope["allOf"][1]["properties"]["ocs"]["properties"]["data"])


def _kind(schema: Schema) -> Kind:
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return _kind(schema["allOf"][0])
    name = schema.get("$ref", "").rpartition("/")[2]
    if name == "Null":
        return Kind("null")
    if name == "EmptyList":
        return Kind("an empty list")
    if name:
        return Kind(name, name)
    if schema.get("type") == "array":
        item = _kind(schema["items"])
        return Kind(f"list of {item.words}", item.link)
    return Kind(schema.get("type", "anything"))


def _notes(schema: Schema) -> list[str]:
    values = [str(value) for value in schema.get("enum", [])]
    notes = _lines(schema.get("description", ""))
    if notes == [f"{value} - {value}" for value in values]:
        notes = [" or ".join(value or "empty" for value in values)] if values else []
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        notes.append(f"{low} to {high}")
    if "default" in schema and schema["default"] not in ("", None):
        notes.append(f"default: {schema['default']}".lower())
    return notes


def _lines(text: str) -> list[str]:
    return [_plain(line.removeprefix("* ")) for line in text.split("\n") if line]


def _plain(text: str) -> str:
    """Without the marks of Markdown."""
    return text.replace("`", "").replace("**", "")
