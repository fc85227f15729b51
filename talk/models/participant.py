"""Who a request is in a room: the room, the caller's seat, and the session of this browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models, router
from django.db.models import FilteredRelation, Q

from talk.actor import Actor
from talk.constants import ActorType
from talk.models.attendee import Attendee
from talk.models.compiled import CompiledQuery
from talk.models.room import Room
from talk.models.session import Session


@dataclass(frozen=True)
class Participant:
    """An attendee with the session of this request; either may be missing.

    A guest without a live session in this browser is nobody here. A session counts only while
    it is alive and belongs to the same attendee.
    """

    room: Room
    attendee: Attendee | None = None
    session: Session | None = None

    @classmethod
    def find(cls, token: str, actor: Actor) -> Participant | None:
        """Look up room, seat and session in one query; None when there is no such room."""
        if actor.user is not None:
            rows = _as_user(token=token, actor_id=actor.user_id, holder=actor.holder)
        else:
            rows = _as_guest(token=token, holder=actor.holder)
        if not rows:
            return None
        using = router.db_for_read(Room)
        attendee, session = (
            _instance(model, using, rows[0][start:end]) for model, start, end in _PARTS[1:]
        )
        room = _instance(Room, using, rows[0][: _PARTS[0][2]])
        if session is not None:
            if attendee is None or session.attendee_id != attendee.pk or session.is_dead:
                session = None
            else:
                session.attendee, session.room = attendee, room
        if attendee is not None:
            attendee.room = room
        if actor.user is None and (session is None or attendee.actor_type == ActorType.USERS):
            # Also a session that was left behind by somebody who has logged out.
            attendee = session = None
        return cls(room, attendee, session)


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _select(queryset: models.QuerySet[Room], seat: str) -> models.QuerySet[Any, Any]:
    return queryset.values_list(
        *_columns(Room),
        *(f"{seat}__{column}" for column in _columns(Attendee)),
        *(f"presence__{column}" for column in _columns(Session)),
    )


def _query_as_user(token: str, actor_id: str, holder: str) -> models.QuerySet[Any, Any]:
    seats = FilteredRelation(
        "attendees",
        condition=Q(attendees__actor_type=ActorType.USERS, attendees__actor_id=actor_id),
    )
    sessions = FilteredRelation("sessions", condition=Q(sessions__holder=holder))
    return _select(Room.objects.filter(token=token).annotate(seat=seats, presence=sessions), "seat")


def _query_as_guest(token: str, holder: str) -> models.QuerySet[Any, Any]:
    sessions = FilteredRelation("sessions", condition=Q(sessions__holder=holder))
    return _select(
        Room.objects.filter(token=token).annotate(presence=sessions), "presence__attendee"
    )


_TOKEN = (Room._meta.get_field("token"), "\x01token")
_HOLDER = (Session._meta.get_field("holder"), "\x01holder")
_as_user = CompiledQuery(
    _query_as_user,
    token=_TOKEN,
    actor_id=(Attendee._meta.get_field("actor_id"), "\x01actor"),
    holder=_HOLDER,
)
_as_guest = CompiledQuery(_query_as_guest, token=_TOKEN, holder=_HOLDER)

_ends = [len(_columns(Room))]
_ends.append(_ends[0] + len(_columns(Attendee)))
_ends.append(_ends[1] + len(_columns(Session)))
_PARTS: list[tuple[Any, int, int]] = [
    (Room, 0, _ends[0]),
    (Attendee, _ends[0], _ends[1]),
    (Session, _ends[1], _ends[2]),
]


def _instance(model: Any, using: str, values: tuple[Any, ...]) -> Any:
    # The primary key is the first concrete field; an outer join that found nothing has none.
    if values[0] is None:
        return None
    return model.from_db(using, _columns(model), values)
