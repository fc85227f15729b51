"""Rooms in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talk import lobby, participant
from talk import room as operations
from talk.admin.attendance import attendance_file
from talk.admin.filters import CallFilter, LobbyFilter
from talk.admin.links import call_url, link_to_all, link_to_call
from talk.admin.names import name_rooms, room_name
from talk.admin.operations import OperationForm, OperationsAdmin
from talk.admin.permissions import permissions_in_words
from talk.admin.presence import NOTHING, callers_in_words, short_time, with_people
from talk.admin.room_actions import ROOM_ACTIONS
from talk.admin.room_form import OPEN_ROOMS, RoomForm, groups_widget
from talk.admin.seats import NewSeatInline, PresenceInline, SeatInline, is_open_to_people
from talk.constants import RoomType
from talk.errors import TalkError
from talk.models import Attendee, Ban, Notification, Room, Session
from talk.models.room import RoomQuerySet

IN_WORDS = {
    "name": "title",
    "lobby_state": "lobby_now",
    "read_only": "read_only_now",
    "default_permissions": "default_permissions_in_words",
}


class RoomList(ChangeList):
    """The list of rooms, with the names of one-to-ones looked up together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        name_rooms(self.result_list)


@admin.register(Room)
class RoomAdmin(OperationsAdmin):
    """Rooms, who is in a call now, and everything that a site may have to do about it."""

    form = RoomForm
    parts = (Attendee, Session, Ban, Notification)
    inlines = (SeatInline, NewSeatInline, PresenceInline)

    class Media:
        css = {"all": ["talk/admin.css"]}
        js = ["talk/admin.js"]

    actions = [*ROOM_ACTIONS, "export_attendance"]

    list_display = (
        "title",
        "way_in",
        "type",
        "in_the_call_now",
        "lobby_now",
        "read_only_now",
        "people",
        "active",
    )
    list_filter = (
        "type",
        CallFilter,
        LobbyFilter,
        "read_only",
        "listable",
        "last_activity",
    )
    search_fields = (
        "name",
        "token",
        "attendees__display_name",
        "attendees__actor_id",
    )
    search_help_text = _("Name or token of the room, name or id of somebody in it.")
    ordering = ("-last_activity", "-pk")
    readonly_fields = (
        *IN_WORDS.values(),
        "call_link",
        "in_the_call_now",
        "call_since",
        "everybody",
        "every_session",
        "every_ban",
        "has_password",
        "object_type",
        "object_id",
        "recording_consent",
        "last_activity",
    )

    # Reading.

    def get_queryset(self, request: HttpRequest) -> RoomQuerySet:
        return with_people(cast(RoomQuerySet, super().get_queryset(request)))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RoomList

    def describe(self, objects: Iterable[Room]) -> list[tuple[str, str]]:
        rooms = list(objects)
        name_rooms(rooms)
        return [(room_name(room), self._circumstances(room)) for room in rooms]

    @staticmethod
    def _circumstances(room: Room) -> str:
        kind = room.get_type_display()
        if not room.has_call:
            return kind
        words = gettext("%(type)s, in the call: %(people)s")
        return words % {"type": kind, "people": callers_in_words(room)}

    @admin.display(description=_("name"), ordering="name")
    def title(self, room: Room) -> str:
        return room_name(room)

    @admin.display(description=_("token"), ordering="token")
    def way_in(self, room: Room) -> str:
        """The token, which leads to the call where this site has a page for it."""
        url = call_url(room.token)
        if not url:
            return room.token
        words = gettext("%(token)s: open the call") % {"token": room.token}
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, words, room.token)

    @admin.display(description=_("in the call now"))
    def in_the_call_now(self, room: Room) -> str:
        return callers_in_words(room)

    @admin.display(description=_("call started at"))
    def call_since(self, room: Room) -> str:
        started_at = room.call_started_at
        return short_time(started_at) if started_at and room.has_call else NOTHING

    @admin.display(description=_("lobby"))
    def lobby_now(self, room: Room) -> str:
        if not room.has_lobby:
            return NOTHING
        until = room.lobby_opens_at
        if until is None:
            return gettext("people wait")
        return gettext("people wait until %(moment)s") % {"moment": short_time(until)}

    @admin.display(description=_("read-only"), ordering="read_only")
    def read_only_now(self, room: Room) -> str:
        return gettext("yes") if room.read_only else NOTHING

    @admin.display(description=_("attendees"), ordering="attendee_count")
    def people(self, room: Room) -> int:
        return int(vars(room)["attendee_count"])

    @admin.display(description=_("last activity"), ordering="last_activity")
    def active(self, room: Room) -> str:
        return short_time(room.last_activity)

    @admin.display(description=_("link to the call"))
    def call_link(self, room: Room) -> str:
        return link_to_call(room.token)

    @admin.display(description=_("attendees"))
    def everybody(self, room: Room) -> str:
        return link_to_all(self.admin_site, Attendee, room, vars(room)["attendee_count"])

    @admin.display(description=_("sessions"))
    def every_session(self, room: Room) -> str:
        return link_to_all(self.admin_site, Session, room, room.sessions.count())

    @admin.display(description=_("bans"))
    def every_ban(self, room: Room) -> str:
        return link_to_all(self.admin_site, Ban, room, room.bans.count())

    @admin.display(description=_("has a password"), boolean=True)
    def has_password(self, room: Room) -> bool:
        return room.has_password

    @admin.display(description=_("default permissions"))
    def default_permissions_in_words(self, room: Room) -> str:
        return permissions_in_words(room.default_permissions, otherwise=gettext("as the site says"))

    def get_inlines(self, request: HttpRequest, obj: Room | None) -> Any:
        """Nobody is in a room that is only being made."""
        return [NewSeatInline] if obj is None else self.inlines

    # The form: what cannot be done to this kind of room is not offered.

    def get_fieldsets(self, request: HttpRequest, obj: Room | None = None) -> list[Any]:
        lobby_fields = ["lobby_state", "lobby_timer"]
        if obj is None:
            return [
                (None, {"fields": ["name", "type", "description"]}),
                (
                    _("Who gets in"),
                    {
                        "fields": [
                            "listable",
                            "new_password",
                            *lobby_fields,
                            "read_only",
                            *self._groups(request, obj),
                        ]
                    },
                ),
                (_("What people may do"), {"fields": ["default_permissions"]}),
            ]
        link = ["call_link"] if call_url(obj.token) else []
        now = ["in_the_call_now", "call_since", "everybody", "every_session", "every_ban"]
        details = ["recording_consent", "object_type", "object_id"]
        return [
            (
                None,
                {
                    "fields": [
                        self._shown(request, obj, "name"),
                        "token",
                        "type",
                        "description",
                        *link,
                    ]
                },
            ),
            (_("Now"), {"fields": [*now, "last_activity"]}),
            (_("Who gets in"), {"fields": self._access_fields(request, obj)}),
            (
                _("What people may do"),
                {"fields": [self._shown(request, obj, "default_permissions")]},
            ),
            (_("Details"), {"fields": details, "classes": ["collapse"]}),
        ]

    def _groups(self, request: HttpRequest, room: Room | None) -> list[str]:
        """The field for groups, for those who may add people and know the groups."""
        user = request.user
        may_add = user.has_perm("talk.add_attendee") and user.has_perm("auth.view_group")
        if room is None:
            return ["groups"] if may_add else []
        may_add = may_add and self.has_change_permission(request, room)
        return ["groups"] if may_add and is_open_to_people(room) else []

    def _access_fields(self, request: HttpRequest, room: Room) -> list[str]:
        fields = ["listable"]
        if room.type == RoomType.PUBLIC:
            fields.append("has_password")
            if self.has_change_permission(request, room):
                fields.append("new_password")
                if room.has_password:
                    fields.append("remove_password")
        state = self._shown(request, room, "lobby_state")
        timer = ["lobby_timer"] if state == "lobby_state" else []
        read_only = self._shown(request, room, "read_only")
        return [*fields, state, *timer, read_only, *self._groups(request, room)]

    def _shown(self, request: HttpRequest, room: Room, field: str) -> str:
        """The field itself, or its meaning in words where it cannot be written."""
        if field in self._impossible(room) or not self.has_change_permission(request, room):
            return IN_WORDS[field]
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> list[str]:
        # A field of the form that is not shown must be no field of the form.
        groups = {"groups"} - set(self._groups(request, obj))
        if obj is None:
            return [*self.readonly_fields, "remove_password", *groups]
        return [*self.readonly_fields, "token", "type", *self._impossible(obj), *groups]

    @staticmethod
    def _impossible(room: Room) -> set[str]:
        fields = set()
        if room.type in participant.FIXED_PAIRS or room.object_type == "event":
            fields |= {"name", "description"}
        if room.type not in OPEN_ROOMS:
            fields |= {"listable"}
        if room.type not in OPEN_ROOMS | {RoomType.CHANGELOG}:
            fields |= {"read_only", "default_permissions"}
        if room.type != RoomType.PUBLIC:
            fields |= {"new_password"}
        if not room.has_password:
            fields |= {"remove_password"}
        try:
            lobby.require_lobby_possible(room)
        except TalkError:
            fields |= {"lobby_state", "lobby_timer"}
        return fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[OperationForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, RoomForm):
            form.groups_widget = groups_widget(self.admin_site, request)
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        room = context["original"]
        if room is not None:
            context["subtitle"] = room_name(room)
        return super().render_change_form(request, context, *args, **kwargs)

    # Acting.

    def has_delete_permission(self, request: HttpRequest, obj: Room | None = None) -> bool:
        stays = obj is not None and obj.type in participant.FIXED_PAIRS
        return not stays and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        operations.delete(obj)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """The file names people: whoever may not see attendees may not take them home."""
        return self.has_view_permission(request) and request.user.has_perm("talk.view_attendee")

    @admin.action(description=_("Export attendance"), permissions=["export"])
    def export_attendance(self, request: HttpRequest, rooms: QuerySet[Room]) -> HttpResponse:
        return attendance_file(rooms)
