"""What time has done, written down: to a room, and to what is kept for a while."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from talk import call, participant
from talk import session as sessions
from talk.conf import settings
from talk.models import Announcement, Room, Session, ThrottledAddress, WebhookDelivery
from talk.models.lock import locked


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
        sessions.sweep(room)
        call.end_if_over(room)
        for guest in list(gone):
            participant.vacate(room, guest)
        return counts


def forget_old(*, dry_run: bool = False) -> dict[str, int]:
    """Forget what was kept for long enough.

    :returns: how many ``deliveries`` of webhooks, throttled ``addresses`` and ``announcements`` to
        signaling servers went, or would go.
    """
    now, keep = timezone.now(), timedelta(days=settings.TALK_WEBHOOK_KEEP_DAYS)
    old = {
        "deliveries": WebhookDelivery.objects.forgettable(now, keep),
        "addresses": ThrottledAddress.objects.filter(until__lte=now),
        # Of servers that are gone, or were never told.
        "announcements": Announcement.objects.stale(),
    }
    if dry_run:
        return {name: rows.count() for name, rows in old.items()}
    return {name: rows.delete()[0] for name, rows in old.items()}
