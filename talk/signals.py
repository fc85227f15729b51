"""Django signals: what a host site is told (for WebRTC messages see ``signaling``).

Every signal is sent after the transaction commits, with ``send_robust``: a receiver that
raises is logged and harms neither the request nor the other receivers. The sender is always
the ``Room`` model class. Objects are as they were when the transaction committed; a removed
row keeps its values but has no primary key any more where Django says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.dispatch import Signal

if TYPE_CHECKING:
    from talk.models import Room

call_started = Signal()
"""The first session entered the call of a room.

Arguments: ``room`` (Room), ``session`` (Session: who started it), ``silent`` (bool: nobody is
to be notified), ``silent_for`` (list of user ids that are not to be notified).
"""

call_joined = Signal()
"""A session entered the call.

Arguments: ``room``, ``session``, ``started`` (bool: it was the first one in).
"""

call_flags_changed = Signal()
"""A session in the call changed what it publishes.

Arguments: ``room``, ``session``, ``previous`` (CallFlag).
"""

call_left = Signal()
"""A session is not in the call any more. Arguments: ``room``, ``session``."""

call_ended = Signal()
"""The call of a room is over.

Arguments: ``room``, ``reason`` (``"ended"``, ``"ended_everyone"`` or ``"missed"``), ``attendee``
(Attendee who left last or ended it, or None), ``users`` (ids of the users who joined since the
start), ``guests`` (int), ``started_at`` (datetime), ``duration`` (timedelta).
"""

call_rung = Signal()
"""Somebody in the call rings an attendee.

Arguments: ``room``, ``attendee`` (who is rung), ``session`` (who rings).
"""

room_created = Signal()
"""A room came into being. Arguments: ``room``, ``owner`` (the account that made it, or None)."""

room_changed = Signal()
"""Properties of a room changed.

Arguments: ``room``, ``changes`` (dict: field name to its previous value; never a password).
"""

room_deleted = Signal()
"""A room is gone. Arguments: ``room`` (without primary key), ``token``."""

attendee_added = Signal()
"""Somebody got a seat in a room.

Arguments: ``room``, ``attendee``, ``by`` (Attendee who added them, or None).
"""

attendee_removed = Signal()
"""A seat was taken away or given up.

Arguments: ``room``, ``attendee`` (without primary key), ``by`` (Attendee or None).
"""

attendee_role_changed = Signal()
"""Somebody was promoted or demoted.

Arguments: ``room``, ``attendee``, ``previous`` (ParticipantType).
"""

attendee_permissions_changed = Signal()
"""Somebody's own permissions changed. Arguments: ``room``, ``attendee``."""

attendee_renamed = Signal()
"""A guest took another name, or an account or a group has another name or id by now.

Arguments: ``room``, ``attendee``, ``previous`` (str).
"""

banned = Signal()
"""Somebody, or an address, may not come back: by a moderator, or because a banned guest came back.

Arguments: ``room``, ``ban``.
"""

unbanned = Signal()
"""A ban was lifted. Arguments: ``room``, ``ban`` (without primary key)."""

notification_created = Signal()
"""A user should be told something.

Arguments: ``room``, ``notification``, ``attendee`` (Attendee: the user's seat).
"""

throttled = Signal()
"""An address guessed wrong too often, and is refused for a while. Sent at once, without a sender.

Arguments: ``guess`` (Guess: which secret), ``address``.
"""

session_started = Signal()
"""Somebody entered a room with one browser or app. Arguments: ``room``, ``session``."""

session_ended = Signal()
"""A session is over: left, replaced, silent for too long, or its seat was taken away.

Not sent for each session of a room that is deleted. Arguments: ``room``, ``session`` (without
primary key).
"""

session_expired = Signal()
"""A session without a ping for 100 seconds was ended. Arguments: ``room``, ``session``."""


Recorder = Callable[..., None]

_recorders: list[Recorder] = []


def record_with(recorder: Recorder) -> None:
    """Call ``recorder(signal, room=room, **arguments)`` whenever a signal is about to be sent.

    Inside the transaction, with the room locked and rows that are about to go still there: what
    it writes is committed, or rolled back, together with the change itself. For the app's own
    outboxes; a host listens to the signals.
    """
    if recorder not in _recorders:
        _recorders.append(recorder)


def send_after_commit(signal: Signal, *, room: Room, **arguments: Any) -> None:
    """Send a signal once the current transaction is committed, or never if it is rolled back."""
    for record in _recorders:
        record(signal, room=room, **arguments)
    sender = apps.get_model("talk", "Room")
    transaction.on_commit(
        partial(signal.send_robust, sender=sender, room=room, **arguments),
        using=room._state.db,
    )
