"""Refused before the operation is reached: the caller, the room, the request itself."""

from __future__ import annotations

from talk.errors.refusal import Turned


class NotLoggedIn(Turned):
    """The endpoint needs an account."""

    status, message = 997, "Current user is not logged in"


class WrongCredentials(Turned):
    """Credentials were sent and they are wrong."""

    status, message, entry_level = 997, "Unauthorised", True


class MalformedRequest(Turned):
    """The request cannot be read at all."""

    status, message, entry_level = 400, "Malformed request", True


class RequestTooLarge(MalformedRequest):
    """The body is longer than Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE`` allows."""

    status, message = 413, "Request body too large"


class ServerError(Turned):
    """A bug, or a database that does not answer; the site's log says which."""

    status, message, entry_level = 996, "Internal Server Error", True


class UnknownRoute(Turned):
    """No endpoint answers this URL."""

    status, message, entry_level = 998, "Invalid query, please check the syntax.", True


class TalkForbidden(Turned):
    """This account may not use Talk."""

    status = 403


class CallsDisabled(Turned):
    """Calls are switched off on this site (``TALK_START_CALLS = 3``)."""

    status = 403


class RoomNotFound(Turned):
    """There is no such room, or none that the caller may know of."""

    status = 404


class ParticipantNotFound(Turned):
    """The caller is no participant of the room; looks the same as an unknown room."""

    status = 404


class Throttled(Turned):
    """Too many wrong guesses from one address."""

    status, message, entry_level = 429, "Reached maximum delay", True


class Banned(Turned):
    """The caller was banned from the room."""

    status = 403


class ModeratorRequired(Turned):
    """Only moderators may do this."""

    status = 403


class RoomReadOnly(Turned):
    """The room takes no calls."""

    status = 403


class LobbyActive(Turned):
    """The caller has to wait in the lobby."""

    status = 412


class PermissionMissing(Turned):
    """The caller's permissions do not contain what this needs."""

    status = 403
