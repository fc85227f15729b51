"""The admin for people who run a site: rooms, the people in them, who is there now.

Nothing is written here but through the operations (``talk.room``, ``talk.participant`` …).
"""

from talk.admin.attendee import AttendeeAdmin
from talk.admin.relay import RelayAdmin
from talk.admin.room import RoomAdmin
from talk.admin.session import SessionAdmin

__all__ = ["AttendeeAdmin", "RelayAdmin", "RoomAdmin", "SessionAdmin"]
