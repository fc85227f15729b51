"""Who a request is in a room: the room, the caller's seat, and the session of this browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, router
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from talk.actor import Actor
from talk.constants import ActorType
from talk.models.attendee import Attendee
from talk.models.compiled import CompiledQuery
from talk.models.room import Room
from talk.models.session import Session
from talk.models.signal import Signal


@dataclass(frozen=True)
class Participant:
    """An attendee with the session of this request; either may be missing.

    A guest without a live session in this browser is nobody here. A session counts only while
    it is alive and belongs to the same attendee.
    """

    room: Room
    attendee: Attendee | None = None
    session: Session | None = None
    has_mail: bool = False
    """Whether messages are kept for the session; known only where two have met."""

    @classmethod
    def find(cls, token: str, actor: Actor) -> Participant | None:
        """Look up room, seat and session in one query; None when there is no such room."""
        if actor.user is None:
            return cls._of(actor, *_guest(token=token, holder=actor.holder))
        return cls._of(actor, *_user(token=token, actor_id=actor.user_id, holder=actor.holder))

    @classmethod
    def glance(cls, token: str, actor: Actor) -> Participant | None:
        """The same with only those fields that decide what the caller may do.

        For reading, where whole rows would be most of the cost. A user's session is not looked
        up; other fields are deferred: each of them costs a query when it is asked for.
        """
        if actor.user is None:
            return cls._of(actor, *_rights_of_guest(token=token, holder=actor.holder))
        return cls._of(actor, *_rights_of_user(token=token, actor_id=actor.user_id))

    @classmethod
    def meet(cls, token: str, actor: Actor) -> Participant | None:
        """The same for whoever polls or leaves a message: the session, and what it may send.

        Other fields are deferred, as by :meth:`glance`. Asked where messages are written: what a
        copy of it does not show yet may be kept for them.
        """
        using = router.db_for_write(Signal)
        if actor.user is None:
            return cls._of(actor, *_meeting_guest(using, token=token, holder=actor.holder))
        return cls._of(
            actor, *_meeting_user(using, token=token, actor_id=actor.user_id, holder=actor.holder)
        )

    @classmethod
    def _of(
        cls,
        actor: Actor,
        room: Room | None = None,
        attendee: Attendee | None = None,
        session: Session | None = None,
        has_mail: bool = False,
    ) -> Participant | None:
        if room is None:
            return None
        if session is not None:
            if attendee is None or session.attendee_id != attendee.pk or session.is_dead:
                session = None
            else:
                session.attendee, session.room = attendee, room
        if attendee is not None:
            attendee.room = room
        left_behind = attendee is not None and attendee.actor_type == ActorType.USERS
        if actor.user is None and (session is None or left_behind):
            # Also a session that was left behind by somebody who has logged out.
            attendee = session = None
        return cls(room, attendee, session, bool(has_mail and session))


# The queries, compiled once -----------------------------------------------------------------


class _LookUp:
    """A query for the one room with a token, and for rows that are joined to it.

    ``parts`` say what is wanted of each: the path to it, its model, and the fields if not all.
    ``and_also`` is asked about it besides.
    """

    def __init__(
        self,
        rooms: Callable[..., QuerySet[Room]],
        *parts: tuple[str, type[models.Model], frozenset[str]],
        and_also: tuple[Exists, ...] = (),
        **parameters: tuple[models.Field[Any, Any], Any],
    ) -> None:
        columns: list[str] = []
        self._parts: list[tuple[Any, frozenset[str], int, int]] = []
        for path, model, wanted in parts:
            start = len(columns)
            # In the model's own order, as ``from_db`` expects its values.
            names = [field.attname for field in model._meta.concrete_fields]
            columns += [f"{path}{name}" for name in names if not wanted or name in wanted]
            self._parts.append((model, wanted or frozenset(names), start, len(columns)))

        def query(**values: Any) -> QuerySet[Any, Any]:
            return rooms(**values).values_list(*columns, *and_also)

        self._query = CompiledQuery(query, **parameters)

    def __call__(self, using: str = "", **values: Any) -> list[Any]:
        """An instance, or None, for each part, and what else was asked; nothing without a room."""
        using = using or router.db_for_read(Room)
        rows = self._query.on(using, **values)
        if not rows:
            return []
        row, end = rows[0], 0
        found: list[Any] = []
        for model, fields, start, end in self._parts:
            # The primary key comes first; an outer join that found nothing has none.
            is_there = row[start] is not None
            found.append(model.from_db(using, fields, row[start:end]) if is_there else None)
        return [*found, *row[end:]]


def _rooms_with_seat(token: str, actor_id: str) -> QuerySet[Room]:
    seats = FilteredRelation(
        "attendees",
        condition=Q(attendees__actor_type=ActorType.USERS, attendees__actor_id=actor_id),
    )
    return Room.objects.filter(token=token).annotate(seat=seats)


def _rooms_with_presence(token: str, holder: str) -> QuerySet[Room]:
    sessions = FilteredRelation("sessions", condition=Q(sessions__holder=holder))
    return Room.objects.filter(token=token).annotate(presence=sessions)


def _rooms_with_both(token: str, actor_id: str, holder: str) -> QuerySet[Room]:
    sessions = FilteredRelation("sessions", condition=Q(sessions__holder=holder))
    return _rooms_with_seat(token, actor_id).annotate(presence=sessions)


_TOKEN: Any = (Room._meta.get_field("token"), "\x01token")
_ACTOR_ID: Any = (Attendee._meta.get_field("actor_id"), "\x01actor")
_HOLDER: Any = (Session._meta.get_field("holder"), "\x01holder")
_ALL: frozenset[str] = frozenset()


def _of_user(
    room: frozenset[str],
    seat: frozenset[str],
    session: frozenset[str],
    *and_also: Exists,
) -> _LookUp:
    """With these fields of each; all, if none are named."""
    return _LookUp(
        _rooms_with_both,
        ("", Room, room),
        ("seat__", Attendee, seat),
        ("presence__", Session, session),
        and_also=and_also,
        token=_TOKEN,
        actor_id=_ACTOR_ID,
        holder=_HOLDER,
    )


def _of_guest(
    room: frozenset[str],
    seat: frozenset[str],
    session: frozenset[str],
    *and_also: Exists,
) -> _LookUp:
    """The same for whoever is known by a session alone."""
    return _LookUp(
        _rooms_with_presence,
        ("", Room, room),
        ("presence__attendee__", Attendee, seat),
        ("presence__", Session, session),
        and_also=and_also,
        token=_TOKEN,
        holder=_HOLDER,
    )


_OF_ROOM = frozenset(
    {"id", "type", "read_only", "lobby_state", "lobby_timer", "default_permissions"}
)
_OF_SEAT = frozenset({"id", "actor_type", "participant_type", "permissions"})
_OF_SESSION = frozenset({"id", "attendee_id", "last_ping"})
_MET_IN_ROOM = frozenset(
    {"id", "token", "type", "default_permissions", "revision", "signaling_server"}
)
_MET_SESSION = _OF_SESSION | {"session_id", "in_call"}

_user = _of_user(_ALL, _ALL, _ALL)
_guest = _of_guest(_ALL, _ALL, _ALL)
_rights_of_user = _LookUp(
    _rooms_with_seat,
    ("", Room, _OF_ROOM),
    ("seat__", Attendee, _OF_SEAT),
    token=_TOKEN,
    actor_id=_ACTOR_ID,
)
_rights_of_guest = _of_guest(_OF_ROOM, _OF_SEAT, _OF_SESSION)
_MAIL = Exists(Signal.objects.filter(recipient=OuterRef("presence__pk")))
_meeting_user = _of_user(_MET_IN_ROOM, _OF_SEAT, _MET_SESSION, _MAIL)
_meeting_guest = _of_guest(_MET_IN_ROOM, _OF_SEAT, _MET_SESSION, _MAIL)
