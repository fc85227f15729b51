"""People and groups of the site, as they are found (clients.md §4 and §9)."""

from __future__ import annotations

from rest_framework import serializers as fields

from talk.api.shapes.field import Shape, Texts
from talk.api.shapes.room import NOTHING_YET


class Found(Shape):
    """Somebody who can be added to a room."""

    id = fields.CharField()
    label = fields.CharField(help_text="What to show.")  # type: ignore[assignment]  # of the wire
    icon = fields.CharField()
    source = fields.ChoiceField(choices=["users", "groups", "emails"])  # type: ignore[assignment]  # of the wire
    status = fields.CharField(help_text=NOTHING_YET)
    subline = fields.CharField(help_text=NOTHING_YET)
    shareWithDisplayNameUnique = fields.CharField(help_text=NOTHING_YET)


class Groups(Shape):
    """The groups of an account."""

    groups = Texts()


FOUND, GROUPS = Found(many=True), Groups()
