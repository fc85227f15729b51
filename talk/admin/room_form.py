"""The form of a room, written by the operations that its changes stand for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from talk import lobby
from talk import password as passwords
from talk import room as operations
from talk.admin.operations import OperationForm
from talk.admin.refusals import explain
from talk.constants import NAME_LENGTH, LobbyState, RoomType
from talk.errors import TalkError
from talk.models import Room

OPEN_ROOMS = {RoomType.GROUP, RoomType.PUBLIC}

CREATED_WITH = ["name", "type", "description", "listable", "new_password"]

CREATABLE = [RoomType.GROUP, RoomType.PUBLIC]


class RoomForm(OperationForm):
    """Says what a room should be like; only what was changed is written."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, widget=AdminTextInputWidget)
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only public rooms have one. Empty changes nothing."),
    )
    remove_password = forms.BooleanField(label=_("Remove the password"), required=False)

    class Meta:
        model = Room
        fields = ["name", "type", "description", "read_only", "listable", "lobby_state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        room: Room = self.instance
        self.offer("type", CREATABLE)
        if not room.has_lobby:
            # A timer that ran out has opened the lobby; nobody wrote that down.
            self.initial.update(lobby_state=LobbyState.OPEN, lobby_timer=None)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        data = self.cleaned_data
        self._clean_password(data)
        self._clean_timer(data)
        return data

    def _clean_password(self, data: dict[str, Any]) -> None:
        password = data.get("new_password")
        if not password:
            return
        if data.get("remove_password"):
            self.add_error("remove_password", _("Either set a password or remove it."))
        elif data.get("type", self.instance.type) != RoomType.PUBLIC:
            self.add_error("new_password", _("Only public rooms have a password."))
        else:
            try:
                passwords.require_good(password)
            except TalkError as refusal:
                self.add_error("new_password", capfirst(explain(refusal)))

    def _clean_timer(self, data: dict[str, Any]) -> None:
        timer, state = data.get("lobby_timer"), data.get("lobby_state")
        if timer is None:
            return
        if state == LobbyState.OPEN:
            if "lobby_timer" in self.changed_data:
                self.add_error("lobby_timer", _("Only a closed lobby has a time to open."))
            data["lobby_timer"] = None
        elif timer <= timezone.now():
            self.add_error("lobby_timer", _("This moment has passed already."))

    def write(self) -> None:
        room: Room = self.instance
        values = {field: self.cleaned_data[field] for field in self.changed_data}
        if room._state.adding:
            self._create()
            for field in CREATED_WITH:
                values.pop(field, None)
        if "name" in values:
            operations.rename(room, values["name"])
        if "description" in values:
            operations.describe(room, values["description"])
        if "listable" in values:
            operations.set_listable(room, values["listable"])
        if values.get("new_password") or values.get("remove_password"):
            operations.set_password(room, values.get("new_password", ""))
        self._write_lobby(values)
        if "read_only" in values:
            write = operations.make_read_only if values["read_only"] else operations.make_writable
            write(room)

    def _create(self) -> None:
        data, room = self.cleaned_data, self.instance
        created = operations.create(
            name=data["name"],
            type=RoomType(data["type"]),
            description=data["description"],
            listable=data["listable"],
            password=data["new_password"],
        )
        # Admin goes on with the object that it gave to the form.
        room.pk, room._state.adding = created.pk, False

    def _write_lobby(self, values: dict[str, Any]) -> None:
        if not {"lobby_state", "lobby_timer"} & set(values):
            return
        if self.cleaned_data["lobby_state"] == LobbyState.OPEN:
            lobby.disable(self.instance)
        else:
            lobby.enable(self.instance, until=self.cleaned_data["lobby_timer"])
