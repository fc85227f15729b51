"""Seats and sessions: add, enter, leave, remove, promote, demote (participants.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha1
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

from talk import call, errors, host, notification, signals
from talk.actor import Actor
from talk.constants import (
    GUEST_NAME_LENGTH,
    NAME_LENGTH,
    ActorType,
    BanTarget,
    ParticipantType,
    Permission,
    RoomType,
    SessionState,
)
from talk.models import Attendee, Ban, Room, Session
from talk.models.lock import locked
from talk.models.session import new_session_id

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

FIXED_PAIRS = frozenset({RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE})
"""Rooms whose people are who they are."""

_PERMANENT = frozenset({ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.USER})


# Seats -----------------------------------------------------------------------------------


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
            return seat_user(room, user, participant_type, by=by)
        if attendee.participant_type == ParticipantType.SELF_JOINED:
            _change_role(room, attendee, ParticipantType.USER)
        return attendee


def seat_users(
    room: Room, users: Sequence[AbstractBaseUser], *, by: Attendee | None = None
) -> list[Attendee]:
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
    Attendee.objects.bulk_create(new, batch_size=500)
    _touch(room)
    notification.invited(room, new, by=by)
    for attendee in new:
        signals.send_after_commit(signals.attendee_added, room=room, attendee=attendee, by=by)
    return new


def remove(attendee: Attendee, *, by: Attendee | None = None) -> None:
    """Take somebody's seat away, and with it their sessions; owners keep theirs.

    :raises AttendeeToRemoveNotFound: the seat is gone already.
    :raises WrongRoomTypeForPeople: nobody can be removed from a one-to-one.
    :raises OwnerCannotBeRemoved: the attendee owns the room.
    """
    with locked(attendee.room) as room:
        attendee = _current(room, attendee, errors.AttendeeToRemoveNotFound)
        require_not_a_pair(room)
        if attendee.participant_type == ParticipantType.OWNER:
            raise errors.OwnerCannotBeRemoved
        vacate(room, attendee, by=by)


def leave_for_good(attendee: Attendee) -> None:
    """Give up one's own seat; the last user of a room takes the room along.

    :raises LastModerator: other users would be left without a moderator.
    """
    with locked(attendee.room) as room:
        attendee = _current(room, attendee, errors.AttendeeToRemoveNotFound)
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
        attendee = _current(room, attendee)
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
        attendee = _current(room, attendee)
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


# Sessions --------------------------------------------------------------------------------


def enter(room: Room, actor: Actor, *, password: str = "", force: bool = True) -> Session:
    """Give an actor a session in the room: the only way that sessions come into being.

    Users and guests without a seat get one where the room is open to them. A session that
    this browser had in the room is replaced; everybody's own other devices stay. A refusal
    changes nothing.

    :raises ValueError: the actor has no holder, so nothing could find the session again.
    :raises RoomNotJoinable: the room is not open to the actor.
    :raises JoinBanned: the actor was banned from the room.
    :raises JoinConflict: without ``force``, this browser is in the room's call.
    :raises WrongPassword: the room has another password, and the actor is no member.
    """
    if not actor.holder:
        raise ValueError("an actor needs a holder to enter a room")
    # Hashing takes its time; nobody else should have to wait for it.
    accepted = room.password if password and room.check_password(password) else ""
    refuse_banned(room, actor)
    with locked(room, gone=errors.RoomNotJoinable) as room:
        attendee = _seat_of(room, actor)
        previous = Session.objects.filter(room=room, holder=actor.holder).first()
        if previous is not None and previous.in_call and not previous.is_dead and not force:
            raise errors.JoinConflict(
                session_id=previous.session_id,
                in_call=previous.in_call,
                last_ping=int(previous.last_ping.timestamp()),
            )
        listed = room.is_listed_for(actor)
        if attendee is None:
            if room.type != RoomType.PUBLIC and not listed:
                raise errors.RoomNotJoinable
            if not listed and room.password != accepted:
                raise errors.WrongPassword
        sweep(room)
        if previous is not None:
            _end_sessions(room, Session.objects.filter(pk=previous.pk))

        # A self-joined user's seat may have gone with the last session that was in it.
        attendee = _seat_of(room, actor)
        session_id = new_session_id()
        if attendee is None:
            attendee = _seat_visitor(room, actor, listed=listed, session_id=session_id)
        elif actor.user is not None:
            _refresh_name(attendee, actor.user)
        session = Session(room=room, attendee=attendee, session_id=session_id, holder=actor.holder)
        session.save(force_insert=True)
        notification.accepted(room, attendee)
        signals.send_after_commit(signals.session_started, room=room, session=session)
        return session


def refuse_banned(room: Room, actor: Actor) -> None:
    """Keep banned actors out; a banned guest who comes back has their address banned as well.

    :raises JoinBanned: the actor was banned from the room.
    """
    bans = [ban for ban in room.bans.all() if ban.concerns(actor)]
    if not bans:
        return
    known = any(ban.actor_type == BanTarget.IP for ban in bans)
    if actor.user is None and not known and _is_address(actor.address):
        first = bans[0]
        Ban.objects.get_or_create(
            room=room,
            actor_type=BanTarget.IP,
            actor_id=actor.address,
            defaults={
                "display_name": actor.address,
                "moderator_type": first.moderator_type,
                "moderator_id": first.moderator_id,
                "moderator_name": first.moderator_name,
                "internal_note": first.internal_note,
            },
        )
    raise errors.JoinBanned


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def rename_guest(attendee: Attendee, name: str) -> Attendee:
    """Give a guest another name, in every room that knows them by the same id.

    :raises NotAGuest: users have the name of their account.
    """
    if not attendee.is_guest:
        raise errors.NotAGuest
    name = name[:GUEST_NAME_LENGTH]
    same = Attendee.objects.filter(actor_type=attendee.actor_type, actor_id=attendee.actor_id)
    for seat in same.exclude(display_name=name).select_related("room"):
        with locked(seat.room) as room:
            previous, seat.display_name = seat.display_name, name
            seat.save(update_fields=["display_name", "modified_at"])
            signals.send_after_commit(
                signals.attendee_renamed, room=room, attendee=seat, previous=previous
            )
    attendee.display_name = name
    return attendee


def leave(session: Session) -> None:
    """End a session: out of the call, out of the room; a self-joined user's seat goes with it."""
    with locked(session.room) as room:
        _end_sessions(room, Session.objects.filter(pk=session.pk))


def set_state(session: Session, state: SessionState) -> None:
    """Note whether the person behind a session is looking."""
    session.state = state
    session.save(update_fields=["state"])


def leave_everywhere(holder: str) -> None:
    """End all sessions of a browser, as a logout does."""
    if not holder:
        return
    sessions = Session.objects.filter(holder=holder).select_related("room")
    for session in sessions.order_by("room_id"):
        # A room that is deleted at this moment has been left as well.
        with suppress(errors.RoomNotFound):
            leave(session)


def sweep(room: Room) -> int:
    """End the sessions of a locked room that fell silent; returns how many.

    Changes nothing that anybody could read, as presence is decided at read time: it sends
    the events and frees the rows.
    """
    dead = list(Session.objects.dead().filter(room=room).select_related("attendee"))
    if dead:
        _end_sessions(room, Session.objects.filter(pk__in=[session.pk for session in dead]))
        for session in dead:
            signals.send_after_commit(signals.session_expired, room=room, session=session)
    return len(dead)


# Steps, all with the room locked ----------------------------------------------------------


def vacate(room: Room, attendee: Attendee, *, by: Attendee | None = None) -> None:
    """Take a seat out of a locked room: sessions end, the call is looked at again."""
    for session in attendee.sessions.select_related("attendee"):
        _end_session(room, session)
    _touch(room)
    signals.send_after_commit(signals.attendee_removed, room=room, attendee=attendee, by=by)
    attendee.delete()


def erase(room: Room) -> None:
    """Delete a locked room with everything in it."""
    signals.send_after_commit(signals.room_deleted, room=room, token=room.token)
    room.delete()


def seat_user(
    room: Room,
    user: AbstractBaseUser,
    participant_type: ParticipantType,
    *,
    by: Attendee | None = None,
) -> Attendee:
    """A new seat in a locked room for somebody who has none there."""
    return seat(room, _user_seat(room, user, participant_type), by=by)


def _user_seat(room: Room, user: AbstractBaseUser, participant_type: ParticipantType) -> Attendee:
    return Attendee(
        room=room,
        actor_type=ActorType.USERS,
        actor_id=user.get_username(),
        user=cast(Any, user),
        display_name=host.policy().display_name(user)[:NAME_LENGTH],
        participant_type=participant_type,
    )


def _seat_visitor(room: Room, actor: Actor, *, listed: bool, session_id: str) -> Attendee:
    """A seat for somebody who came by themself."""
    if actor.user is not None:
        kind = ParticipantType.USER if listed else ParticipantType.SELF_JOINED
        return seat_user(room, actor.user, kind)
    guest = Attendee(
        room=room,
        actor_type=ActorType.GUESTS,
        actor_id=sha1(session_id.encode(), usedforsecurity=False).hexdigest(),
        holder=actor.holder,
        participant_type=ParticipantType.GUEST,
    )
    return seat(room, guest)


def seat(room: Room, attendee: Attendee, *, by: Attendee | None = None) -> Attendee:
    """Put a new seat into a locked room, and say so."""
    attendee.save(force_insert=True)
    _touch(room)
    notification.invited(room, [attendee], by=by)
    signals.send_after_commit(signals.attendee_added, room=room, attendee=attendee, by=by)
    return attendee


def _seat_of(room: Room, actor: Actor) -> Attendee | None:
    attendee: Attendee | None = room.attendees.of_actor(actor).first()
    return attendee


def _touch(room: Room) -> None:
    room.last_activity = timezone.now()
    room.save(update_fields=["last_activity"])


def _current(
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


def _end_sessions(room: Room, sessions: Iterable[Session]) -> None:
    for session in list(sessions.select_related("attendee")):  # type: ignore[attr-defined]
        attendee = session.attendee
        _end_session(room, session)
        if (
            attendee.participant_type == ParticipantType.SELF_JOINED
            and not attendee.sessions.exists()
        ):
            signals.send_after_commit(
                signals.attendee_removed, room=room, attendee=attendee, by=attendee
            )
            attendee.delete()


def _end_session(room: Room, session: Session) -> None:
    call.disconnect(room, [session], by=session.attendee)
    signals.send_after_commit(signals.session_ended, room=room, session=session)
    session.delete()


def _change_role(room: Room, attendee: Attendee, role: ParticipantType) -> None:
    previous = ParticipantType(attendee.participant_type)
    attendee.participant_type = role
    attendee.save(update_fields=["participant_type", "permissions", "modified_at"])
    signals.send_after_commit(
        signals.attendee_role_changed, room=room, attendee=attendee, previous=previous
    )


def _refresh_name(attendee: Attendee, user: AbstractBaseUser) -> None:
    name = host.policy().display_name(user)[:NAME_LENGTH]
    if attendee.display_name != name:
        attendee.display_name = name
        attendee.save(update_fields=["display_name", "modified_at"])
