"""Rooms: create, rename, describe, protect, list, make read-only, delete (rooms.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from talk import avatar, call, errors, group, invitation, participant, seating, signals
from talk import name as naming
from talk import password as passwords
from talk.change import change
from talk.constants import (
    CREATABLE_OBJECT_TYPES,
    LOBBY_OBJECT_TYPES,
    MAX_CUSTOM_PERMISSIONS,
    UNBINDABLE_OBJECT_TYPES,
    Listable,
    LobbyState,
    MentionPermissions,
    ParticipantType,
    Permission,
    RecordingConsent,
    RoomType,
)
from talk.models import Room
from talk.models.lock import locked, writing
from talk.models.room import new_token

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, Group

MAX_TOKEN_LENGTH = 30
MAX_SECONDS = 2**31 - 1
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
    read_only: bool = False,
    lobby: LobbyState = LobbyState.OPEN,
    lobby_timer: datetime | None = None,
    permissions: Permission | int = Permission.DEFAULT,
    mention_permissions: MentionPermissions = MentionPermissions.EVERYONE,
    message_expiration: int = 0,
    recording_consent: RecordingConsent = RecordingConsent.NOT_NEEDED,
    emoji: str = "",
    avatar_color: str = "",
    users: Iterable[AbstractBaseUser] = (),
    groups: Iterable[Group] = (),
    addresses: Iterable[str] = (),
    site_url: str = "",
) -> Room:
    """Create a group or public room; the owner, if any, gets the first seat.

    :param permissions: the room's default permissions; 0 for the site's.
    :param emoji: what the room's picture shows, on ``avatar_color`` (six hex digits).
    :param users: further accounts that get a seat at once.
    :param groups: groups of the site that get a seat, and everybody in them.
    :param addresses: e-mail guests to invite, which makes a public room of it.
    :param site_url: where Talk is, for the links in those mails; see ``talk.invitation.invite``.
    :raises InvalidValue: ``name``, ``description``, ``password``, ``object``, ``object-type``,
        ``object-id``, ``lobby``, ``permissions``, ``message-expiration`` or ``avatar`` cannot
        be had.
    :raises InvalidAddress: no mail could be sent to one of the addresses.
    :raises WrongRoomType: other types are not made this way.
    """
    invited = list(addresses)
    if not all(map(invitation.is_address, invited)):
        raise errors.InvalidAddress
    if type not in {RoomType.GROUP, RoomType.PUBLIC}:
        raise errors.WrongRoomType
    if not 0 <= permissions <= MAX_CUSTOM_PERMISSIONS:
        raise errors.InvalidValue("permissions")
    if not 0 <= message_expiration <= MAX_SECONDS:
        raise errors.InvalidValue("message-expiration")
    _require_object(object_type, object_id)
    avatar.require_drawable(emoji, avatar_color)
    if lobby and object_type not in LOBBY_OBJECT_TYPES:
        # Nobody could open it again.
        raise errors.InvalidValue("lobby")
    if invited and type == RoomType.GROUP:
        type = RoomType.PUBLIC
    protected = password if type == RoomType.PUBLIC else ""
    if protected:
        passwords.require_good(protected)
    room = Room(
        type=type,
        name=naming.clean(name, parameter="name"),
        description=naming.clean_description(description, parameter="description"),
        password=passwords.hashed(protected),
        object_type=object_type,
        object_id="phone" if object_type.startswith("phone") else object_id,
        listable=listable,
        read_only=read_only,
        lobby_state=lobby,
        lobby_timer=lobby_timer if lobby else None,
        default_permissions=permissions | Permission.CUSTOM if permissions else 0,
        mention_permissions=mention_permissions,
        message_expiration=message_expiration,
        recording_consent=recording_consent,
        emoji=emoji,
        avatar_color=avatar_color.lower(),
    )
    with writing():
        _save_under_free_token(room)
        signals.send_after_commit(signals.room_created, room=room, owner=owner)
        seat = seating.seat_user(room, owner, ParticipantType.OWNER) if owner else None
        seating.seat_users(room, list({user.pk: user for user in users}.values()), by=seat)
        for each in groups:
            group.add(room, each, by=seat)
        invitation.seat_all(room, invited, by=seat, site_url=site_url)
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
            if created:
                signals.send_after_commit(signals.room_created, room=room, owner=user)
            if not room.attendees.users().filter(actor_id=ids[0]).exists():
                seating.seat_user(room, user, ParticipantType.OWNER)
    return room, created


def rename(room: Room, name: str) -> Room:
    """Give a room another name.

    :raises InvalidValue: empty or longer than 255 characters (``value``), or the name belongs
        to an event (``event``).
    :raises WrongRoomType: one-to-one rooms are named after their people.
    """
    with locked(room) as room:
        _require_own_text(room)
        return change(room, name=naming.clean(name))


def describe(room: Room, description: str) -> Room:
    """Replace the description. Raises what :func:`rename` raises; at most 2000 characters."""
    with locked(room) as room:
        _require_own_text(room)
        return change(room, description=naming.clean_description(description))


def set_password(room: Room, password: str) -> Room:
    """Protect a public room, or with an empty password open it again.

    :raises WrongRoomType: only public rooms have a password.
    :raises InvalidValue: the site's password validators object (``value``, with their words).
    """
    if room.type == RoomType.PUBLIC and password:
        passwords.require_good(password, parameter="value")
    # Hashing takes its time; nobody else should have to wait for it.
    same = bool(password) == room.has_password and room.check_password(password)
    known = room.password if same else None
    protected = passwords.hashed(password)
    with locked(room) as room:
        if room.type != RoomType.PUBLIC:
            raise errors.WrongRoomType
        if room.password == known:
            return room
        return change(room, password=protected)


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
        _require_many_people(room)
        return change(room, listable=Listable(scope))


def set_mention_permissions(room: Room, who: MentionPermissions | int) -> Room:
    """Say who may mention everybody at once.

    :raises WrongRoomType: only group and public rooms have so many people.
    :raises InvalidValue: no such value (``value``).
    """
    if who not in MentionPermissions.values:
        raise errors.InvalidValue("value")
    with locked(room) as room:
        _require_many_people(room)
        return change(room, mention_permissions=MentionPermissions(who))


def set_message_expiration(room: Room, seconds: int) -> Room:
    """Say after how many seconds messages disappear; 0 for never. Stored for clients that ask.

    :raises WrongRoomType: a former one-to-one does not change any more.
    :raises InvalidValue: negative or beyond what is stored (``value``).
    """
    if not 0 <= seconds <= MAX_SECONDS:
        raise errors.InvalidValue("value")
    with locked(room) as room:
        if room.type == RoomType.FORMER_ONE_TO_ONE:
            raise errors.WrongRoomType
        return change(room, message_expiration=seconds)


def unbind(room: Room) -> Room:
    """Let a room that was made for an event, a meeting or a phone call live on by itself.

    :raises InvalidValue: it belongs to nothing that it could be unbound from (``object-type``).
    """
    with locked(room) as room:
        if room.object_type not in UNBINDABLE_OBJECT_TYPES:
            raise errors.InvalidValue("object-type")
        return change(room, object_type="", object_id="")


def delete(room: Room) -> None:
    """Delete a room with everything in it; whoever is in its call is thrown out.

    :raises RoomNotDeletable: one-to-one rooms stay.
    """
    with locked(room) as room:
        if room.type in participant.FIXED_PAIRS:
            raise errors.RoomNotDeletable
        participant.erase(room)


# Values -----------------------------------------------------------------------------------


def _require_object(object_type: str, object_id: str) -> None:
    if object_type not in CREATABLE_OBJECT_TYPES:
        raise errors.InvalidValue("object-type")
    if len(object_id.encode()) > 64:
        raise errors.InvalidValue("object-id")
    if bool(object_type) != bool(object_id):
        raise errors.InvalidValue("object")


def _require_many_people(room: Room) -> None:
    if room.type not in {RoomType.GROUP, RoomType.PUBLIC}:
        raise errors.WrongRoomType


def _require_own_text(room: Room) -> None:
    if room.object_type == "event":
        raise errors.InvalidValue("event")
    if room.type in participant.FIXED_PAIRS:
        raise errors.WrongRoomType


def _set_read_only(room: Room, read_only: bool) -> Room:
    with locked(room) as room:
        if room.type not in {RoomType.GROUP, RoomType.PUBLIC, RoomType.CHANGELOG}:
            raise errors.WrongRoomType
        if room.read_only != read_only:
            change(room, read_only=read_only)
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
