"""What is left of a session that ended by silence, so that its client can be told."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from talk.models.attendee import Attendee
from talk.models.room import Room


class EndedSession(models.Model):
    """A browser that was in a room and fell silent, and whose person still has a seat there.

    Its client hears that the session is over; one that never joined hears that there is none.
    Gone when the browser joins again, with the seat, or after a day (``talk_cleanup``).
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="ended_sessions")
    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="ended_sessions")
    holder = models.CharField(max_length=64)
    ended_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "holder"], name="talk_one_trace_per_browser_and_room"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attendee_id} in {self.room_id}"
