"""One "online here": an attendee in one browser or app.

The rule of presence lives here and nowhere else. Every answer that depends on who is there
(peers, ``hasCall``, ``inCall``, session lists) asks this queryset when it is read, so that the
answers cannot disagree and nobody stays in a call because no one looked.
"""

from __future__ import annotations

import secrets
import string
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.constants import (
    ALL_CALL_FLAGS,
    DEAD_AFTER,
    FRESH_FOR,
    SESSION_ID_LENGTH,
    CallFlag,
    SessionState,
)
from talk.models.attendee import Attendee
from talk.models.room import Room

SESSION_ID_ALPHABET = string.ascii_letters + string.digits + "+/"


def new_session_id() -> str:
    """512 random characters; opaque to everybody."""
    # 64 symbols: every random byte maps to one without bias.
    return "".join(
        [SESSION_ID_ALPHABET[byte & 63] for byte in secrets.token_bytes(SESSION_ID_LENGTH)]
    )


def fresh_since() -> datetime:
    """Sessions that pinged at or after this moment are fresh."""
    return timezone.now() - FRESH_FOR


def dead_since() -> datetime:
    """Sessions that last pinged at or before this moment are dead."""
    return timezone.now() - DEAD_AFTER


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions about presence: the one rule."""

    def fresh(self) -> Self:
        """Pinged within 30 seconds: listed as peers, and keep their call alive."""
        return self.filter(last_ping__gte=fresh_since())

    def alive(self) -> Self:
        """Pinged within 100 seconds: not ended, though perhaps not to be seen just now."""
        return self.filter(last_ping__gt=dead_since())

    def dead(self) -> Self:
        """Ended by silence; the rows are only waiting to be removed."""
        return self.filter(last_ping__lte=dead_since())

    def in_call(self) -> Self:
        """With any flag at all, also without "in call"."""
        return self.exclude(in_call=CallFlag.DISCONNECTED)


_Manager = models.Manager.from_queryset(SessionQuerySet)


class SessionManager(_Manager["Session"]):
    """Finds sessions in fixtures by their id."""

    def get_by_natural_key(self, session_id: str) -> Session:
        session: Session = self.get(session_id=session_id)
        return session


class Session(models.Model):
    """A presence in a room. Created by joining the room, by nothing else."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("room")
    )
    attendee = models.ForeignKey(
        Attendee, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("attendee")
    )
    session_id = models.CharField(
        _("session id"),
        max_length=SESSION_ID_LENGTH,
        unique=True,
        default=new_session_id,
        editable=False,
    )
    holder = models.CharField(
        _("holder"),
        max_length=64,
        editable=False,
        help_text=_("The browser or app whose cookie this session answers to."),
    )
    in_call = models.PositiveSmallIntegerField(_("in the call"), default=0)
    # Without an index on purpose: a ping then updates nothing but the row itself.
    last_ping = models.DateTimeField(_("last ping"), default=timezone.now)
    state = models.PositiveSmallIntegerField(
        _("state"), choices=SessionState.choices, default=SessionState.ACTIVE
    )
    created_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects = SessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "holder"], name="talk_one_session_per_browser_and_room"
            ),
            models.CheckConstraint(
                condition=Q(in_call__lte=ALL_CALL_FLAGS), name="talk_session_flags_in_range"
            ),
        ]
        indexes = [models.Index(fields=["holder"], name="talk_session_holder")]

    def __str__(self) -> str:
        return f"{self.session_id[:8]}…"

    def natural_key(self) -> tuple[str]:
        return (self.session_id,)

    natural_key.dependencies = ["talk.attendee"]  # type: ignore[attr-defined]  # Django's own way of ordering fixtures

    @property
    def is_fresh(self) -> bool:
        """The rule of :meth:`SessionQuerySet.fresh`, of a row at hand."""
        return self.last_ping >= fresh_since()

    @property
    def is_dead(self) -> bool:
        """The rule of :meth:`SessionQuerySet.dead`, of a row at hand."""
        return self.last_ping <= dead_since()

    @property
    def is_in_call(self) -> bool:
        """Whether the "in call" bit is set; other bits alone do not count here."""
        return bool(self.in_call & CallFlag.IN_CALL)
