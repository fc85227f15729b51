"""A request's parameters: query, form and JSON in one, strictly typed (ocs.md §10)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import IO, Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from talk import errors

MAX_DEPTH = 8
"""How deep brackets may nest; nothing in the API needs more than two."""

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
MAX_DIGITS = 19
MAX_INTEGER = 2**63 - 1
_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}")


# Reading ---------------------------------------------------------------------------------


class JSONBody(BaseParser):
    """A JSON object, of whose values the endpoints say what they may be."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            value = json.loads(stream.read() or b"null", parse_int=_integer)
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        if value is None or value == []:
            return {}
        if not isinstance(value, dict):
            raise ParseError
        return value


def _integer(digits: str) -> int | str:
    # Python refuses to read very long numbers; as text they are refused by name, like any other.
    return int(digits) if len(digits) <= MAX_DIGITS else digits


class FormBody(BaseParser):
    """A form, also with PUT and DELETE."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> QueryDict:
        return QueryDict(stream.read())


class MultiPartBody(MultiPartParser):
    """The same as a multipart form; files are of no interest."""

    def parse(  # type: ignore[override]  # callers take a plain mapping as well
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> QueryDict:
        form: QueryDict = super().parse(stream, media_type, parser_context).data
        return form


class NoBody(BaseParser):
    """Whatever is of no kind we know carries no parameters."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return {}


def _pairs(form: QueryDict) -> Iterable[tuple[str, str]]:
    for name, values in form.lists():
        for value in values:
            yield name, str(value)


def from_brackets(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """``a=1&b[]=2&b[]=3&c[d]=4`` as ``{"a": "1", "b": ["2", "3"], "c": {"d": "4"}}``.

    The last of several equal names wins, as in PHP.
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, opening, rest = name.partition("[")
        keys = _BRACKETS.findall(opening + rest) if head else []
        if len(keys) > MAX_DEPTH:
            raise ParseError
        node = tree
        path = [head or name, *keys]
        for key in path[:-1]:
            child = node.get(_free_key(node, key))
            if not isinstance(child, dict):
                child = node[_free_key(node, key)] = {}
            node = child
        node[_free_key(node, path[-1])] = value
    return {name: _listed(value) for name, value in tree.items()}


def _free_key(node: dict[str, Any], key: str) -> str:
    if key:
        return key
    number = len(node)
    while str(number) in node:
        number += 1
    return str(number)


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    children = {key: _listed(child) for key, child in value.items()}
    if all(key.isdecimal() for key in children):
        return list(children.values())
    return children


def parameters_of(request: Request) -> dict[str, Any]:
    """Query and body in one; the body wins. Brackets in names make lists and objects.

    :raises ParseError: brackets nest too deep.
    """
    merged = from_brackets(_pairs(request.query_params))
    data = request.data
    # The form alone: where a middleware of the site has read it, the data hold its files as well.
    form = isinstance(data, QueryDict)
    merged.update(from_brackets(_pairs(request.POST)) if form else data)
    return merged


# Typing ----------------------------------------------------------------------------------


class Parameters(serializers.Serializer[Any]):
    """The typed parameters of one endpoint: subclasses list them under the wire's names."""

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """Read and check what a request sends.

        :raises InvalidValue: names the first parameter that is not what it should be.
        """
        given = parameters_of(request)
        fields: Mapping[str, Any] = cls._declared_fields
        for name in given.keys() & fields.keys():
            # Null switches off what can be switched; anything else it leaves as it would be.
            if given[name] is None and isinstance(fields[name], Boolean):
                given[name] = False
        try:
            validated: dict[str, Any] = cls._reader().run_validation(
                {name: given[name] for name in fields if given.get(name) is not None}
            )
        except ValidationError as refusal:
            by_name: Any = refusal.detail
            raise errors.InvalidValue(next(iter(by_name))) from refusal
        return validated

    @classmethod
    @cache
    def _reader(cls) -> Parameters:
        """Reads for all requests: it keeps nothing of any, and its fields are copied only once."""
        return cls()


class Integer(serializers.IntegerField):
    """A JSON integer or a numeric string; nothing that only looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and _INTEGER.fullmatch(data):
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool) or abs(data) > MAX_INTEGER:
            self.fail("invalid")
        return int(data)


class Boolean(serializers.Field[bool, Any, bool, Any]):
    """``false``, ``0``, nothing and empty lists are false, everything else is true."""

    def to_internal_value(self, data: Any) -> bool:
        return bool(data) and data not in {"false", "0"} if isinstance(data, str) else bool(data)

    def to_representation(self, value: bool) -> bool:
        return value


class Text(serializers.CharField):
    """A string without characters that no database keeps; blanks count."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_blank", True)
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)
        self.validators = [
            _NoSurrogates() if isinstance(each, ProhibitSurrogateCharactersValidator) else each
            for each in self.validators
        ]


class _NoSurrogates(ProhibitSurrogateCharactersValidator):
    """The same at a glance: DRF's own looks at every character of a long text."""

    def __call__(self, value: Any) -> None:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            super().__call__(value)


class IntegerList(serializers.ListField):
    """A list of integers, from JSON or from brackets."""

    child = Integer()


class TextList(serializers.ListField):
    """A list of strings, from JSON or from brackets."""

    child = Text()
