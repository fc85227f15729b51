"""What people may do in a room, beyond their role (participants.md §9, §12)."""

from __future__ import annotations

from django.utils import timezone

from talk import errors, signals
from talk.constants import (
    MAX_CUSTOM_PERMISSIONS,
    ActorType,
    ParticipantType,
    Permission,
    PermissionMethod,
    RoomType,
)
from talk.models import Attendee, Room
from talk.models.lock import locked


def change(attendee: Attendee, method: PermissionMethod, value: Permission | int) -> Attendee:
    """Set, add or remove permissions of one attendee.

    ``set`` with 0 goes back to the room's default. ``add`` and ``remove`` start from what the
    attendee may do now, so that defaults are copied. A self-joined user becomes a member.

    :raises AttendeeToRemoveNotFound: the seat is gone (``participant``).
    :raises WrongRoomTypeForPeople: both people of a one-to-one may do everything.
    :raises ModeratorPermissions: moderators may do everything, and keep it.
    :raises WrongActorType: groups do nothing by themselves.
    :raises InvalidValue: not between 0 and 255 (``value``).
    """
    with locked(attendee.room) as room:
        current: Attendee | None = room.attendees.filter(pk=attendee.pk).first()
        if current is None:
            raise errors.AttendeeToRemoveNotFound
        require_changeable(room, current)
        if not 0 <= value <= MAX_CUSTOM_PERMISSIONS:
            raise errors.InvalidValue("value")
        previous = ParticipantType(current.participant_type)
        current.permissions = _changed(room, current, method, value)
        if previous == ParticipantType.SELF_JOINED:
            current.participant_type = ParticipantType.USER
        current.room = room
        current.save(update_fields=["permissions", "participant_type", "modified_at"])
        signals.send_after_commit(signals.attendee_permissions_changed, room=room, attendee=current)
        if current.participant_type != previous:
            signals.send_after_commit(
                signals.attendee_role_changed, room=room, attendee=current, previous=previous
            )
        return current


def require_changeable(room: Room, attendee: Attendee) -> None:
    """Refuse what :func:`change` could not change, whatever the value. Raises what it raises."""
    if room.is_one_to_one:
        raise errors.WrongRoomTypeForPeople
    if attendee.is_moderator:
        raise errors.ModeratorPermissions
    if attendee.actor_type == ActorType.GROUPS:
        raise errors.WrongActorType


def _changed(room: Room, attendee: Attendee, method: PermissionMethod, value: int) -> int:
    match method:
        case PermissionMethod.ADD:
            return attendee.effective_permissions(room) | value
        case PermissionMethod.REMOVE:
            return attendee.effective_permissions(room) & ~value
    return value | Permission.CUSTOM if value else Permission.DEFAULT


def set_default(room: Room, value: Permission | int) -> Room:
    """Replace the room's default permissions; 0 for the site's. Everybody's own value goes.

    :raises WrongRoomType: rooms of two and notes to self have none.
    :raises InvalidValue: not between 0 and 255 (``permissions``).
    """
    if not 0 <= value <= MAX_CUSTOM_PERMISSIONS:
        raise errors.InvalidValue("permissions")
    with locked(room) as room:
        if room.type not in {RoomType.GROUP, RoomType.PUBLIC, RoomType.CHANGELOG}:
            raise errors.WrongRoomType
        previous = room.default_permissions
        room.default_permissions = value | Permission.CUSTOM if value else Permission.DEFAULT
        room.save(update_fields=["default_permissions"])
        own = room.attendees.exclude(permissions=Permission.DEFAULT)
        reset: list[Attendee] = list(own)
        own.update(permissions=Permission.DEFAULT, modified_at=timezone.now())
        for attendee in reset:
            attendee.permissions = Permission.DEFAULT
            signals.send_after_commit(
                signals.attendee_permissions_changed, room=room, attendee=attendee
            )
        if room.default_permissions != previous:
            signals.send_after_commit(
                signals.room_changed, room=room, changes={"default_permissions": previous}
            )
        return room
