"""The OCS envelope in JSON and XML (ocs.md §3-5)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rest_framework.renderers import BaseRenderer

_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that no XML document may contain, not even escaped."""

_ESCAPED = {"\r": "&#13;"}
"""A bare carriage return would be read as a line feed."""

_ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def dumps_without_orjson(value: Any) -> bytes:
    """Compact JSON by the standard library."""
    return _encoder.encode(value).encode()


def _dumps() -> Callable[[Any], bytes]:
    """The quickest way to compact JSON that is installed."""
    try:
        import orjson
    except ImportError:  # the extra "orjson" is not installed
        return dumps_without_orjson
    return orjson.dumps


dumps = _dumps()


def to_json(value: Any) -> bytes:
    """JSON as the envelope carries it: angle brackets are escaped."""
    # Both only occur inside strings, so replacing them afterwards is safe.
    return dumps(value).replace(b"<", b"\\u003C").replace(b">", b"\\u003E")


class SharedTail:
    """A list whose last item goes to many, and is written as JSON only once."""

    def __init__(self, items: list[Any], last: Any, written: Callable[[], bytes]) -> None:
        self.items, self.last, self.written = items, last, written

    def as_list(self) -> list[Any]:
        return [*self.items, self.last]


class EnvelopeRenderer(BaseRenderer):
    """Wraps what a view answers; the meta block was made by ``talk.api.envelope``."""

    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        response = (renderer_context or {})["response"]
        if response.status_code in {204, 304}:
            return b""
        if isinstance(data, SharedTail):
            return self.render_shared(response.meta, data)
        return self.render_envelope({"ocs": {"meta": response.meta, "data": data}})

    def render_shared(self, meta: dict[str, Any], data: SharedTail) -> bytes:
        return self.render_envelope({"ocs": {"meta": meta, "data": data.as_list()}})

    def render_envelope(self, envelope: dict[str, Any]) -> bytes:
        raise NotImplementedError


class JSONEnvelope(EnvelopeRenderer):
    """``{"ocs": {"meta": {…}, "data": …}}``; angle brackets are escaped."""

    media_type, format = "application/json", "json"

    def render_envelope(self, envelope: dict[str, Any]) -> bytes:
        return to_json(envelope)

    def render_shared(self, meta: dict[str, Any], data: SharedTail) -> bytes:
        parts = [*map(to_json, data.items), data.written()]
        return b'{"ocs":{"meta":%s,"data":[%s]}}' % (to_json(meta), b",".join(parts))


class XMLEnvelope(EnvelopeRenderer):
    """The same as elements: lists as ``<element>``, true as 1, false and null as nothing."""

    media_type, format = "application/xml", "xml"

    def render_envelope(self, envelope: dict[str, Any]) -> bytes:
        lines = ['<?xml version="1.0"?>']
        _write(lines, "ocs", envelope["ocs"], depth=0)
        return ("\n".join(lines) + "\n").encode()


def _write(lines: list[str], name: str, value: Any, *, depth: int) -> None:
    indent = " " * depth
    if isinstance(value, Mapping):
        attributes = "".join(f" {key}={quoteattr(_text(text))}" for key, text in _attributes(value))
        children = [(key, child) for key, child in value.items() if not str(key).startswith("@")]
        opening = f"{indent}<{name}{attributes}"
    elif isinstance(value, list | tuple):
        children, opening = list(enumerate(value)), f"{indent}<{name}"
    elif value is None:
        lines.append(f"{indent}<{name}/>")
        return
    else:
        lines.append(f"{indent}<{name}>{escape(_text(value), _ESCAPED)}</{name}>")
        return
    if not children:
        lines.append(f"{opening}/>")
        return
    lines.append(f"{opening}>")
    for key, child in children:
        if key == "$comment":
            comment = re.sub("-(?=-)", "- ", _text(child))
            lines.append(f"{indent} <!-- {comment} -->")
        else:
            _write(lines, _element_name(key), child, depth=depth + 1)
    lines.append(f"{indent}</{name}>")


def _attributes(value: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, text in value.items():
        if key == "@attributes" and isinstance(text, Mapping):
            pairs.extend((str(name), each) for name, each in text.items())
        elif str(key).startswith("@"):
            pairs.append((str(key)[1:], text))
    return pairs


def _element_name(key: Any) -> str:
    return key if isinstance(key, str) and _ELEMENT_NAME.fullmatch(key) else "element"


def _text(value: Any) -> str:
    if value is True:
        return "1"
    if value is False or value is None:
        return ""
    return _UNWRITABLE.sub("", str(value))
