"""What things are: rooms, seats in them, and sessions."""

from talk.models.attendee import Attendee
from talk.models.ban import Ban
from talk.models.notification import Notification
from talk.models.room import Room
from talk.models.session import Session
from talk.models.throttled import ThrottledAddress
from talk.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "Attendee",
    "Ban",
    "Notification",
    "Room",
    "Session",
    "ThrottledAddress",
    "Webhook",
    "WebhookDelivery",
]
