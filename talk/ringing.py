"""Ring people, and tell a ringing client what to do now (call.md §6 and §7)."""

from __future__ import annotations

from django.utils import timezone

from talk import call, errors, host, notification, signals
from talk.conf import settings
from talk.constants import RING_WINDOW, ActorType, Permission, Ringing
from talk.models import Attendee, Room, Session
from talk.models.lock import locked


def may_ring(room: Room, attendee: Attendee) -> bool:
    """Whether the attendee may ring others, by ``TALK_RING_RULE``."""
    if settings.TALK_RING_RULE == "moderators":
        return attendee.is_moderator
    return bool(attendee.effective_permissions(room) & Permission.CALL_START)


def ring(session: Session | None, attendee_id: int, *, room: Room) -> Attendee:
    """Ring an attendee again on behalf of somebody in the call (call.md §6).

    :raises NoCall: there is no call, the caller is not in it, or the target is.
    :raises AttendeeNotFound: nobody has this id, or somebody in another room.
    :raises NotAUser: only people with an account can be rung.
    :raises DoNotDisturb: the site's policy says that this person is not to be disturbed.
    """
    with locked(room) as room:
        if not room.has_call or session is None or not call.still_there(room, session).in_call:
            raise errors.NoCall
        target = Attendee.objects.select_related("user").filter(pk=attendee_id).first()
        if target is None:
            raise errors.AttendeeNotFound
        if target.actor_type != ActorType.USERS:
            raise errors.NotAUser
        if target.room_id != room.pk:
            raise errors.AttendeeNotFound
        if target.user is not None and host.policy().do_not_disturb(target.user):
            raise errors.DoNotDisturb
        if target.sessions.alive().in_call().exists():
            raise errors.NoCall
        notification.rung(room, target, by=session.attendee)
        signals.send_after_commit(signals.call_rung, room=room, attendee=target, session=session)
        return target


def state(user_id: str, token: str) -> Ringing:
    """What a ringing client of this user should do now (call.md §7). At most two queries."""
    attendee = (
        Attendee.objects.users()
        .filter(actor_id=user_id, room__token=token)
        .select_related("room")
        .first()
    )
    if attendee is None:
        return Ringing.DISMISSED
    started_at = attendee.room.call_started_at
    in_call = list(
        Session.objects.alive()
        .in_call()
        .filter(room=attendee.room)
        .values_list("attendee", flat=True)
    )
    if started_at is None or not in_call:
        return Ringing.MISSED
    if attendee.pk in in_call:
        return Ringing.DISMISSED
    if attendee.last_joined_call is None or started_at >= attendee.last_joined_call:
        return Ringing.GOES_ON
    # Joined and left: within the window the other devices stop, later it was rung again.
    if started_at + RING_WINDOW < timezone.now():
        return Ringing.GOES_ON
    return Ringing.DISMISSED
