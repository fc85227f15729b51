"""Who is online where, for reading; a session can only be ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from talk import session as sessions
from talk.admin.attendee import SeatList
from talk.admin.confirmation import confirmed
from talk.admin.filters import InCallFilter, PresenceFilter
from talk.admin.names import attendee_name, name_rooms, room_name
from talk.admin.operations import OperationsAdmin
from talk.admin.presence import flags_in_words, presence_in_words
from talk.models import Session


@confirmed(
    short_description=_("End sessions"),
    question=_("These people drop out of the call and leave the room, and may come back."),
    done=ngettext_lazy("%(count)d session was ended.", "%(count)d sessions were ended.", "count"),
    allowed_permissions=("delete",),
    deletes=True,
)
def end_sessions(session: Session) -> int:
    sessions.leave(session)
    return True


@admin.register(Session)
class SessionAdmin(OperationsAdmin):
    """Sessions come from joining a room; here they can be looked at, and ended."""

    actions = [end_sessions]
    list_display = ("person", "of_room", "flags", "presence", "last_ping", "state")
    list_filter = (PresenceFilter, InCallFilter, "state")
    list_select_related = ("attendee", "room")
    search_fields = (
        "attendee__display_name",
        "attendee__actor_id",
        "room__name",
        "room__token",
    )
    ordering = ("-last_ping", "-pk")
    fields = readonly_fields = (
        "person",
        "of_room",
        "flags",
        "presence",
        "last_ping",
        "state",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("attendee", "room")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SeatList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Session) -> None:
        sessions.leave(obj)

    def describe(self, objects: Iterable[Session]) -> list[tuple[str, str]]:
        sessions = list(objects)
        name_rooms(session.room for session in sessions)
        return [
            (
                attendee_name(session.attendee),
                f"{room_name(session.room)}, {presence_in_words(session)}",
            )
            for session in sessions
        ]

    @admin.display(description=_("attendee"), ordering="attendee__display_name")
    def person(self, session: Session) -> str:
        return attendee_name(session.attendee)

    @admin.display(description=_("room"), ordering="room__name")
    def of_room(self, session: Session) -> str:
        return room_name(session.room)

    @admin.display(description=_("call"))
    def flags(self, session: Session) -> str:
        return flags_in_words(session)

    @admin.display(description=_("presence"))
    def presence(self, session: Session) -> str:
        return presence_in_words(session)
