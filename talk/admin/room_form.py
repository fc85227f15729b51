"""The form of a room, written by the operations that its changes stand for."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteSelectMultiple
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from talk import group, lobby, permission
from talk import password as passwords
from talk import room as operations
from talk.admin.operations import OperationForm
from talk.admin.permissions import DefaultPermissionsField
from talk.admin.refusals import about, explain
from talk.constants import NAME_LENGTH, LobbyState, RoomType
from talk.errors import TalkError
from talk.models import Room

OPEN_ROOMS = {RoomType.GROUP, RoomType.PUBLIC}

CREATED_WITH = [
    "name",
    "type",
    "description",
    "listable",
    "new_password",
    "default_permissions",
    "groups",
]

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
    default_permissions = DefaultPermissionsField(
        label=_("Default permissions"),
        help_text=_("What everybody but moderators may do. A change resets everybody's own."),
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Add groups"),
        required=False,
        help_text=_("Their members get seats, and come and go with the group."),
    )

    groups_widget: ClassVar[forms.Widget | None] = None
    """How groups are looked up while typing, if the site can do that."""

    class Meta:
        model = Room
        fields = [
            "name",
            "type",
            "description",
            "read_only",
            "listable",
            "lobby_state",
            "default_permissions",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        room: Room = self.instance
        self.offer("type", CREATABLE)
        if self.groups_widget is not None and "groups" in self.fields:
            field = cast(Any, self.fields["groups"])
            field.widget = deepcopy(self.groups_widget)
            field.widget.choices = field.choices
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
        if "default_permissions" in values:
            permission.set_default(room, values["default_permissions"])
        for each in values.get("groups", []):
            with about(each):
                group.add(room, each)
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
            permissions=data["default_permissions"],
            groups=data.get("groups", []),
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


def groups_widget(site: AdminSite, request: HttpRequest) -> forms.Widget | None:
    """Looks groups up while typing, if the site's own admin of groups can do that."""
    users = get_user_model()
    has_groups = any(field.name == "groups" for field in users._meta.many_to_many)
    if not has_groups or not site.is_registered(Group):
        return None
    groups = site.get_model_admin(Group)
    if not groups.get_search_fields(request) or not groups.has_view_permission(request):
        return None
    return AutocompleteSelectMultiple(users._meta.get_field("groups"), site)
