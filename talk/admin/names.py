"""What rooms and people are called in the admin: readable, and without a query for each."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from talk import host
from talk.constants import ActorType
from talk.models import Attendee, Room

_REMEMBERED = "admin_name"


def name_rooms(rooms: Iterable[Room]) -> None:
    """Look up what :func:`room_name` will answer for these rooms: one query at most."""
    rooms = list(rooms)
    users = host.find_users(user_id for room in rooms for user_id in room.user_ids)
    policy = host.policy()
    for room in rooms:
        people = [
            policy.display_name(users[user_id]) if user_id in users else user_id
            for user_id in room.user_ids
        ]
        vars(room)[_REMEMBERED] = ", ".join(people) or room.name or room.token


def room_name(room: Room) -> str:
    """A one-to-one is called after its two people, every other room as it says.

    Costs a query for a one-to-one that did not go through :func:`name_rooms`.
    """
    if _REMEMBERED not in vars(room):
        name_rooms([room])
    return str(vars(room)[_REMEMBERED])


def attendee_id(attendee: Attendee) -> str:
    """The id, shortened where it is a guest's long random one."""
    if attendee.actor_type == ActorType.GUESTS:
        return f"{attendee.actor_id[:8]}…"
    return attendee.actor_id


def attendee_name(attendee: Attendee) -> str:
    """The display name; a user without one is known by the id, a guest by nothing."""
    if attendee.display_name or attendee.actor_type != ActorType.GUESTS:
        return str(attendee)
    return gettext("Guest")
