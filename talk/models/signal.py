"""A message between two browsers in a room that its recipient has not fetched yet."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from talk.models.session import Session


class Signal(models.Model):
    """One message for one session; fetching it removes it.

    The database does not hold the two sessions to their rows: a message may be on its way while
    its recipient leaves. Nobody can fetch it then, and the clean-up takes it.
    """

    recipient = models.ForeignKey(
        Session, on_delete=models.CASCADE, db_constraint=False, related_name="signals"
    )
    sender = models.ForeignKey(
        Session, on_delete=models.CASCADE, db_constraint=False, related_name="sent_signals"
    )
    data = models.TextField(help_text="JSON, as the recipient is told.")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.sender_id} → {self.recipient_id}"
