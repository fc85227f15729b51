"""The form that makes a room, for people in front of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from talk import errors, host
from talk import password as passwords
from talk import room as rooms
from talk.constants import NAME_LENGTH, RoomType

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from talk.models import Room

MOST_PEOPLE = 100
"""As many as somebody types; a site that knows its people uses the API or a group."""

_BETWEEN_NAMES = re.compile(r"[,;\r\n]+")


class People(forms.CharField):
    """User names, with commas or line breaks in between; becomes the list of their accounts.

    Only active accounts that may use Talk are known, as everywhere else.
    """

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        names = [name.strip() for name in _BETWEEN_NAMES.split(text) if name.strip()]
        wanted = list(dict.fromkeys(names))
        if len(wanted) > MOST_PEOPLE:
            raise ValidationError(_("At most 100 people can be invited at once."))
        known = {
            user_id: user
            for user_id, user in host.find_users(wanted).items()
            if host.policy().may_use_talk(user)
        }
        unknown = [name for name in wanted if name not in known]
        if unknown:
            message = ngettext(
                "Nobody here is called %(names)s.",
                "Nobody here is called any of these: %(names)s.",
                len(unknown),
            )
            raise ValidationError(message, params={"names": ", ".join(unknown)})
        return [known[name] for name in wanted]


class RoomForm(forms.Form):
    """Name, kind, password and people of a new room; :meth:`create` makes it."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    type = forms.TypedChoiceField(
        label=_("Who may come"),
        coerce=lambda value: RoomType(int(value)),
        choices=[
            (RoomType.GROUP.value, _("Only people who are invited")),
            (RoomType.PUBLIC.value, _("Everybody who has the link")),
        ],
        initial=RoomType.GROUP.value,
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=pgettext_lazy("of a room", "Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("For guests of a room that everybody with the link may enter. May be empty."),
    )
    people = People(
        label=_("Invite people"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("User names, with commas or line breaks in between."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = data.get("password")
        if wanted and data.get("type") == RoomType.GROUP:
            self.add_error("password", _("Only public rooms have a password."))
        elif wanted:
            try:
                passwords.require_good(wanted)
            except errors.InvalidValue as refusal:
                self.add_error("password", refusal.explanation)
        return data

    def create(self, owner: AbstractBaseUser) -> Room:
        """The room that was asked for. Only for a form that is valid."""
        data = self.cleaned_data
        return rooms.create(
            name=data["name"],
            owner=owner,
            type=data["type"],
            password=data["password"],
            users=data["people"],
        )
