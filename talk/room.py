"""Rooms: create, rename, describe, protect, list, make read-only, delete (rooms.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from talk import call, errors, host, participant, signals
from talk.actor import Actor
from talk.constants import (
    CREATABLE_OBJECT_TYPES,
    DERIVED_NAME_LENGTH,
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    Listable,
    ParticipantType,
    RoomType,
)
from talk.models import Attendee, Room, Session
from talk.models.lock import locked, writing
from talk.models.room import new_token

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MAX_TOKEN_LENGTH = 30
_token_lengths = [8]
"""How long new tokens are: the last one counts."""


def create(
    *,
    name: str,
    owner: AbstractBaseUser | None = None,
    type: RoomType = RoomType.GROUP,
    password: str = "",
    object_type: str = "",
    object_id: str = "",
    description: str = "",
    listable: Listable = Listable.PARTICIPANTS,
    users: Iterable[AbstractBaseUser] = (),
) -> Room:
    """Create a group or public room; the owner, if any, gets the first seat.

    :param users: further accounts that get a seat at once.
    :raises InvalidValue: ``name``, ``description``, ``password``, ``object``, ``object-type``
        or ``object-id`` cannot be had.
    :raises WrongRoomType: other types are not made this way.
    """
    if type not in {RoomType.GROUP, RoomType.PUBLIC}:
        raise errors.WrongRoomType
    if object_id and object_type.startswith("phone"):
        object_id = "phone"
    room = Room(
        type=type,
        name=clean_name(name, parameter="name"),
        description=clean_description(description, parameter="description"),
        object_type=object_type,
        object_id=object_id,
        listable=listable,
    )
    _require_object(object_type, object_id)
    if type == RoomType.PUBLIC and password:
        require_good_password(password)
        room.set_password(password)
    with writing():
        _save_under_free_token(room)
        attendee = None
        if owner is not None:
            attendee = participant.seat_user(room, owner, ParticipantType.OWNER)
        signals.send_after_commit(signals.room_created, room=room, attendee=attendee)
        for user in users:
            if owner is None or user.get_username() != owner.get_username():
                participant.seat_user(room, user, ParticipantType.USER, by=attendee)
    return room


def create_one_to_one(user: AbstractBaseUser, peer: AbstractBaseUser) -> tuple[Room, bool]:
    """The room of these two people, and whether it is new.

    Only ``user`` gets a seat at once: the peer sees the room when the first call is joined.

    :raises InviteForbidden: nobody has a one-to-one with themself.
    """
    ids = [user.get_username(), peer.get_username()]
    if ids[0] == ids[1]:
        raise errors.InviteForbidden
    digest = Room.pair_digest(ids)
    with writing() as using:
        room = Room.objects.using(using).filter(pair=digest).first()
        created = room is None
        if room is None:
            room = Room(type=RoomType.ONE_TO_ONE, name=Room.pair_name(ids), pair=digest)
            try:
                with transaction.atomic(using=using):
                    _save_under_free_token(room)
            except IntegrityError:
                # The other one had the same idea at the same moment.
                room, created = Room.objects.using(using).get(pair=digest), False
        with locked(room) as room:
            attendee = room.attendees.users().filter(actor_id=ids[0]).first()
            if attendee is None:
                attendee = participant.seat_user(room, user, ParticipantType.OWNER)
            if created:
                signals.send_after_commit(signals.room_created, room=room, attendee=attendee)
    return room, created


def rename(room: Room, name: str) -> Room:
    """Give a room another name.

    :raises InvalidValue: empty or longer than 255 characters (``value``), or the name belongs
        to an event (``event``).
    :raises WrongRoomType: one-to-one rooms are named after their people.
    """
    with locked(room) as room:
        _require_own_text(room)
        return _change(room, name=clean_name(name))


def describe(room: Room, description: str) -> Room:
    """Replace the description. Raises what :func:`rename` raises; at most 2000 characters."""
    with locked(room) as room:
        _require_own_text(room)
        return _change(room, description=clean_description(description))


def set_password(room: Room, password: str) -> Room:
    """Protect a public room, or with an empty password open it again.

    :raises WrongRoomType: only public rooms have a password.
    :raises InvalidValue: the site's password validators object (``value``, with their words).
    """
    if room.type == RoomType.PUBLIC and password:
        require_good_password(password, parameter="value")
    # Hashing takes its time; nobody else should have to wait for it.
    same = bool(password) == room.has_password and room.check_password(password)
    known = room.password if same else None
    hashed = Room(type=RoomType.PUBLIC)
    hashed.set_password(password)
    with locked(room) as room:
        if room.type != RoomType.PUBLIC:
            raise errors.WrongRoomType
        if room.password == known:
            return room
        return _change(room, password=hashed.password)


def make_read_only(room: Room) -> Room:
    """Stop all talk: the running call ends for everybody.

    :raises WrongRoomType: only group and public rooms can be read-only.
    """
    return _set_read_only(room, True)


def make_writable(room: Room) -> Room:
    """Allow calls again. Raises what :func:`make_read_only` raises."""
    return _set_read_only(room, False)


def set_listable(room: Room, scope: Listable | int) -> Room:
    """Say who finds the room without a seat in it.

    :raises WrongRoomType: only group and public rooms can be found.
    :raises InvalidValue: no such scope (``value``).
    """
    if scope not in Listable.values:
        raise errors.InvalidValue("value")
    with locked(room) as room:
        if room.type not in {RoomType.GROUP, RoomType.PUBLIC}:
            raise errors.WrongRoomType
        return _change(room, listable=Listable(scope))


def delete(room: Room) -> None:
    """Delete a room with everything in it; whoever is in its call is thrown out.

    :raises RoomNotDeletable: one-to-one rooms stay.
    """
    with locked(room) as room:
        if room.type in participant.FIXED_PAIRS:
            raise errors.RoomNotDeletable
        participant.erase(room)


def clean_up(room: Room, *, dry_run: bool = False) -> dict[str, int]:
    """Write down what time has done to a room; safe to repeat.

    Ends sessions that fell silent and calls that nobody is in or that last too long, and
    forgets guests who never gave a name and are gone.

    :returns: how many ``sessions``, ``calls`` and ``guests`` were, or would be, removed.
    """
    with locked(room) as room:
        had_call = room.call_started_at is not None
        dead = Session.objects.dead().filter(room=room).count()
        call_is_over = had_call and (not room.has_call or call.lasts_too_long(room))
        gone = room.attendees.nameless_guests().exclude(
            pk__in=Session.objects.alive().filter(room=room).values("attendee")
        )
        counts = {"sessions": dead, "calls": int(call_is_over), "guests": gone.count()}
        if dry_run:
            return counts
        if call.lasts_too_long(room):
            call.finish(room, everyone=True)
        participant.sweep(room)
        call.end_if_over(room)
        for guest in list(gone):
            participant.vacate(room, guest)
        return counts


def display_names(
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


# Values -----------------------------------------------------------------------------------


def clean_name(name: str, *, parameter: str = "value") -> str:
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


def require_good_password(password: str, *, parameter: str = "password") -> None:
    """Ask the site's policy, by default its ``AUTH_PASSWORD_VALIDATORS``.

    :raises InvalidValue: it objects; the error carries its words.
    """
    try:
        host.policy().validate_room_password(password)
    except ValidationError as refusal:
        raise errors.InvalidValue(parameter, message=" ".join(refusal.messages)) from refusal


def _require_object(object_type: str, object_id: str) -> None:
    if object_type not in CREATABLE_OBJECT_TYPES:
        raise errors.InvalidValue("object-type")
    if len(object_id.encode()) > 64:
        raise errors.InvalidValue("object-id")
    if bool(object_type) != bool(object_id):
        raise errors.InvalidValue("object")


def _require_own_text(room: Room) -> None:
    if room.object_type == "event":
        raise errors.InvalidValue("event")
    if room.type in participant.FIXED_PAIRS:
        raise errors.WrongRoomType


# Steps ------------------------------------------------------------------------------------


def _change(room: Room, **values: Any) -> Room:
    """Write fields of a locked room and tell; nothing happens when nothing changes."""
    changes = {
        field: getattr(room, field)
        for field, value in values.items()
        if getattr(room, field) != value
    }
    if not changes:
        return room
    for field in changes:
        setattr(room, field, values[field])
    room.last_activity = timezone.now()
    room.save(update_fields=[*changes, "last_activity"])
    changes.update({"password": "…"} if "password" in changes else {})
    signals.send_after_commit(signals.room_changed, room=room, changes=changes)
    return room


def _set_read_only(room: Room, read_only: bool) -> Room:
    with locked(room) as room:
        if room.type not in {RoomType.GROUP, RoomType.PUBLIC, RoomType.CHANGELOG}:
            raise errors.WrongRoomType
        if room.read_only != read_only:
            _change(room, read_only=read_only)
            if read_only:
                call.finish(room)
        return room


def _save_under_free_token(room: Room) -> None:
    """Insert the room under a token that nobody has; after many collisions tokens grow."""
    for attempt in range(1, 200):
        room.token = new_token(_token_lengths[-1])
        if not Room.objects.filter(token=room.token).exists():
            room.save(force_insert=True)
            return
        if attempt % 10 == 0:
            _token_lengths.append(min(_token_lengths[-1] + 1, MAX_TOKEN_LENGTH))
    raise RuntimeError("no free token")
