"""What becomes of seats when the site's accounts change: renamed, deleted, logged out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

from talk import errors, host, participant, signals
from talk.constants import RoomType
from talk.models import Attendee, Room
from talk.models.lock import locked, writing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def follow(user: AbstractBaseUser) -> None:
    """Give a user's seats the name and the id that the account has now.

    One query when nothing changed. A new user name changes the user's id on the wire, also in
    the names of one-to-one rooms.
    """
    user_id, name = user.get_username(), host.policy().display_name(user)
    seats = Attendee.objects.filter(user=cast(Any, user)).exclude(
        actor_id=user_id, display_name=name
    )
    former_ids = set(seats.values_list("actor_id", flat=True))
    if not former_ids:
        return
    with writing():
        for former_id in former_ids - {user_id}:
            quoted = Room.pair_name([former_id])[1:-1]
            for room in Room.objects.filter(type=RoomType.ONE_TO_ONE, name__contains=quoted):
                ids = [user_id if known == former_id else known for known in room.user_ids]
                room.name, room.pair = Room.pair_name(ids), Room.pair_digest(ids)
                room.save(update_fields=["name", "pair"])
        seats.update(actor_id=user_id, display_name=name, modified_at=timezone.now())


def forget(user: AbstractBaseUser) -> None:
    """Take a user who is being deleted out of every room.

    One-to-one rooms become "former": read-only, and named after who is gone. Other rooms lose
    the seat; one that nobody else belongs to goes with it.
    """
    seats = Attendee.objects.filter(user=cast(Any, user)).select_related("room")
    for seat in seats.order_by("room_id"):
        try:
            _vacate(seat, host.policy().display_name(user))
        except errors.RoomNotFound:
            continue
    user_id = user.get_username()
    quoted = Room.pair_name([user_id])[1:-1]
    for room in Room.objects.filter(type=RoomType.ONE_TO_ONE, name__contains=quoted):
        # Somebody who had left the room before: the other one still has it.
        if user_id in room.user_ids:
            with locked(room) as left:
                _make_former(left, host.policy().display_name(user))


def _vacate(seat: Attendee, name: str) -> None:
    with locked(seat.room) as room:
        current = room.attendees.filter(pk=seat.pk).first()
        if current is None:
            return
        participant.vacate(room, current)
        others = room.attendees.users().exists()
        if not others:
            participant.erase(room)
        elif room.type == RoomType.ONE_TO_ONE:
            _make_former(room, name)


def _make_former(room: Room, name: str) -> None:
    changes = {"type": room.type, "name": room.name, "read_only": room.read_only}
    room.type, room.name, room.pair, room.read_only = (
        RoomType.FORMER_ONE_TO_ONE,
        name,
        None,
        True,
    )
    room.save(update_fields=["type", "name", "pair", "read_only"])
    signals.send_after_commit(signals.room_changed, room=room, changes=changes)
