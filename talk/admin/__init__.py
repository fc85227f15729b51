"""The admin for people who run a site: rooms, people, who is there, and what goes out.

Nothing is written here but through the operations (``talk.room``, ``talk.participant`` …).
"""

from talk.admin.attendee import AttendeeAdmin
from talk.admin.ban import BanAdmin
from talk.admin.notification import NotificationAdmin
from talk.admin.relay import RelayAdmin
from talk.admin.room import RoomAdmin
from talk.admin.session import SessionAdmin
from talk.admin.throttled import ThrottledAddressAdmin
from talk.admin.webhook import WebhookAdmin
from talk.admin.webhook_delivery import WebhookDeliveryAdmin

__all__ = [
    "AttendeeAdmin",
    "BanAdmin",
    "NotificationAdmin",
    "RelayAdmin",
    "RoomAdmin",
    "SessionAdmin",
    "ThrottledAddressAdmin",
    "WebhookAdmin",
    "WebhookDeliveryAdmin",
]
