"""Sessions: enter a room, leave it, fall silent (participants.md §5-7)."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha1, sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING

from talk import call, errors, host, notification, seating, signals
from talk.actor import Actor
from talk.constants import (
    NAME_LENGTH,
    ActorType,
    BanTarget,
    ParticipantType,
    RoomType,
    SessionState,
)
from talk.models import Attendee, Ban, Room, Session
from talk.models.lock import locked
from talk.models.session import SessionQuerySet, new_session_id
from talk.signaling import announcing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


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
    try:
        return _enter(room, actor, accepted=accepted, force=force)
    except errors.JoinBanned:
        # By itself, as the refusal has undone whatever was done before it.
        _ban_address(room, actor)
        raise


def _enter(room: Room, actor: Actor, *, accepted: str, force: bool) -> Session:
    """``accepted`` is the stored password that the actor's turned out to be, or empty."""
    with locked(room, gone=errors.RoomNotJoinable) as room:
        attendee = seating.find(room, actor)
        listed = room.is_listed_for(actor)
        if attendee is None and room.type != RoomType.PUBLIC and not listed:
            raise errors.RoomNotJoinable
        if _bans(room, actor, attendee):
            raise errors.JoinBanned
        previous = Session.objects.filter(room=room, holder=actor.holder).first()
        if previous is not None and previous.in_call and not previous.is_dead and not force:
            raise errors.JoinConflict(
                session_id=previous.session_id,
                in_call=previous.in_call,
                last_ping=int(previous.last_ping.timestamp()),
            )
        if attendee is None and not listed and room.password != accepted:
            raise errors.WrongPassword
        sweep(room)
        if previous is not None:
            _end_sessions(room, Session.objects.filter(pk=previous.pk))

        # A self-joined user's seat may have gone with the last session that was in it.
        attendee = seating.find(room, actor)
        session_id = new_session_id()
        if attendee is None:
            attendee = _seat_visitor(room, actor, listed=listed, session_id=session_id)
        elif actor.user is not None:
            _refresh_name(room, attendee, actor.user)
        session = Session(room=room, attendee=attendee, session_id=session_id, holder=actor.holder)
        session.save(force_insert=True)
        notification.accepted(room, attendee)
        signals.send_after_commit(signals.session_started, room=room, session=session)
        return session


def _bans(room: Room, actor: Actor, attendee: Attendee | None) -> list[Ban]:
    return [ban for ban in room.bans.order_by("pk") if ban.concerns(actor, attendee)]


def _ban_address(room: Room, actor: Actor) -> None:
    """Whoever was banned as a guest and comes back has their address banned as well."""
    if actor.user is not None or not _is_address(actor.address):
        return
    with suppress(errors.RoomNotFound), locked(room) as room:
        bans = _bans(room, actor, seating.find(room, actor))
        if not bans or any(ban.actor_type == BanTarget.IP for ban in bans):
            return
        first = bans[0]
        ban = Ban.objects.create(
            room=room,
            actor_type=BanTarget.IP,
            actor_id=actor.address,
            display_name=actor.address,
            moderator_type=first.moderator_type,
            moderator_id=first.moderator_id,
            moderator_name=first.moderator_name,
            internal_note=first.internal_note,
        )
        signals.send_after_commit(signals.banned, room=room, ban=ban)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def adopt(attendee: Attendee, session_id: str) -> Session:
    """A session that a signaling server has made, for somebody without a browser, such as a phone.

    Asking again is safe.

    :raises AttendeeNotFound: the seat is gone.
    :raises SessionTaken: somebody else has this session id.
    """
    with locked(attendee.room) as room:
        attendee = seating.current(room, attendee)
        session = Session.objects.filter(session_id=session_id).first()
        if session is None:
            # No cookie will ever answer to this one.
            holder = sha256(session_id.encode()).hexdigest()
            session = Session(room=room, attendee=attendee, session_id=session_id, holder=holder)
            session.save(force_insert=True)
            signals.send_after_commit(signals.session_started, room=room, session=session)
        elif session.attendee_id != attendee.pk:
            raise errors.SessionTaken
        session.room, session.attendee = room, attendee
        return session


def leave(session: Session) -> None:
    """End a session: out of the call, out of the room; a self-joined user's seat goes with it."""
    with locked(session.room) as room:
        _end_sessions(room, Session.objects.filter(pk=session.pk))


def set_state(session: Session, state: SessionState) -> None:
    """Note whether the person behind a session is looking.

    :raises NoSession: the session has ended meanwhile.
    """
    if not Session.objects.filter(pk=session.pk).update(state=state):
        raise errors.NoSession
    session.state = state


def leave_everywhere(holder: str) -> None:
    """End all sessions of a browser, as a logout does."""
    if not holder:
        return
    sessions = Session.objects.filter(holder=holder).select_related("room")
    for session in sessions.order_by("room_id"):
        # A room that is deleted at this moment has been left as well.
        with suppress(errors.RoomNotFound), locked(session.room) as room:
            _end_sessions(room, Session.objects.filter(pk=session.pk))
            # Its page may still be open, and does not know.
            announcing.put_out(room, session)


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


def _end_sessions(room: Room, sessions: SessionQuerySet) -> None:
    for session in list(sessions.select_related("attendee")):
        attendee = session.attendee
        end(room, session)
        if (
            attendee.participant_type == ParticipantType.SELF_JOINED
            and not attendee.sessions.exists()
        ):
            signals.send_after_commit(
                signals.attendee_removed, room=room, attendee=attendee, by=attendee
            )
            attendee.delete()


def end(room: Room, session: Session) -> None:
    """Out of the call and gone; the seat stays."""
    call.disconnect(room, [session], by=session.attendee)
    signals.send_after_commit(signals.session_ended, room=room, session=session)
    session.delete()


def _seat_visitor(room: Room, actor: Actor, *, listed: bool, session_id: str) -> Attendee:
    """A seat for somebody who came by themself."""
    if actor.user is not None:
        kind = ParticipantType.USER if listed else ParticipantType.SELF_JOINED
        return seating.seat_user(room, actor.user, kind)
    guest = Attendee(
        room=room,
        actor_type=ActorType.GUESTS,
        actor_id=sha1(session_id.encode(), usedforsecurity=False).hexdigest(),
        holder=actor.holder,
        participant_type=ParticipantType.GUEST,
    )
    return seating.seat(room, guest)


def _refresh_name(room: Room, attendee: Attendee, user: AbstractBaseUser) -> None:
    name = host.policy().display_name(user)[:NAME_LENGTH]
    if attendee.display_name != name:
        seating.rename(room, attendee, name)
