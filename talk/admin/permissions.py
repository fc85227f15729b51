"""Permissions of attendees and rooms as check boxes and words instead of a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk.constants import Permission
from talk.models import Attendee

NAMED = [
    (int(Permission.CALL_START), _("start calls")),
    (int(Permission.CALL_JOIN), _("join calls")),
    (int(Permission.LOBBY_IGNORE), _("skip the lobby")),
    (int(Permission.PUBLISH_AUDIO), _("audio")),
    (int(Permission.PUBLISH_VIDEO), _("video")),
    (int(Permission.PUBLISH_SCREEN), _("screen")),
    (int(Permission.CHAT), _("chat")),
]
MARKER = int(Permission.CUSTOM)


def permissions_in_words(value: int, *, otherwise: str | None = None) -> str:
    """What the value allows; ``otherwise`` names the next level, which decides when it is 0."""
    if not value:
        return gettext("as the room says") if otherwise is None else otherwise
    allowed = [str(label) for bit, label in NAMED if value & bit]
    return ", ".join(allowed) or gettext("nothing")


def own_permissions_in_words(attendee: Attendee) -> str:
    """What the seat itself says; a moderator's own value decides nothing."""
    if attendee.is_moderator:
        return gettext("everything, as a moderator")
    return permissions_in_words(attendee.permissions)


class PermissionsWidget(forms.CheckboxSelectMultiple):
    """The check boxes, folded away behind what they amount to."""

    template_name = "admin/talk/permissions.html"
    summary = ""
    """What to say instead of the value, for those whose role decides."""

    label = _("own permissions")
    otherwise = _("as the room says")
    """Who decides when no box is ticked."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        # The boxes have labels of their own; the name is that of the group.
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                option["attrs"].pop("aria-label", None)
        context["group_label"] = self.attrs.get("aria-label") or str(self.label)
        context["summary"] = self.summary or permissions_in_words(
            sum(int(bit) for bit in value or []), otherwise=str(self.otherwise)
        )
        return context


class DefaultPermissionsWidget(PermissionsWidget):
    """The same for a room."""

    label = _("default permissions")
    otherwise = _("as the site says")


class PermissionsField(forms.TypedMultipleChoiceField):
    """A sum of permission bits; none means that the next level decides."""

    widget = PermissionsWidget
    marker = _("own rules, not the room's")

    def __init__(self, **kwargs: Any) -> None:
        choices = [(MARKER, self.marker), *NAMED]
        super().__init__(choices=choices, coerce=int, required=False, **kwargs)

    def prepare_value(self, value: Any) -> list[str]:
        if isinstance(value, int):
            return [str(bit) for bit in (MARKER, *(bit for bit, _label in NAMED)) if value & bit]
        return [bit for bit in value or [] if self.valid_value(bit)]

    def to_python(self, value: Any) -> list[str]:
        return self.prepare_value(value) if isinstance(value, int) else super().to_python(value)

    def clean(self, value: Any) -> int:
        bits: Iterable[int] = super().clean(value)
        total = sum(set(bits))
        return total | Permission.CUSTOM if total else Permission.DEFAULT

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class DefaultPermissionsField(PermissionsField):
    """Those of a room, for everybody who has none of their own."""

    widget = DefaultPermissionsWidget
    marker = _("own rules, not the site's")
