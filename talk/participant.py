"""The people of a room: add, remove, promote, demote, rename (participants.md)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from talk import errors, seating, signals
from talk import session as sessions
from talk.actor import Actor
from talk.constants import (
    GUEST_NAME_LENGTH,
    ActorType,
    ParticipantType,
    Permission,
    RoomType,
)
from talk.models import Attendee, Room
from talk.models.lock import locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

FIXED_PAIRS = frozenset({RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE})
"""Rooms whose people are who they are."""

_PERMANENT = frozenset({ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.USER})


def add_user(
    room: Room,
    user: AbstractBaseUser,
    *,
    participant_type: ParticipantType = ParticipantType.USER,
    by: Attendee | None = None,
) -> Attendee:
    """Give a user of the site a seat; somebody who has one keeps it.

    A user who had only followed the public link becomes a permanent member.

    :raises WrongRoomTypeForPeople: nobody can be added to this kind of room.
    :raises AddBanned: the user was banned from the room.
    """
    with locked(room) as room:
        require_open_to_people(room)
        attendee: Attendee | None = (
            room.attendees.users().filter(actor_id=user.get_username()).first()
        )
        if attendee is None:
            if any(ban.concerns(Actor(user)) for ban in room.bans.all()):
                raise errors.AddBanned
            return seating.seat_user(room, user, participant_type, by=by)
        if attendee.participant_type == ParticipantType.SELF_JOINED:
            _change_role(room, attendee, ParticipantType.USER)
        return attendee


def remove(attendee: Attendee, *, by: Attendee | None = None) -> None:
    """Take somebody's seat away, and with it their sessions; owners keep theirs.

    :raises AttendeeToRemoveNotFound: the seat is gone already.
    :raises WrongRoomTypeForPeople: nobody can be removed from a one-to-one.
    :raises OwnerCannotBeRemoved: the attendee owns the room.
    """
    with locked(attendee.room) as room:
        attendee = seating.current(room, attendee, errors.AttendeeToRemoveNotFound)
        require_not_a_pair(room)
        if attendee.participant_type == ParticipantType.OWNER:
            raise errors.OwnerCannotBeRemoved
        vacate(room, attendee, by=by)


def leave_for_good(attendee: Attendee) -> None:
    """Give up one's own seat; the last user of a room takes the room along.

    :raises LastModerator: other users would be left without a moderator.
    """
    with locked(attendee.room) as room:
        attendee = seating.current(room, attendee, errors.AttendeeToRemoveNotFound)
        users = room.attendees.users().filter(participant_type__in=_PERMANENT)
        is_last = attendee.participant_type in _PERMANENT and not (
            users.exclude(pk=attendee.pk).exists()
        )
        if room.type not in FIXED_PAIRS and attendee.is_logged_in_moderator and not is_last:
            others = users.exclude(pk=attendee.pk)
            if not others.filter(
                participant_type__in=[ParticipantType.OWNER, ParticipantType.MODERATOR]
            ).exists():
                raise errors.LastModerator
        vacate(room, attendee, by=attendee)
        if is_last and room.type != RoomType.CHANGELOG and room.object_type != "file":
            erase(room)


def promote(attendee: Attendee) -> Attendee:
    """Make a user a moderator, or a guest a guest with moderator permissions.

    :raises AttendeeNotFound: the seat is gone.
    :raises RoleUnchangeable: already a moderator, or nobody who could be one.
    """
    with locked(attendee.room) as room:
        attendee = seating.current(room, attendee)
        if attendee.is_moderator or attendee.actor_type == ActorType.GROUPS:
            raise errors.RoleUnchangeable
        if attendee.is_guest:
            _change_role(room, attendee, ParticipantType.GUEST_MODERATOR)
        else:
            attendee.permissions = Permission.DEFAULT
            _change_role(room, attendee, ParticipantType.MODERATOR)
        return attendee


def demote(attendee: Attendee) -> Attendee:
    """Take moderator permissions away; owners keep theirs.

    :raises AttendeeNotFound: the seat is gone.
    :raises RoleUnchangeable: no moderator, or the owner.
    """
    ranks = {
        ParticipantType.MODERATOR: ParticipantType.USER,
        ParticipantType.GUEST_MODERATOR: ParticipantType.GUEST,
    }
    with locked(attendee.room) as room:
        attendee = seating.current(room, attendee)
        rank = ranks.get(ParticipantType(attendee.participant_type))
        if rank is None:
            raise errors.RoleUnchangeable
        if rank == ParticipantType.USER:
            attendee.permissions = Permission.DEFAULT
        _change_role(room, attendee, rank)
        return attendee


def require_open_to_people(room: Room) -> None:
    """Refuse rooms that nobody can be added to.

    :raises WrongRoomTypeForPeople: one-to-one, note to self, or made for a shared file's password.
    """
    require_not_a_pair(room)
    if room.type == RoomType.NOTE_TO_SELF or room.object_type == "share:password":
        raise errors.WrongRoomTypeForPeople


def require_not_a_pair(room: Room) -> None:
    """Refuse rooms of two.

    :raises WrongRoomTypeForPeople: the people of a one-to-one are who they are.
    """
    if room.type in FIXED_PAIRS:
        raise errors.WrongRoomTypeForPeople


def rename_guest(attendee: Attendee, name: str) -> Attendee:
    """Give a guest another name, in every room that knows them by the same id.

    :raises NotAGuest: users have the name of their account.
    """
    if not attendee.is_guest:
        raise errors.NotAGuest
    name = name[:GUEST_NAME_LENGTH]
    same = Attendee.objects.filter(actor_type=attendee.actor_type, actor_id=attendee.actor_id)
    for each in same.exclude(display_name=name).select_related("room").order_by("room_id"):
        # Whoever is being removed at this moment needs no name any more.
        with suppress(errors.RoomNotFound, errors.AttendeeNotFound), locked(each.room) as room:
            seating.rename(room, seating.current(room, each), name)
    attendee.display_name = name
    return attendee


# Steps, all with the room locked ----------------------------------------------------------


def vacate(room: Room, attendee: Attendee, *, by: Attendee | None = None) -> None:
    """Take a seat out of a locked room: sessions end, the call is looked at again."""
    for session in attendee.sessions.select_related("attendee"):
        sessions.end(room, session)
    seating.touch(room)
    signals.send_after_commit(signals.attendee_removed, room=room, attendee=attendee, by=by)
    attendee.delete()


def erase(room: Room) -> None:
    """Delete a locked room with everything in it."""
    signals.send_after_commit(signals.room_deleted, room=room, token=room.token)
    room.delete()


def _change_role(room: Room, attendee: Attendee, role: ParticipantType) -> None:
    previous = ParticipantType(attendee.participant_type)
    attendee.participant_type = role
    attendee.save(update_fields=["participant_type", "permissions", "modified_at"])
    signals.send_after_commit(
        signals.attendee_role_changed, room=room, attendee=attendee, previous=previous
    )
