"""Groups of the site in rooms: their members come and go with the group (participants.md §3-4)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from talk import errors, participant, seating, signals
from talk.constants import ActorType, ParticipantType
from talk.models import Attendee, Room
from talk.models.lock import locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def add(room: Room, group: Group, *, by: Attendee | None = None) -> Attendee:
    """Give a group a seat, and with it everybody in it who has none; banned ones are skipped.

    :raises WrongRoomTypeForPeople: nobody can be added to this kind of room.
    """
    with locked(room) as room:
        participant.require_open_to_people(room)
        seat: Attendee | None = room.attendees.filter(
            actor_type=ActorType.GROUPS, actor_id=group.name
        ).first()
        if seat is None:
            seat = seating.seat(
                room,
                Attendee(
                    room=room,
                    actor_type=ActorType.GROUPS,
                    actor_id=group.name,
                    display_name=group.name,
                    participant_type=ParticipantType.USER,
                ),
                by=by,
            )
        _seat_members(room, _members([group.name]), by=by)
        return seat


def remove(seat: Attendee, *, by: Attendee | None = None) -> None:
    """Take a group's seat away, and those of members who owe theirs to it alone.

    :raises AttendeeToRemoveNotFound: the seat is gone already.
    """
    with locked(seat.room) as room:
        current = room.attendees.filter(pk=seat.pk).first()
        if current is None:
            raise errors.AttendeeToRemoveNotFound
        participant.vacate(room, current, by=by)
        _vacate_members(room, _members([seat.actor_id]), by=by)


def joined(users: Iterable[AbstractBaseUser], groups: Iterable[Group]) -> None:
    """Seat people who were put into groups of the site in the rooms of those groups."""
    people = list(users)
    for each in _rooms_of(groups):
        with suppress(errors.RoomNotFound), locked(each) as room:
            _seat_members(room, people)


def left(users: Iterable[AbstractBaseUser], groups: Iterable[Group]) -> None:
    """Take people who left groups of the site out of the rooms of those groups."""
    people = list(users)
    for each in _rooms_of(groups):
        with suppress(errors.RoomNotFound), locked(each) as room:
            _vacate_members(room, people)


def dissolved(group: Group) -> None:
    """Take a group that is being deleted, and who came with it, out of all rooms."""
    members = _members([group.name])
    seats = Attendee.objects.filter(actor_type=ActorType.GROUPS, actor_id=group.name)
    for seat in seats.select_related("room").order_by("room_id"):
        with suppress(errors.RoomNotFound), locked(seat.room) as room:
            participant.vacate(room, seat)
            _vacate_members(room, members)


def renamed(former_name: str, group: Group) -> None:
    """Let the seats of a group go by the name that it has now."""
    seats = Attendee.objects.filter(actor_type=ActorType.GROUPS, actor_id=former_name)
    for seat in seats.select_related("room").order_by("room_id"):
        with suppress(errors.RoomNotFound), locked(seat.room) as room:
            previous, seat.display_name = seat.display_name, group.name
            seat.actor_id = group.name
            seat.save(update_fields=["actor_id", "display_name", "modified_at"])
            signals.send_after_commit(
                signals.attendee_renamed, room=room, attendee=seat, previous=previous
            )


def find(name: str) -> Group:
    """The group with this name.

    :raises GroupNotFound: there is none.
    """
    group = find_all([name]).get(name)
    if group is None:
        raise errors.GroupNotFound
    return group


def find_all(names: Iterable[str]) -> dict[str, Group]:
    """The groups among these names, by name. One query, none for no names."""
    wanted = set(names)
    if not wanted:
        return {}
    # Databases that compare without case find more than was asked for.
    found = Group.objects.filter(name__in=wanted)
    return {group.name: group for group in found if group.name in wanted}


def _rooms_of(groups: Iterable[Group]) -> list[Room]:
    names = [group.name for group in groups]
    seats = Attendee.objects.filter(actor_type=ActorType.GROUPS, actor_id__in=names)
    return list(Room.objects.filter(pk__in=seats.values("room")).order_by("pk"))


def _members(names: Iterable[str]) -> list[Any]:
    model = get_user_model()
    if not any(field.name == "groups" for field in model._meta.many_to_many):
        return []
    return list(model._default_manager.filter(groups__name__in=list(names)).distinct())


def _seat_members(
    room: Room, people: Iterable[AbstractBaseUser], *, by: Attendee | None = None
) -> None:
    """Seats for those who have none; who only followed the link becomes a member."""
    active = [user for user in people if user.is_active]
    passing_by = set(
        room.attendees.users()
        .filter(participant_type=ParticipantType.SELF_JOINED)
        .values_list("actor_id", flat=True)
    )
    for user in active:
        if user.get_username() in passing_by:
            participant.add_user(room, user, by=by)
    seating.seat_users(room, active, by=by)


def _vacate_members(
    room: Room, people: Iterable[AbstractBaseUser], *, by: Attendee | None = None
) -> None:
    """Members without any other group in the room lose plain seats; roles are kept."""
    names = room.attendees.filter(actor_type=ActorType.GROUPS).values_list("actor_id", flat=True)
    kept = {user.get_username() for user in _members(names)} if names else set()
    gone = {user.get_username() for user in people} - kept
    plain = room.attendees.users().filter(participant_type=ParticipantType.USER)
    seats = list(plain.filter(actor_id__in=gone))
    present = set(room.sessions.values_list("attendee", flat=True))
    here = [seat for seat in seats if seat.pk in present]
    _forget(room, [seat for seat in seats if seat.pk not in present], by=by)
    for seat in here:
        participant.vacate(room, seat, by=by)


def _forget(room: Room, seats: list[Attendee], *, by: Attendee | None) -> None:
    """As ``participant.vacate``, for many who are not there: queries count batches, not people."""
    if not seats:
        return
    room.last_activity = timezone.now()
    room.save(update_fields=["last_activity"])
    for seat in seats:
        signals.send_after_commit(signals.attendee_removed, room=room, attendee=seat, by=by)
    Attendee.objects.filter(pk__in=[seat.pk for seat in seats]).delete()
    for seat in seats:
        seat.pk = None
