"""The kinds of values that answers are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

Fields = Mapping[str, serializers.Field[Any, Any, Any, Any]]


class Shape(serializers.Serializer[Any]):
    """An object; its fields have the wire's names."""


def shape(name: str, fields: Fields) -> type[Shape]:
    """An object whose fields have names that Python cannot spell."""
    return type(name, (Shape,), dict(fields))


class Either(serializers.Field[Any, Any, Any, Any]):
    """One of several shapes."""

    def __init__(self, *forms: Any) -> None:
        super().__init__()
        self.forms = forms


class Seconds(serializers.IntegerField):
    """A moment."""

    def __init__(self, meaning: str) -> None:
        super().__init__(help_text=f"{meaning}, in unix seconds; 0 for never.")


class Token(serializers.CharField):
    """The name of a room in URLs."""


class Texts(serializers.ListField):
    """A list of strings."""

    child = serializers.CharField()


class NoTexts(serializers.ListField):
    """A list of strings that has none here."""

    def __init__(self) -> None:
        super().__init__(child=serializers.CharField(), max_length=0)
