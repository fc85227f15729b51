"""The call of a room: join, change flags, leave, end (call.md).

Who may knock is decided at the door (``talk.api.permissions``); what can be done is decided
here. Every operation is one transaction with the room locked, and may be repeated safely.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import models
from django.utils import timezone

from talk import errors, host, notification, signals
from talk.conf import settings
from talk.constants import (
    DEFAULT_CALL_FLAGS,
    NAME_LENGTH,
    ActorType,
    CallFlag,
    ParticipantType,
    Permission,
    RecordingConsent,
    RoomType,
    StartCalls,
)
from talk.models import Attendee, Room, Session
from talk.models.lock import locked

NO_CALLS_IN = frozenset({RoomType.CHANGELOG, RoomType.FORMER_ONE_TO_ONE, RoomType.NOTE_TO_SELF})

# Reading ---------------------------------------------------------------------------------


def may_start(room: Room, attendee: Attendee) -> bool:
    """Whether the attendee could start a call here now, if nobody were in it (call.md §3.2)."""
    if room.type == RoomType.NOTE_TO_SELF:
        return False
    rule = settings.TALK_START_CALLS
    if rule == StartCalls.NOBODY:
        return False
    asks_for_a_password = room.type == RoomType.PUBLIC and room.object_type == "share:password"
    is_dialled_into = room.object_type.startswith("phone") and room.object_id == "direct-dialin"
    if asks_for_a_password or is_dialled_into:
        return True
    if not attendee.effective_permissions(room) & Permission.CALL_START:
        return False
    if rule == StartCalls.USERS and attendee.participant_type == ParticipantType.GUEST:
        return False
    if rule == StartCalls.MODERATORS and not attendee.is_moderator:
        return False
    return host.policy().may_start_calls(attendee.user, room)


def requires_consent(room: Room) -> bool:
    """Whether whoever joins the room's call must agree to be recorded."""
    rule = settings.TALK_RECORDING_CONSENT
    if rule == RecordingConsent.ROOM_DECIDES:
        return room.recording_consent == RecordingConsent.REQUIRED
    return rule == RecordingConsent.REQUIRED


def lasts_too_long(room: Room) -> bool:
    """Whether the call is older than ``TALK_MAX_CALL_DURATION`` allows."""
    limit = settings.TALK_MAX_CALL_DURATION
    if not limit or room.call_started_at is None:
        return False
    return timezone.now() - room.call_started_at > timedelta(seconds=limit)


def joined_since_start(room: Room) -> list[Attendee]:
    """Everybody who joined the running call, also those who left it; empty without a call."""
    if not room.has_call:
        return []
    return list(_joined_since_start(room).select_related("user").order_by("pk"))


def _joined_since_start(room: Room) -> models.QuerySet[Attendee]:
    attendees: models.QuerySet[Attendee] = room.attendees.filter(
        last_joined_call__gte=room.call_started_at
    )
    return attendees


# Writing ---------------------------------------------------------------------------------


def join(
    session: Session,
    flags: CallFlag | int = DEFAULT_CALL_FLAGS,
    *,
    silent: bool = False,
    silent_for: Iterable[str] = (),
    recording_consent: bool = False,
) -> Session:
    """Put a session into its room's call; the first one in starts the call.

    Joining again only replaces the flags. Flags that the attendee may not publish are
    dropped; flags of 0 leave the call.

    :raises ConsentRequired: the room's calls may be recorded and no consent was given.
    :raises LobbyActive: the attendee has to wait in the lobby.
    :raises NoSession: the session has ended meanwhile.
    :raises WrongRoomType: this kind of room has no calls.
    :raises StartForbidden: nobody is in the call and the attendee may not start one.
    """
    wanted, silent_for = CallFlag(flags), list(silent_for)
    with locked(session.room) as room:
        require_consent(room, given=recording_consent)
        session = still_there(room, session)
        attendee: Attendee = session.attendee
        if room.type in NO_CALLS_IN:
            raise errors.WrongRoomType
        if not room.takes_calls:
            raise errors.RoomReadOnly
        # Asked again with the room locked: the lobby may have been closed since the door.
        if not attendee.passes_lobby(room):
            raise errors.LobbyActive
        previous, now = CallFlag(session.in_call), timezone.now()
        allowed = _publishable(room, attendee, wanted)
        if not allowed:
            _disconnect(room, session)
            return session

        if not previous:
            others = Session.objects.fresh().in_call().filter(room=room).exclude(pk=session.pk)
            if not others.exists() and not may_start(room, attendee):
                raise errors.StartForbidden
        _refill_one_to_one(room)
        end_if_over(room)
        session.in_call = allowed
        session.save(update_fields=["in_call"])
        started = _start_or_extend(room, wanted, now)
        if recording_consent and settings.TALK_RECORDING_CONSENT:
            attendee.consented_at = now
        attendee.last_joined_call = now
        attendee.save(update_fields=["last_joined_call", "consented_at"])

        if not previous:
            notification.answered(room, attendee)
        if started:
            if not silent:
                notification.call_started(room, attendee, silent_for=silent_for)
            signals.send_after_commit(
                signals.call_started,
                room=room,
                session=session,
                silent=silent,
                silent_for=silent_for,
            )
        if not previous:
            signals.send_after_commit(
                signals.call_joined, room=room, session=session, started=started
            )
        elif allowed != previous:
            _tell_flags_changed(room, session, previous)
        return session


def change_flags(session: Session, flags: CallFlag | int) -> Session:
    """Replace the flags of a session in the call; nothing else changes (call.md §4).

    :raises NoSession: the session has ended meanwhile.
    :raises NotInCall: the session is not in the call, or the new flags say that it is not.
    """
    wanted = CallFlag(flags)
    with locked(session.room) as room:
        session = still_there(room, session)
        if not session.is_in_call or not wanted & CallFlag.IN_CALL:
            raise errors.NotInCall
        previous = CallFlag(session.in_call)
        session.in_call = _publishable(room, session.attendee, wanted)
        session.save(update_fields=["in_call"])
        if session.in_call != previous:
            _tell_flags_changed(room, session, previous)
        return session


def leave(session: Session) -> None:
    """Take a session out of the call; the last one out ends it. Not being in it is fine.

    :raises NoSession: the session has ended meanwhile.
    """
    with locked(session.room) as room:
        _disconnect(room, still_there(room, session))


def end(room: Room, *, by: Attendee | None = None) -> bool:
    """End the call for everyone; False when there was none.

    ``by`` is the moderator who did it, or None for the site itself.
    """
    with locked(room) as room:
        if not room.has_call:
            end_if_over(room)
            return False
        finish(room, by=by, everyone=True)
        return True


def require_consent(room: Room, *, given: bool) -> None:
    """Refuse whoever has to agree to being recorded and does not.

    :raises ConsentRequired: consent is needed and was not given.
    """
    if not given and requires_consent(room):
        raise errors.ConsentRequired


def disconnect(room: Room, sessions: Iterable[Session], *, by: Attendee | None = None) -> None:
    """Take these sessions out of the call, and end it if nobody fresh is left.

    For operations that hold the room's lock already; ``room`` is the locked row.
    """
    for session in sessions:
        if session.in_call:
            session.in_call = CallFlag.DISCONNECTED
            session.save(update_fields=["in_call"])
            signals.send_after_commit(signals.call_left, room=room, session=session)
    _end_if_nobody_fresh(room, by=by)


# Steps, all with the room locked ----------------------------------------------------------


def still_there(room: Room, session: Session) -> Session:
    """The session as it is now; the room's lock keeps it so."""
    current = (
        Session.objects.alive()
        .select_related("attendee__user")
        .filter(pk=session.pk, room=room)
        .first()
    )
    if current is None:
        raise errors.NoSession
    current.room = current.attendee.room = room
    return current


def _publishable(room: Room, attendee: Attendee, flags: CallFlag) -> CallFlag:
    """The flags without what the attendee may not publish."""
    permissions = attendee.effective_permissions(room)
    if not permissions & Permission.PUBLISH_AUDIO:
        flags &= ~CallFlag.WITH_AUDIO
    if not permissions & Permission.PUBLISH_VIDEO:
        flags &= ~CallFlag.WITH_VIDEO
    return flags


def _start_or_extend(room: Room, flags: CallFlag, now: datetime) -> bool:
    """Note in the room what the call is made of; True when this started it."""
    started, previous = room.call_started_at is None, room.call_flags
    if started:
        room.call_started_at = room.last_activity = now
    elif previous | flags == previous:
        return False
    room.call_flags = previous | flags
    room.save(update_fields=["call_started_at", "call_flags", "last_activity"])
    if not started:
        signals.send_after_commit(signals.room_changed, room=room, changes={"call_flags": previous})
    return started


def _disconnect(room: Room, session: Session) -> None:
    disconnect(room, [session], by=session.attendee)


def _end_if_nobody_fresh(room: Room, *, by: Attendee | None = None) -> None:
    if room.call_started_at is None:
        return
    if not Session.objects.fresh().in_call().filter(room=room).exists():
        finish(room, by=by)


def end_if_over(room: Room) -> None:
    """Mend the row of a locked room whose call ended because everybody fell silent."""
    if room.call_started_at is not None and not room.has_call:
        finish(room)


def finish(room: Room, *, by: Attendee | None = None, everyone: bool = False) -> None:
    """Write down the end of a locked room's call, exactly once, and say so."""
    started_at = room.call_started_at
    if started_at is None:
        return
    users, guests = [], 0
    for actor_type, actor_id in _joined_since_start(room).values_list("actor_type", "actor_id"):
        if actor_type == ActorType.USERS:
            users.append(actor_id)
        else:
            guests += 1
    # Nobody may be in a call that is over, not even somebody who was silent for a while.
    left_over = list(Session.objects.in_call().filter(room=room).select_related("attendee"))
    Session.objects.filter(pk__in=[session.pk for session in left_over]).update(
        in_call=CallFlag.DISCONNECTED
    )
    for session in left_over:
        session.in_call = CallFlag.DISCONNECTED
        if not everyone:
            signals.send_after_commit(signals.call_left, room=room, session=session)
    now = timezone.now()
    room.call_started_at, room.call_flags, room.last_activity = None, 0, now
    room.save(update_fields=["call_started_at", "call_flags", "last_activity"])
    missed = room.is_one_to_one and len(users) == 1
    signals.send_after_commit(
        signals.call_ended,
        room=room,
        reason="missed" if missed else "ended_everyone" if everyone else "ended",
        attendee=by,
        users=users,
        guests=guests,
        started_at=started_at,
        duration=max(now - started_at, timedelta(0)),
    )


def _refill_one_to_one(room: Room) -> None:
    """Give those of the two who have no seat (any more) theirs back, as owners."""
    ids = room.user_ids
    if not ids:
        return
    present = set(room.attendees.filter(actor_id__in=ids).values_list("actor_id", flat=True))
    for user_id, user in host.find_users(set(ids) - present).items():
        attendee = Attendee.objects.create(
            room=room,
            actor_id=user_id,
            user=cast(Any, user),
            display_name=host.policy().display_name(user)[:NAME_LENGTH],
            participant_type=ParticipantType.OWNER,
        )
        signals.send_after_commit(signals.attendee_added, room=room, attendee=attendee, by=None)


def _tell_flags_changed(room: Room, session: Session, previous: CallFlag) -> None:
    signals.send_after_commit(
        signals.call_flags_changed, room=room, session=session, previous=previous
    )
