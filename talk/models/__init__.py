"""What things are: rooms, seats in them, sessions, and what is waiting to be told."""

from talk.models.announcement import Announcement
from talk.models.attendee import Attendee
from talk.models.ban import Ban
from talk.models.ended_session import EndedSession
from talk.models.invitation import OpenedInvitation
from talk.models.notification import Notification
from talk.models.relay import Relay
from talk.models.room import Room
from talk.models.server_request import ServerRequest
from talk.models.session import Session
from talk.models.signal import Signal
from talk.models.throttled import ThrottledAddress
from talk.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "Announcement",
    "Attendee",
    "Ban",
    "EndedSession",
    "Notification",
    "OpenedInvitation",
    "Relay",
    "Room",
    "ServerRequest",
    "Session",
    "Signal",
    "ThrottledAddress",
    "Webhook",
    "WebhookDelivery",
]
