"""What things are: rooms, seats in them, and sessions."""

from talk.models.attendee import Attendee
from talk.models.ban import Ban
from talk.models.invitation import OpenedInvitation
from talk.models.notification import Notification
from talk.models.room import Room
from talk.models.session import Session

__all__ = ["Attendee", "Ban", "Notification", "OpenedInvitation", "Room", "Session"]
