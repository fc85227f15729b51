"""The envelope, described once, and what refusals put into it (ocs.md §3-5)."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import getdoc
from typing import Any

from talk import errors
from talk.api.response import LOGIN_NEEDED, NOT_FOUND_ROUTE, http_status

JSON = "application/json"
NAMES = "x-names"
"""Where an answer keeps the names of its refusals while the document is made."""

Schema = dict[str, Any]

COMPONENTS: Schema = {
    "schemas": {
        "Envelope": {
            "type": "object",
            "description": "What every answer is wrapped in.",
            "required": ["ocs"],
            "properties": {
                "ocs": {
                    "type": "object",
                    "required": ["meta", "data"],
                    "properties": {
                        "meta": {
                            "type": "object",
                            "required": ["status", "statuscode", "message"],
                            "properties": {
                                "status": {"type": "string", "enum": ["ok", "failure"]},
                                "statuscode": {
                                    "type": "integer",
                                    "description": "The HTTP status, or 997 (401) without a"
                                    " login and 998 (404) for unknown paths.",
                                },
                                "message": {"type": "string"},
                            },
                        },
                        "data": {"description": "What the operation has to say."},
                    },
                }
            },
        },
        "Null": {"type": "string", "nullable": True, "enum": [None]},
        "EmptyList": {"type": "array", "items": {}, "maxItems": 0},
        "Forged": {
            "type": "object",
            "description": "Not in an envelope: the request may come from another site's page.",
            "required": ["message"],
            "properties": {"message": {"type": "string", "enum": ["CSRF check failed"]}},
        },
    },
    "securitySchemes": {
        "basic": {"type": "http", "scheme": "basic", "description": "Name and password."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The site's session: of an account that has logged in, or of a guest.",
        },
        "checksum": {
            "type": "apiKey",
            "in": "header",
            "name": "Spreed-Signaling-Checksum",
            "description": "Of a signaling server: HMAC-SHA256 with the shared secret over"
            " `Spreed-Signaling-Random` and the body.",
        },
    },
    "parameters": {
        "NotForged": {
            "name": "OCS-APIRequest",
            "in": "header",
            "required": True,
            "description": "Says that no other site's page made the request.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    },
}


def component(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


NULL, EMPTY_LIST = component("Null"), component("EmptyList")


def enveloped(data: Schema) -> Schema:
    """The envelope with these data in it."""
    return {
        "allOf": [
            component("Envelope"),
            {"properties": {"ocs": {"properties": {"data": data}}}},
        ]
    }


def response(description: str, schema: Schema) -> Schema:
    """A JSON answer."""
    return {"description": description, "content": {JSON: {"schema": schema}}}


def refused(refusals: Iterable[errors.TalkError], *, may_be_forged: bool) -> dict[str, Schema]:
    """The answers of all refusals of one operation, by HTTP status."""
    by_status: dict[int, list[errors.TalkError]] = {}
    for refusal in refusals:
        by_status.setdefault(http_status(refusal.status, version=2), []).append(refusal)
    if may_be_forged:
        by_status.setdefault(412, [])
    return {
        str(status): _answer(found, forged=may_be_forged and status == 412)
        for status, found in sorted(by_status.items())
    }


def _answer(refusals: list[errors.TalkError], *, forged: bool) -> Schema:
    sentences = [_sentence(refusal) for refusal in refusals]
    names = [_reason(refusal) or type(refusal).__name__ for refusal in refusals]
    forms = [enveloped(_one_of(_forms(refusals)))] if refusals else []
    if forged:
        sentences.append("Neither `OCS-APIRequest` nor another sign that the request is wanted.")
        names.append("Forged")
        forms.append(component("Forged"))
    answer = response("\n".join(f"* {each}" for each in dict.fromkeys(sentences)), _one_of(forms))
    return answer | {NAMES: list(dict.fromkeys(names))}


def _sentence(refusal: errors.TalkError) -> str:
    """``type``: this kind of room does not allow it."""
    if isinstance(refusal, errors.InvalidValue):
        return f"`{refusal.parameter}`: The value is out of range or of the wrong kind."
    words = (getdoc(type(refusal)) or "").partition("\n")[0].replace("``", "`")
    reason = _reason(refusal)
    code = f"{refusal.status}: " if refusal.status in {LOGIN_NEEDED, NOT_FOUND_ROUTE} else ""
    return f"`{reason}`: {words}" if reason else f"{code}{words}"


def _reason(refusal: errors.TalkError) -> str:
    """What the wire says for it, if anything."""
    data = refusal.data
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _forms(refusals: list[errors.TalkError]) -> list[Schema]:
    """What ``data`` can be: nothing, null, one of some reasons, or an object of its own."""
    forms: list[Schema] = []
    reasons: list[str] = []
    explained = False
    for refusal in refusals:
        data = refusal.data
        if data == []:
            forms.append(EMPTY_LIST)
        elif data is None:
            forms.append(NULL)
        elif isinstance(data, dict) and "error" in data:
            reasons.append(data["error"])
            explained = explained or "message" in data
        else:
            forms.append(_kind(data))
    unique = [form for number, form in enumerate(forms) if form not in forms[:number]]
    if reasons:
        reason = {"type": "string", "enum": sorted(set(reasons))}
        optional = {"message": {"type": "string"}} if explained else {}
        unique.append(_object({"error": reason}, optional))
    return unique


def _object(properties: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties | (optional or {}),
    }


def _kind(value: Any) -> Schema:
    if isinstance(value, dict):
        return _object({name: _kind(each) for name, each in value.items()})
    if isinstance(value, list):
        if not value:
            return {"type": "array", "items": {}}
        return {"type": "array", "items": _kind(value[0]), "minItems": 1}
    return {"type": "integer" if isinstance(value, int) else "string"}


def shared(document: Schema) -> Schema:
    """Name the refusals that several operations have in common, and refer to them by name."""
    places: dict[str, list[tuple[Schema, str]]] = {}
    for operation in (each for path in document["paths"].values() for each in path.values()):
        for status, answer in operation["responses"].items():
            if NAMES in answer:
                key = ".".join([status, *answer.pop(NAMES)])
                places.setdefault(key, []).append((operation["responses"], status))
    components: Schema = document["components"].setdefault("responses", {})
    for name, found in sorted(places.items()):
        if len(found) > 1:
            components[name] = found[0][0][found[0][1]]
            for responses, status in found:
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return document


def _one_of(schemas: list[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
