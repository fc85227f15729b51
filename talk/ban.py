"""Bans: keep somebody, or an address, out of a room (participants.md §11)."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from talk import errors, host, participant, signals
from talk.actor import Actor
from talk.constants import BAN_NOTE_BYTES, NAME_LENGTH, ActorType, BanTarget, RoomType
from talk.models import Attendee, Ban, Room
from talk.models.lock import locked

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def create(
    room: Room,
    actor_type: str,
    actor_id: str,
    *,
    by: Attendee | None = None,
    account: AbstractBaseUser | None = None,
    internal_note: str = "",
) -> Ban:
    """Ban an actor or an address; whoever is in the room loses their seat at once.

    Banning twice gives the ban that there is.

    :param by: the moderator who bans.
    :param account: who bans without a seat in the room, such as somebody in the admin.
    :raises BanInvalid: ``room`` not a group or public room; ``bannedActor`` unknown kind, no id,
        or no address; ``internalNote`` longer than 4000 bytes; ``self``; ``moderator``.
    """
    with locked(room) as room:
        if room.type not in {RoomType.GROUP, RoomType.PUBLIC}:
            raise errors.BanInvalid("room")
        actor_id = _clean_id(actor_type, actor_id)
        if len(internal_note.encode()) > BAN_NOTE_BYTES:
            raise errors.BanInvalid("internalNote")
        moderator = _moderator(by, account)
        if (actor_type, actor_id) == (moderator["moderator_type"], moderator["moderator_id"]):
            raise errors.BanInvalid("self")
        target: Attendee | None = room.attendees.filter(
            actor_type=actor_type, actor_id=actor_id
        ).first()
        if target is not None and target.is_moderator:
            raise errors.BanInvalid("moderator")
        ban, created = Ban.objects.get_or_create(
            room=room,
            actor_type=actor_type,
            actor_id=actor_id,
            defaults={
                "display_name": _name(actor_type, actor_id, target),
                "holder": _holder(target),
                "internal_note": internal_note,
                **moderator,
            },
        )
        if target is not None:
            participant.vacate(room, target, by=by)
        if created:
            signals.send_after_commit(signals.banned, room=room, ban=ban)
        return ban


def lift(room: Room, ban_id: int) -> None:
    """Lift a ban; lifting one that does not exist is fine."""
    with locked(room) as room:
        for ban in room.bans.filter(pk=ban_id):
            ban.delete()
            signals.send_after_commit(signals.unbanned, room=room, ban=ban)


def excludes(room: Room, actor: Actor, attendee: Attendee | None = None) -> bool:
    """Whether a ban keeps the actor, with this seat if any, out of the room.

    One query, and none for users: a user who is banned has no seat, and cannot get one.
    """
    return actor.is_guest and any(ban.concerns(actor, attendee) for ban in room.bans.all())


def _moderator(by: Attendee | None, account: AbstractBaseUser | None) -> dict[str, str]:
    if by is not None:
        kind, id, name = by.actor_type, by.actor_id, by.display_name
    elif account is not None:
        name = host.policy().display_name(account)[:NAME_LENGTH]
        kind, id = ActorType.USERS, account.get_username()
    else:
        kind, id, name = ActorType.USERS, "", ""
    return {"moderator_type": kind, "moderator_id": id, "moderator_name": name}


def _clean_id(actor_type: str, actor_id: str) -> str:
    if actor_type not in BanTarget.values or not actor_id or len(actor_id) > 255:
        raise errors.BanInvalid("bannedActor")
    if actor_type == BanTarget.IP:
        try:
            network = ip_network(actor_id.strip(), strict=False)
        except ValueError as error:
            raise errors.BanInvalid("bannedActor") from error
        whole = network.prefixlen == network.max_prefixlen
        return str(network.network_address) if whole else str(network)
    return actor_id


def _holder(target: Attendee | None) -> str:
    """The browser that a guest is known by; of an e-mail guest's, the one that came last."""
    if target is None:
        return ""
    opened = target.opened_invitations.order_by("pk").last()
    return target.holder or (opened.holder if opened is not None else "")


def _name(actor_type: str, actor_id: str, target: Attendee | None) -> str:
    if target is not None and (name := target.display_name or target.invited_address):
        return name
    if actor_type == ActorType.USERS:
        user = host.find_user(actor_id)
        if user is not None:
            return host.policy().display_name(user)[:NAME_LENGTH]
    return actor_id
