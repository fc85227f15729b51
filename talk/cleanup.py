"""What time has done to a room, written down."""

from __future__ import annotations

from talk import call, participant
from talk import session as sessions
from talk.models import Room, Session
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
