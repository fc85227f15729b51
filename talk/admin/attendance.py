"""The attendance of rooms as a file for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from talk.admin.names import name_rooms, room_name
from talk.admin.presence import local_time
from talk.models import Attendee, Room, Session

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs cells that begin like this."""


def attendance_file(rooms: QuerySet[Room]) -> HttpResponse:
    """A CSV file of everybody in these rooms, with who of them is in the call now."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"attendance-{local_time(timezone.now()):%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    for row in _rows(list(rooms)):
        writer.writerow([harmless(cell) for cell in row])
    return response


def harmless(cell: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _rows(rooms: list[Room]) -> Iterator[list[str]]:
    yield [
        gettext("room token"),
        gettext("room name"),
        gettext("actor type"),
        gettext("actor id"),
        gettext("display name"),
        gettext("role"),
        gettext("in call now"),
        gettext("last joined the call"),
    ]
    name_rooms(rooms)
    names = {room.pk: room_name(room) for room in rooms}
    with_call = Room.objects.in_call().filter(pk=OuterRef("room"))
    there = Session.objects.alive().in_call().filter(attendee=OuterRef("pk"))
    attendees = (
        Attendee.objects.filter(room__in=names)
        .select_related("room")
        .annotate(is_in_call=Exists(there) & Exists(with_call))
        .order_by("room__token", "pk")
    )
    for attendee in attendees:
        joined = attendee.last_joined_call
        yield [
            attendee.room.token,
            names[attendee.room_id],
            attendee.actor_type,
            attendee.actor_id,
            attendee.display_name,
            attendee.get_participant_type_display(),
            gettext("yes") if vars(attendee)["is_in_call"] else gettext("no"),
            local_time(joined).isoformat(timespec="seconds") if joined else "",
        ]
