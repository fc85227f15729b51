"""What users are told, for reading: notifications come and go with calls and invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from talk import notification as operations
from talk.admin.attendee import SeatList
from talk.admin.names import room_name
from talk.admin.operations import OperationsAdmin
from talk.models import Notification


@admin.register(Notification)
class NotificationAdmin(OperationsAdmin):
    """Who is told of what. Deleting one dismisses it, as its user would."""

    list_display = ("user", "kind", "of_room", "sender_id", "is_important", "created_at")
    list_display_links = None
    list_filter = ("kind", "is_important", "created_at")
    list_select_related = ("user", "room")
    search_fields = ("room__name", "room__token", "sender_id")
    ordering = ("-pk",)
    fields = readonly_fields = (
        "user",
        "kind",
        "of_room",
        "sender_id",
        "is_important",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "room")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SeatList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notification | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Notification) -> None:
        operations.dismiss(obj.user, [obj.pk])

    @admin.display(description=_("room"), ordering="room__name")
    def of_room(self, notification: Notification) -> str:
        url = reverse(f"{self.admin_site.name}:talk_room_change", args=[notification.room_id])
        return format_html('<a href="{}">{}</a>', url, room_name(notification.room))
