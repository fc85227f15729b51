"""Bans in the admin: who may not come back into which room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from talk import ban as operations
from talk.admin.attendee import SeatList
from talk.admin.confirmation import confirmed
from talk.admin.names import room_name
from talk.admin.operations import OperationForm, OperationsAdmin
from talk.constants import BAN_NOTE_BYTES
from talk.models import Ban


@confirmed(
    short_description=_("Lift"),
    question=_("These people and addresses may come back."),
    done=ngettext_lazy("%(count)d ban was lifted.", "%(count)d bans were lifted.", "count"),
    allowed_permissions=("delete",),
    deletes=True,
)
def lift(ban: Ban) -> int:
    operations.lift(ban.room, ban.pk)
    return True


class BanForm(OperationForm):
    """Whom to keep out of which room."""

    account: Any = None

    class Meta:
        model = Ban
        fields = ["room", "actor_type", "actor_id", "internal_note"]

    def write(self) -> None:
        data = self.cleaned_data
        made = operations.create(
            data["room"],
            data["actor_type"],
            data["actor_id"],
            account=self.account,
            internal_note=data["internal_note"],
        )
        self.instance.pk, self.instance._state.adding = made.pk, False


@admin.register(Ban)
class BanAdmin(OperationsAdmin):
    """Bans are made and lifted; nothing about one changes."""

    form = BanForm
    actions = [lift]
    list_display = ("who", "actor_type", "actor_id", "of_room", "banned_by", "created_at")
    list_filter = ("actor_type", "created_at")
    list_select_related = ("room",)
    search_fields = ("display_name", "actor_id", "internal_note", "room__name", "room__token")
    ordering = ("-created_at", "-pk")
    autocomplete_fields = ("room",)
    readonly_fields = ("of_room", "banned_by", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("room")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SeatList

    def get_fields(self, request: HttpRequest, obj: Ban | None = None) -> list[Any]:
        if obj is None:
            return ["room", "actor_type", "actor_id", "internal_note"]
        who = ["of_room", "actor_type", "actor_id", "display_name"]
        return [*who, "banned_by", "created_at", "internal_note"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[OperationForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "internal_note" in form.base_fields:
            form.base_fields["internal_note"].widget.attrs.update(rows=3, maxlength=BAN_NOTE_BYTES)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Ban | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Ban, form: Any, change: bool) -> None:
        form.account = request.user
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Ban) -> None:
        operations.lift(obj.room, obj.pk)

    def describe(self, objects: Iterable[Ban]) -> list[tuple[str, str]]:
        return [(str(ban), room_name(ban.room)) for ban in objects]

    @admin.display(description=_("who"), ordering="display_name")
    def who(self, ban: Ban) -> str:
        return str(ban)

    @admin.display(description=_("room"), ordering="room__name")
    def of_room(self, ban: Ban) -> str:
        url = reverse(f"{self.admin_site.name}:talk_room_change", args=[ban.room_id])
        return format_html('<a href="{}">{}</a>', url, room_name(ban.room))

    @admin.display(description=_("banned by"), ordering="moderator_name")
    def banned_by(self, ban: Ban) -> str:
        return ban.moderator_name or ban.moderator_id
