"""Endpoints that arrange a room and the people in it: how they are asked for, and by whom."""

from dataclasses import dataclass, field

V4 = "/ocs/v2.php/apps/spreed/api/v4/room/{token}"
V1 = "/ocs/v2.php/apps/spreed/api/v1"
NOTES = "/ocs/v2.php/apps/notifications/api/v2/notifications"

# Who passes, by the names that the contract has for them (rooms.md §0).
PARTICIPANT = "participant"
MODERATOR = "moderator"
LOGIN_PARTICIPANT = "login-participant"
LOGIN_MODERATOR = "login-moderator"
LOGIN = "login"


@dataclass(frozen=True)
class Endpoint:
    """``fine`` are parameters that are accepted, ``status`` is the answer to them."""

    method: str
    path: str
    access: str
    fine: dict = field(default_factory=dict)
    status: int = 200

    def __str__(self):
        path = self.path.removeprefix(V4).removeprefix(V1).removeprefix(NOTES)
        return f"{self.method} {path or 'notifications'}"

    def ask(self, client, room, attendee=0, **parameters):
        """Ask with JSON parameters; ``attendee`` stands in for an attendee's id."""
        fine = {key: attendee if key == "attendeeId" else value for key, value in self.fine.items()}
        url = self.path.format(token=room.token)
        given = {**fine, **parameters}
        if self.method == "GET":
            return client.get(url, given)
        return getattr(client, self.method.lower())(url, given, content_type="application/json")


ENDPOINTS = [
    Endpoint("POST", V4 + "/public", LOGIN_MODERATOR, {"password": ""}),
    Endpoint("DELETE", V4 + "/public", LOGIN_MODERATOR),
    Endpoint("PUT", V4 + "/mention-permissions", LOGIN_MODERATOR, {"mentionPermissions": 1}),
    Endpoint("POST", V4 + "/message-expiration", MODERATOR, {"seconds": 60}),
    Endpoint("PUT", V4 + "/recording-consent", LOGIN_MODERATOR, {"recordingConsent": 1}, 412),
    Endpoint("PUT", V4 + "/webinar/sip", LOGIN_MODERATOR, {"state": 1}, 412),
    Endpoint("DELETE", V4 + "/object", MODERATOR),
    Endpoint("POST", V4 + "/participants/resend-invitations", LOGIN_MODERATOR),
    Endpoint("GET", V4 + "/capabilities", PARTICIPANT),
    Endpoint("POST", V4 + "/favorite", LOGIN_PARTICIPANT),
    Endpoint("DELETE", V4 + "/favorite", LOGIN_PARTICIPANT),
    Endpoint("POST", V4 + "/archive", LOGIN_PARTICIPANT),
    Endpoint("DELETE", V4 + "/archive", LOGIN_PARTICIPANT),
    Endpoint("POST", V4 + "/important", LOGIN_PARTICIPANT),
    Endpoint("DELETE", V4 + "/important", LOGIN_PARTICIPANT),
    Endpoint("POST", V4 + "/sensitive", LOGIN_PARTICIPANT),
    Endpoint("DELETE", V4 + "/sensitive", LOGIN_PARTICIPANT),
    Endpoint("POST", V4 + "/notify", LOGIN_PARTICIPANT, {"level": 1}),
    Endpoint("POST", V4 + "/notify-calls", LOGIN_PARTICIPANT, {"level": 0}),
    Endpoint(
        "PUT",
        V4 + "/attendees/permissions",
        MODERATOR,
        {"permissions": 16, "attendeeId": None, "method": "set"},
    ),
    Endpoint("PUT", V4 + "/attendees/permissions/all", MODERATOR, status=400),
    Endpoint("PUT", V4 + "/permissions/default", MODERATOR, {"permissions": 16}),
    Endpoint("PUT", V4 + "/permissions/call", MODERATOR, {"permissions": 16}, 400),
    Endpoint(
        "POST",
        V1 + "/ban/{token}",
        MODERATOR,
        {"actorType": "users", "actorId": "nobody", "internalNote": ""},
    ),
    Endpoint("GET", V1 + "/ban/{token}", MODERATOR),
    Endpoint("DELETE", V1 + "/ban/{token}/1", MODERATOR),
    Endpoint("GET", NOTES, LOGIN),
    Endpoint("DELETE", NOTES, LOGIN),
    Endpoint("GET", NOTES + "/1", LOGIN, status=404),
    Endpoint("DELETE", NOTES + "/1", LOGIN),
    Endpoint("POST", NOTES + "/exists", LOGIN, {"ids": [1]}),
]
IN_A_ROOM = [endpoint for endpoint in ENDPOINTS if endpoint.access != LOGIN]
