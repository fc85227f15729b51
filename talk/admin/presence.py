"""Who is in a call now, in words; all from the one rule of presence (``talk.models.session``)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import formats, timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from talk.admin.names import attendee_name
from talk.constants import CallFlag
from talk.models import Attendee, Room, Session
from talk.models.room import RoomQuerySet

SHOWN_CALLERS = 3
NOTHING = "—"

FLAGS = {
    CallFlag.WITH_AUDIO: gettext_lazy("audio"),
    CallFlag.WITH_VIDEO: gettext_lazy("video"),
    CallFlag.WITH_PHONE: gettext_lazy("phone"),
}

PRESENCE = {
    "fresh": gettext_lazy("fresh"),
    "silent": gettext_lazy("silent for a while"),
    "dead": gettext_lazy("gone"),
}


def callers() -> QuerySet[Attendee]:
    """Everybody with a session that holds a call open: alive, and with any flag."""
    there = Session.objects.alive().in_call().filter(attendee=OuterRef("pk"))
    return Attendee.objects.filter(Exists(there))


def with_people(rooms: RoomQuerySet) -> RoomQuerySet:
    """Rooms with their call, the first of its people, and how many there and in the room.

    Two queries, however many rooms and people.
    """
    first = callers().order_by("last_joined_call", "pk")[:SHOWN_CALLERS]
    return (
        rooms.with_call_state()
        .annotate(
            caller_count=_count_in_room(callers()),
            attendee_count=_count_in_room(Attendee.objects.all()),
        )
        .prefetch_related(Prefetch("attendees", queryset=first, to_attr="first_callers"))
    )


def _count_in_room(attendees: QuerySet[Attendee]) -> Coalesce:
    # A subquery rather than a join: joining people twice would multiply them.
    per_room = attendees.filter(room=OuterRef("pk")).order_by().values("room")
    counted = per_room.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def callers_in_words(room: Room) -> str:
    """ "Alice, Bob + 2 more" for a room of :func:`with_people`; a dash without a call."""
    if not room.has_call:
        return NOTHING
    facts = vars(room)
    names = [attendee_name(attendee) for attendee in facts["first_callers"]]
    unnamed = facts["caller_count"] - len(names)
    if unnamed <= 0:
        return ", ".join(names)
    more = ngettext("%(count)d more", "%(count)d more", unnamed) % {"count": unnamed}
    return f"{', '.join(names)} + {more}"


def local_time(moment: datetime) -> datetime:
    """The moment on the visitor's clock; a site without time zones has only one."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def short_time(moment: datetime) -> str:
    """The moment as this language writes it briefly."""
    return formats.date_format(local_time(moment), "SHORT_DATETIME_FORMAT")


def flags_in_words(session: Session) -> str:
    """What a session brings to the call; a dead one is in no call, whatever its row says."""
    flags = CallFlag(session.in_call)
    if not flags or session.is_dead:
        return NOTHING
    words = [str(word) for flag, word in FLAGS.items() if flags & flag]
    return ", ".join([gettext("in the call"), *words])


def presence_in_words(session: Session) -> str:
    """Whether the session is fresh, silent for a while, or dead."""
    if session.is_dead:
        return str(PRESENCE["dead"])
    return str(PRESENCE["fresh" if session.is_fresh else "silent"])
