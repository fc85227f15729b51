"""People in rooms, across all rooms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from talk import participant
from talk.admin.confirmation import confirmed
from talk.admin.names import attendee_id, attendee_name, name_rooms, room_name
from talk.admin.operations import OperationsAdmin
from talk.admin.permissions import own_permissions_in_words
from talk.admin.presence import NOTHING, short_time
from talk.admin.seat_form import SeatForm, take_away
from talk.models import Attendee, Session


class SeatList(ChangeList):
    """A list whose rows belong to rooms, which are named together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        name_rooms(row.room for row in self.result_list)


@confirmed(
    short_description=_("Make moderator"),
    question=_("These people will be able to end calls, open the lobby and remove others."),
    done=ngettext_lazy(
        "%(count)d person was made a moderator.", "%(count)d people were made moderators.", "count"
    ),
)
def promote(attendee: Attendee) -> int:
    if attendee.is_moderator:
        return False
    participant.promote(attendee)
    return True


@confirmed(
    short_description=_("Take moderator permissions away"),
    question=_("These people will be ordinary attendees. Owners keep their role."),
    done=ngettext_lazy(
        "%(count)d person is no moderator any more.",
        "%(count)d people are no moderators any more.",
        "count",
    ),
)
def demote(attendee: Attendee) -> int:
    if not attendee.is_moderator:
        return False
    participant.demote(attendee)
    return True


@confirmed(
    short_description=_("Remove from the room"),
    question=_("These people lose their seats and drop out of running calls."),
    done=ngettext_lazy("%(count)d person was removed.", "%(count)d people were removed.", "count"),
    allowed_permissions=("delete",),
    deletes=True,
)
def remove(attendee: Attendee) -> int:
    take_away(attendee)
    return True


@admin.register(Attendee)
class AttendeeAdmin(OperationsAdmin):
    """Find somebody in any room; promote, demote, remove. People are added on a room's page."""

    form = SeatForm
    parts = (Session,)
    actions = [promote, demote, remove]
    list_display = ("name", "actor_type", "known_as", "of_room", "participant_type", "joined")
    list_filter = ("actor_type", "participant_type")
    list_select_related = ("room",)
    search_fields = ("display_name", "actor_id", "room__name", "room__token")
    ordering = ("display_name", "pk")
    readonly_fields = (
        "of_room",
        "actor_type",
        "actor_id",
        "user",
        "last_joined_call",
        "consented_at",
        "permissions_in_words",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("room")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SeatList

    def get_fields(self, request: HttpRequest, obj: Attendee | None = None) -> list[Any]:
        may_change = self.has_change_permission(request, obj)
        permissions = "permissions" if may_change else "permissions_in_words"
        who = ["of_room", "actor_type", "actor_id", "user", "display_name"]
        return [*who, "participant_type", permissions, "last_joined_call", "consented_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Attendee | None = None) -> list[str]:
        # Whoever sees the words must not be asked for the boxes.
        hidden = {"permissions"} - set(self.get_fields(request, obj))
        return [*self.readonly_fields, *hidden]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Attendee) -> None:
        take_away(obj)

    def describe(self, objects: Iterable[Attendee]) -> list[tuple[str, str]]:
        attendees = list(objects)
        name_rooms(attendee.room for attendee in attendees)
        words = gettext("%(role)s in %(room)s")
        return [
            (
                attendee_name(attendee),
                words
                % {
                    "role": attendee.get_participant_type_display(),
                    "room": room_name(attendee.room),
                },
            )
            for attendee in attendees
        ]

    @admin.display(description=_("name"), ordering="display_name")
    def name(self, attendee: Attendee) -> str:
        return attendee_name(attendee)

    @admin.display(description=_("id"), ordering="actor_id")
    def known_as(self, attendee: Attendee) -> str:
        return attendee_id(attendee)

    @admin.display(description=_("room"), ordering="room__name")
    def of_room(self, attendee: Attendee) -> str:
        url = reverse(f"{self.admin_site.name}:talk_room_change", args=[attendee.room_id])
        return format_html('<a href="{}">{}</a>', url, room_name(attendee.room))

    @admin.display(description=_("last joined a call"), ordering="last_joined_call")
    def joined(self, attendee: Attendee) -> str:
        moment = attendee.last_joined_call
        return short_time(moment) if moment else NOTHING

    @admin.display(description=_("own permissions"))
    def permissions_in_words(self, attendee: Attendee) -> str:
        return own_permissions_in_words(attendee)
