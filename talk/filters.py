"""django-filter filter sets for rooms and attendees: used by our lists, and for a host's own.

The filters bear the wire's names, so that a host's view can hand a request's query to them::

    from talk.filters import RoomFilterSet

    rooms = RoomFilterSet(request.GET, queryset=Room.objects.all(), request=request).qs
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from talk.actor import Actor
from talk.constants import ActorType, Listable, ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from talk.models.attendee import AttendeeQuerySet
from talk.models.room import RoomQuerySet

LAST_DAY = 253_402_214_400
"""9999-12-31 in unix seconds: no calendar reaches further, whatever the time zone."""


def moment(unix_seconds: int) -> datetime:
    """Seconds of the wire as a time that the database compares with.

    :raises ValidationError: no calendar reaches that far.
    """
    try:
        aware = datetime.fromtimestamp(unix_seconds, tz=UTC)
        return aware if django_settings.USE_TZ else aware.astimezone().replace(tzinfo=None)
    except (OverflowError, OSError, ValueError) as error:
        raise ValidationError("out of range") from error


class RoomFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Rooms by name, type, state, and by what happened to them since a moment.

    ``actor`` is who asks: their own seat counts for ``modifiedSince``. Without it, only the room
    itself does.
    """

    searchTerm = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    modifiedSince = django_filters.NumberFilter(method="filter_modified_since")
    type = django_filters.MultipleChoiceFilter(choices=RoomType.choices)
    listable = django_filters.MultipleChoiceFilter(choices=Listable.choices)
    readOnly = django_filters.BooleanFilter(field_name="read_only")
    hasCall = django_filters.BooleanFilter(method="filter_has_call")
    lobby = django_filters.BooleanFilter(method="filter_lobby")

    class Meta:
        model = Room
        fields: list[str] = []

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def filter_modified_since(self, rooms: RoomQuerySet, name: str, value: Any) -> RoomQuerySet:
        """In a call, active since, or with a seat of the actor that changed since."""
        if not value:
            return rooms
        since = moment(max(0, min(int(value), LAST_DAY)))
        changed = Q(last_activity__gte=since) | Q(call_started_at__isnull=False)
        if self.actor is not None:
            seats = Attendee.objects.of_actor(self.actor).filter(modified_at__gte=since)
            changed |= Q(pk__in=seats.values("room"))
        return rooms.filter(changed)

    def filter_has_call(self, rooms: RoomQuerySet, name: str, value: bool) -> RoomQuerySet:
        """With a call now, or without one."""
        in_call = Room.objects.in_call().values("pk")
        return rooms.filter(pk__in=in_call) if value else rooms.exclude(pk__in=in_call)

    def filter_lobby(self, rooms: RoomQuerySet, name: str, value: bool) -> RoomQuerySet:
        """With people waiting in front of it, or open."""
        closed = Room.objects.with_lobby().values("pk")
        return rooms.filter(pk__in=closed) if value else rooms.exclude(pk__in=closed)


class AttendeeFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Attendees by room, name, role, and by whether they are in the call now."""

    room = django_filters.CharFilter(field_name="room__token")
    searchTerm = django_filters.CharFilter(method="filter_search_term")
    actorType = django_filters.MultipleChoiceFilter(
        field_name="actor_type", choices=ActorType.choices
    )
    participantType = django_filters.MultipleChoiceFilter(
        field_name="participant_type", choices=ParticipantType.choices
    )
    inCall = django_filters.BooleanFilter(method="filter_in_call")
    online = django_filters.BooleanFilter(method="filter_online")

    class Meta:
        model = Attendee
        fields: list[str] = []

    def filter_search_term(
        self, attendees: AttendeeQuerySet, name: str, value: str
    ) -> AttendeeQuerySet:
        """Found in the display name or the id."""
        return attendees.filter(Q(display_name__icontains=value) | Q(actor_id__icontains=value))

    def filter_in_call(
        self, attendees: AttendeeQuerySet, name: str, value: bool
    ) -> AttendeeQuerySet:
        """With a live session in the call, or without."""
        return self._by_sessions(attendees, Session.objects.alive().in_call(), value)

    def filter_online(
        self, attendees: AttendeeQuerySet, name: str, value: bool
    ) -> AttendeeQuerySet:
        """With a live session, or without."""
        return self._by_sessions(attendees, Session.objects.alive(), value)

    @staticmethod
    def _by_sessions(attendees: AttendeeQuerySet, sessions: Any, value: bool) -> AttendeeQuerySet:
        present = sessions.values("attendee")
        return attendees.filter(pk__in=present) if value else attendees.exclude(pk__in=present)
