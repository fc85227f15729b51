"""What things are: rooms, seats in them, and sessions."""

from talk.models.attendee import Attendee
from talk.models.ban import Ban
from talk.models.ended_session import EndedSession
from talk.models.notification import Notification
from talk.models.room import Room
from talk.models.session import Session
from talk.models.signal import Signal

__all__ = [
    "Attendee",
    "Ban",
    "EndedSession",
    "Notification",
    "Room",
    "Session",
    "Signal",
]
