"""Every endpoint of the API: how it is asked for, by whom, and with which parameters."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from talk.models import (
    Announcement,
    Attendee,
    Ban,
    Notification,
    OpenedInvitation,
    Room,
    Session,
)

TALK = "/ocs/v{version}.php/apps/spreed/api/v4"
ROOM = TALK + "/room/{token}"
CALL = TALK + "/call/{token}"
TALK_V1 = "/ocs/v{version}.php/apps/spreed/api/v1"
TALK_V3 = "/ocs/v{version}.php/apps/spreed/api/v3"
NOTES = "/ocs/v{version}.php/apps/notifications/api/v2/notifications"
CLOUD = "/ocs/v{version}.php/cloud"


@dataclass(frozen=True)
class Endpoint:
    """``public`` ones are open to visitors without an account; guests may be refused later."""

    method: str
    path: str
    parameters: tuple[str, ...] = ()
    public: bool = True
    csrf: bool = True

    def __str__(self):
        return f"{self.method} {self.path.removeprefix(TALK)}"

    def url(self, seat, *, version=2):
        """The URL for the room of an attendee, and where needed for that attendee."""
        return self.path.format(version=version, token=seat.room.token, attendee=seat.pk)


ENDPOINTS = [
    Endpoint("GET", CALL),
    Endpoint("POST", CALL, ("flags", "silent", "recordingConsent", "silentFor")),
    Endpoint("PUT", CALL, ("flags",)),
    Endpoint("DELETE", CALL, ("all",)),
    Endpoint("POST", CALL + "/ring/{attendee}"),
    Endpoint("POST", CALL + "/dialout/{attendee}"),
    Endpoint("GET", CALL + "/download", ("format",), csrf=False),
    Endpoint("POST", CALL + "/federation"),
    Endpoint("PUT", CALL + "/federation"),
    Endpoint("DELETE", CALL + "/federation"),
    Endpoint("GET", CALL + "/notification-state", public=False),
    Endpoint(
        "GET",
        TALK + "/room",
        ("noStatusUpdate", "includeStatus", "modifiedSince", "includeLastMessage"),
        public=False,
    ),
    Endpoint(
        "POST",
        TALK + "/room",
        (
            "roomType",
            "invite",
            "source",
            "roomName",
            "objectType",
            "objectId",
            "password",
            "readOnly",
            "listable",
            "messageExpiration",
            "lobbyState",
            "lobbyTimer",
            "sipEnabled",
            "permissions",
            "recordingConsent",
            "mentionPermissions",
            "description",
            "emoji",
            "avatarColor",
            "participants",
        ),
    ),
    Endpoint("GET", TALK + "/listed-room", ("searchTerm",), public=False),
    Endpoint("GET", ROOM),
    Endpoint("PUT", ROOM, ("roomName",)),
    Endpoint("DELETE", ROOM),
    Endpoint("PUT", ROOM + "/description", ("description",)),
    Endpoint("PUT", ROOM + "/password", ("password",)),
    Endpoint("PUT", ROOM + "/read-only", ("state",), public=False),
    Endpoint("PUT", ROOM + "/listable", ("scope",), public=False),
    Endpoint("PUT", ROOM + "/webinar/lobby", ("state", "timer"), public=False),
    Endpoint("GET", ROOM + "/participants", ("includeStatus",)),
    Endpoint("POST", ROOM + "/participants", ("newParticipant", "source"), public=False),
    Endpoint("POST", ROOM + "/participants/resend-invitations", ("attendeeId",), public=False),
    Endpoint("DELETE", ROOM + "/participants/self", public=False),
    Endpoint("POST", ROOM + "/participants/active", ("password", "force")),
    Endpoint("DELETE", ROOM + "/participants/active"),
    Endpoint("PUT", ROOM + "/participants/state", ("state",)),
    Endpoint("DELETE", ROOM + "/attendees", ("attendeeId",)),
    Endpoint("POST", ROOM + "/moderators", ("attendeeId",)),
    Endpoint("DELETE", ROOM + "/moderators", ("attendeeId",)),
    Endpoint("POST", ROOM + "/public", ("password",), public=False),
    Endpoint("DELETE", ROOM + "/public", public=False),
    Endpoint("PUT", ROOM + "/mention-permissions", ("mentionPermissions",), public=False),
    Endpoint("POST", ROOM + "/message-expiration", ("seconds",)),
    Endpoint("PUT", ROOM + "/recording-consent", ("recordingConsent",), public=False),
    Endpoint("PUT", ROOM + "/webinar/sip", ("state",), public=False),
    Endpoint("DELETE", ROOM + "/object"),
    Endpoint("GET", ROOM + "/capabilities"),
    Endpoint("POST", ROOM + "/favorite", public=False),
    Endpoint("DELETE", ROOM + "/favorite", public=False),
    Endpoint("POST", ROOM + "/archive", public=False),
    Endpoint("DELETE", ROOM + "/archive", public=False),
    Endpoint("POST", ROOM + "/important", public=False),
    Endpoint("DELETE", ROOM + "/important", public=False),
    Endpoint("POST", ROOM + "/sensitive", public=False),
    Endpoint("DELETE", ROOM + "/sensitive", public=False),
    Endpoint("POST", ROOM + "/notify", ("level",), public=False),
    Endpoint("POST", ROOM + "/notify-calls", ("level",), public=False),
    Endpoint("PUT", ROOM + "/attendees/permissions", ("attendeeId", "method", "permissions")),
    Endpoint("PUT", ROOM + "/attendees/permissions/all"),
    Endpoint("PUT", ROOM + "/permissions/default", ("permissions",)),
    Endpoint("PUT", ROOM + "/permissions/call", ("permissions",)),
    Endpoint("GET", TALK_V1 + "/ban/{token}"),
    Endpoint("POST", TALK_V1 + "/ban/{token}", ("actorType", "actorId", "internalNote")),
    Endpoint("DELETE", TALK_V1 + "/ban/{token}/{attendee}"),
    Endpoint("POST", TALK_V1 + "/guest/{token}/name", ("displayName",)),
    Endpoint("GET", TALK_V3 + "/signaling/settings", ("token",)),
    Endpoint("GET", TALK_V1 + "/chat/{token}", ("lookIntoFuture", "timeout")),
    Endpoint("POST", TALK_V1 + "/chat/{token}"),
    Endpoint("GET", TALK_V1 + "/chat/{token}/mentions"),
    Endpoint("GET", TALK_V3 + "/signaling/{token}"),
    Endpoint("POST", TALK_V3 + "/signaling/{token}", ("messages",)),
    Endpoint("GET", NOTES, public=False),
    Endpoint("DELETE", NOTES, public=False),
    Endpoint("POST", NOTES + "/exists", ("ids",), public=False),
    Endpoint("GET", NOTES + "/{attendee}", public=False),
    Endpoint("DELETE", NOTES + "/{attendee}", public=False),
    Endpoint("GET", CLOUD + "/capabilities"),
    Endpoint("GET", CLOUD + "/users/{attendee}/groups", public=False),
    Endpoint(
        "GET",
        "/ocs/v{version}.php/core/autocomplete/get",
        ("search", "itemType", "itemId", "shareTypes", "limit"),
        public=False,
    ),
    Endpoint("GET", TALK_V1 + "/room/{token}/avatar", csrf=False),
    Endpoint("GET", TALK_V1 + "/room/{token}/avatar/dark", csrf=False),
    Endpoint("GET", CLOUD + "/user", public=False),
]


@contextmanager
def undone():
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything():
    """All rows of all tables, to tell whether something changed."""
    rows = []
    models = (Room, Attendee, Session, Ban, Notification, OpenedInvitation, Announcement)
    for model in models:
        # Raw, as this is asked thousands of times.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")
            rows.append(cursor.fetchall())
    return rows
