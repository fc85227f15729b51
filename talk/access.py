"""Who gets into a room: guests or members only (rooms.md §3)."""

from __future__ import annotations

from talk import errors, participant
from talk import password as passwords
from talk.change import change
from talk.constants import ParticipantType, RoomType
from talk.models import Room
from talk.models.lock import locked


def allow_guests(room: Room, *, password: str = "") -> Room:
    """Make a group room public; one that is public already stays as it is.

    :raises WrongRoomType: other rooms cannot be public.
    :raises InvalidValue: the site's policy objects to the password (``password``).
    """
    protected = passwords.hashed(password)
    if password and room.type == RoomType.GROUP:
        passwords.require_good(password)
    with locked(room) as room:
        if room.type == RoomType.PUBLIC:
            return room
        if room.type != RoomType.GROUP:
            raise errors.WrongRoomType
        return change(room, type=RoomType.PUBLIC, password=protected)


def disallow_guests(room: Room) -> Room:
    """Make a public room a group room: guests and whoever followed the link lose their seats.

    :raises WrongRoomType: only public rooms let guests in.
    """
    leaving = [
        ParticipantType.GUEST,
        ParticipantType.SELF_JOINED,
        ParticipantType.GUEST_MODERATOR,
    ]
    with locked(room) as room:
        if room.type == RoomType.GROUP:
            return room
        if room.type != RoomType.PUBLIC:
            raise errors.WrongRoomType
        for attendee in room.attendees.filter(participant_type__in=leaving):
            participant.vacate(room, attendee)
        return change(room, type=RoomType.GROUP, password="")
