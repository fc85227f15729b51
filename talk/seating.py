"""Seats in a room: give one, find one. Steps of operations that hold the room's lock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

from talk import errors, host, notification, signals
from talk.actor import Actor
from talk.constants import NAME_LENGTH, ActorType, BanTarget, ParticipantType
from talk.models import Attendee, Room

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def seat(room: Room, attendee: Attendee, *, by: Attendee | None = None) -> Attendee:
    """Put a new seat into a locked room, and say so."""
    attendee.save(force_insert=True)
    touch(room)
    notification.invited(room, [attendee], by=by)
    signals.send_after_commit(signals.attendee_added, room=room, attendee=attendee, by=by)
    return attendee


def seat_user(
    room: Room,
    user: AbstractBaseUser,
    participant_type: ParticipantType,
    *,
    by: Attendee | None = None,
) -> Attendee:
    """A new seat in a locked room for somebody who has none there."""
    return seat(room, _user_seat(room, user, participant_type), by=by)


def seat_users(
    room: Room, users: Sequence[AbstractBaseUser], *, by: Attendee | None = None
) -> Sequence[Attendee]:
    """New seats in a locked room for those of many users who have none and are not banned.

    The number of queries grows with batches of 500, not with people.
    """
    seated = set(room.attendees.users().values_list("actor_id", flat=True))
    barred = set(room.bans.filter(actor_type=BanTarget.USERS).values_list("actor_id", flat=True))
    new = [
        _user_seat(room, user, ParticipantType.USER)
        for user in users
        if user.get_username() not in seated | barred
    ]
    return seat_all(room, new, by=by)


def seat_all(
    room: Room, new: Sequence[Attendee], *, by: Attendee | None = None
) -> Sequence[Attendee]:
    """As :func:`seat`, for many: the number of queries grows with batches of 500."""
    Attendee.objects.bulk_create(new, batch_size=500)
    touch(room)
    notification.invited(room, new, by=by)
    for attendee in new:
        signals.send_after_commit(signals.attendee_added, room=room, attendee=attendee, by=by)
    return new


def find(room: Room, actor: Actor) -> Attendee | None:
    attendee: Attendee | None = room.attendees.of_actor(actor).first()
    return attendee


def current(
    room: Room,
    attendee: Attendee,
    gone: type[errors.TalkError] = errors.AttendeeNotFound,
) -> Attendee:
    """The seat as it is now."""
    current: Attendee | None = room.attendees.filter(pk=attendee.pk).first()
    if current is None:
        raise gone
    current.room = room
    return current


def rename(room: Room, attendee: Attendee, name: str) -> None:
    """Give the one in a seat another name, and say so."""
    previous, attendee.display_name = attendee.display_name, name
    attendee.save(update_fields=["display_name", "modified_at"])
    signals.send_after_commit(
        signals.attendee_renamed, room=room, attendee=attendee, previous=previous
    )


def touch(room: Room) -> None:
    room.last_activity = timezone.now()
    room.save(update_fields=["last_activity"])


def _user_seat(room: Room, user: AbstractBaseUser, participant_type: ParticipantType) -> Attendee:
    return Attendee(
        room=room,
        actor_type=ActorType.USERS,
        actor_id=user.get_username(),
        user=cast(Any, user),
        display_name=host.policy().display_name(user)[:NAME_LENGTH],
        participant_type=participant_type,
    )
