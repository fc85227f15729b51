"""What rooms are called, and what they may be called (rooms.md §6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext

from talk import errors, host
from talk.actor import Actor
from talk.constants import (
    DERIVED_NAME_LENGTH,
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    RoomType,
)
from talk.models import Attendee, Room


def clean(name: str, *, parameter: str = "value") -> str:
    """The name without blanks around it.

    :raises InvalidValue: empty, or longer than 255 characters.
    """
    name = name.strip()
    if not 0 < len(name) <= NAME_LENGTH:
        raise errors.InvalidValue(parameter)
    return name


def clean_description(description: str, *, parameter: str = "value") -> str:
    """The description without blanks around it.

    :raises InvalidValue: longer than 2000 characters.
    """
    description = description.strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise errors.InvalidValue(parameter)
    return description


def for_actor(
    rooms: Sequence[Room], actor: Actor, *, attended: Collection[int] = ()
) -> dict[int, str]:
    """What the rooms are called for somebody, by primary key (rooms.md §6).

    ``attended`` holds the primary keys of the rooms in which the actor has a seat. Two queries
    at most, however many rooms; a name that is made from the people in a room is stored.
    """
    peers = host.find_users(room.peer_of(actor.user_id) for room in rooms)
    made = _name_after_people([room for room in rooms if not room.name])
    private = gettext("Private conversation")

    def name_of(room: Room) -> str:
        if room.object_type == "share:password":
            return gettext("Password request: %s") % room.name
        if room.type == RoomType.CHANGELOG:
            return gettext("Talk updates")
        if actor.is_guest and room.type != RoomType.PUBLIC:
            return private
        if room.type == RoomType.ONE_TO_ONE:
            peer = room.peer_of(actor.user_id)
            user = peers.get(peer)
            return host.policy().display_name(user) if user else peer or private
        if not room.name:
            return made[room.pk]
        if room.type == RoomType.PUBLIC or room.pk in attended or room.is_listed_for(actor):
            return room.name
        return private

    return {room.pk: name_of(room) for room in rooms}


def _name_after_people(rooms: Sequence[Room]) -> dict[int, str]:
    """Make and store names for rooms that have none, from the users in them."""
    if not rooms:
        return {}
    people: dict[int, list[str]] = {room.pk: [] for room in rooms}
    seats = Attendee.objects.users().filter(room__in=people).order_by("pk")
    for room_id, display_name, actor_id in seats.values_list("room_id", "display_name", "actor_id"):
        people[room_id].append(display_name or actor_id)
    names = {}
    for room in rooms:
        name = ", ".join(people[room.pk])
        if len(name) > DERIVED_NAME_LENGTH:
            name = name[: DERIVED_NAME_LENGTH - 4] + "…"
        names[room.pk] = name
        if name:
            Room.objects.filter(pk=room.pk, name="").update(name=name)
    return names
