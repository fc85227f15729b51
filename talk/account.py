"""What becomes of seats when the site's accounts change: renamed, deleted, logged out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

from talk import call, errors, host, participant, signals
from talk.constants import NAME_LENGTH, ActorType, BanTarget, RoomType
from talk.models import Attendee, Ban, Notification, Room
from talk.models.lock import locked, writing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def follow(user: AbstractBaseUser, *, former_id: str = "") -> None:
    """Give a user's seats the name and the id that the account has now.

    One query when nothing changed. A new user name changes the user's id on the wire, also in
    the names of one-to-one rooms, in bans and in notifications; ``former_id`` is the one before.
    """
    user_id, name = user.get_username(), host.policy().display_name(user)[:NAME_LENGTH]
    seats = Attendee.objects.filter(user=cast(Any, user))
    stale = list(seats.exclude(actor_id=user_id, display_name=name).select_related("room"))
    former_ids = {former_id, *(seat.actor_id for seat in stale)} - {user_id, ""}
    if not (stale or former_ids):
        return
    with writing():
        pairs = [room for each in sorted(former_ids) for room in _pairs_with(each)]
        held = _hold([*pairs, *(seat.room for seat in stale)])
        for each in former_ids:
            _rename(each, user_id, held)
        seats.update(actor_id=user_id, display_name=name, modified_at=timezone.now())
        for seat in stale:
            if seat.room_id in held:
                previous, seat.actor_id, seat.display_name = seat.display_name, user_id, name
                signals.send_after_commit(
                    signals.attendee_renamed,
                    room=held[seat.room_id],
                    attendee=seat,
                    previous=previous,
                )


def _hold(rooms: Iterable[Room]) -> dict[int, Room]:
    """Lock these rooms until the transaction ends, by primary key; without those that are gone.

    Always in this order, so that two accounts that change cannot wait for each other.
    """
    held = {}
    for pk, room in sorted({room.pk: room for room in rooms}.items()):
        with suppress(errors.RoomNotFound), locked(room) as fresh:
            held[pk] = fresh
    return held


def _rename(former_id: str, user_id: str, held: dict[int, Room]) -> None:
    for room in held.values():
        if former_id in room.user_ids:
            ids = [user_id if known == former_id else known for known in room.user_ids]
            previous = room.name
            room.name, room.pair = Room.pair_name(ids), Room.pair_digest(ids)
            room.save(update_fields=["name", "pair"])
            signals.send_after_commit(signals.room_changed, room=room, changes={"name": previous})
    bans = Ban.objects.filter(actor_type=BanTarget.USERS)
    # Where somebody banned the new name before there was anybody of that name, one ban is enough.
    banned_already = list(bans.filter(actor_id=user_id).values_list("room", flat=True))
    bans.filter(actor_id=former_id).exclude(room__in=banned_already).update(actor_id=user_id)
    given = Ban.objects.filter(moderator_type=ActorType.USERS, moderator_id=former_id)
    given.update(moderator_id=user_id)
    Notification.objects.filter(sender_id=former_id).update(sender_id=user_id)


def _pairs_with(user_id: str) -> list[Room]:
    """The one-to-one rooms of a user, with or without a seat."""
    quoted = Room.pair_name([user_id])[1:-1]
    rooms = Room.objects.filter(type=RoomType.ONE_TO_ONE, name__contains=quoted).order_by("pk")
    return [room for room in rooms if user_id in room.user_ids]


def forget(user: AbstractBaseUser) -> None:
    """Take a user who is being deleted out of every room.

    One-to-one rooms become "former": read-only, and named after who is gone. Other rooms lose
    the seat; one that nobody else belongs to goes with it.
    """
    name = host.policy().display_name(user)
    seats = Attendee.objects.filter(user=cast(Any, user)).select_related("room")
    rooms = {seat.room_id: seat.room for seat in seats}
    # The other one may still have a room that this one had left, or never saw.
    rooms |= {room.pk: room for room in _pairs_with(user.get_username())}
    with writing():
        for room in _hold(rooms.values()).values():
            with suppress(errors.RoomNotFound):
                _leave(room, user, name)


def _leave(room: Room, user: AbstractBaseUser, name: str) -> None:
    with locked(room) as room:
        others = room.attendees.users().exclude(user_id=user.pk).exists()
        if others and room.type == RoomType.ONE_TO_ONE:
            _make_former(room, name)
        for seat in room.attendees.filter(user_id=user.pk):
            participant.vacate(room, seat)
        if not others:
            participant.erase(room)


def _make_former(room: Room, name: str) -> None:
    # First: a call in a read-only room could not be left any more.
    call.finish(room)
    changes = {"type": room.type, "name": room.name, "read_only": room.read_only}
    room.type, room.name, room.pair, room.read_only = (
        RoomType.FORMER_ONE_TO_ONE,
        name,
        None,
        True,
    )
    room.save(update_fields=["type", "name", "pair", "read_only"])
    signals.send_after_commit(signals.room_changed, room=room, changes=changes)
