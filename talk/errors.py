"""Every refusal of the app: its code, its status, and what the wire carries as ``data``.

Raised anywhere below the API, translated in one place (``talk/api/envelope.py``). The status
is the code of the envelope: the HTTP status follows from it and from the API's version. What
``data`` holds depends on who refuses (ocs.md, "Empty data"): a rule at the door answers an
empty list, an operation answers null or ``{"error": code}``.
"""

from __future__ import annotations

from typing import Any, ClassVar


class TalkError(Exception):
    """A refusal that a client hears of. Subclasses state what is so."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = ""
    """Machine-readable reason, sent as ``{"error": code}``; empty when there is none."""

    message: ClassVar[str] = ""
    """Text of the envelope's ``meta.message``; Talk leaves it empty for nearly everything."""

    entry_level: ClassVar[bool] = False
    """Whether this is said before any endpoint is reached; XML then has another content type."""

    @property
    def data(self) -> Any:
        """What the envelope carries: the reason, or null."""
        return {"error": self.code} if self.code else None


class Turned(TalkError):
    """Refused at the door, before the operation is reached: an empty list."""

    @property
    def data(self) -> Any:
        return []


# At the door -----------------------------------------------------------------------------


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


# From operations -------------------------------------------------------------------------


class SignalingRoomNotFound(TalkError):
    """Signaling settings of a room that the caller may not know of."""

    status = 404


class RecordingRequestForged(TalkError):
    """Somebody claims to be a recording server and cannot prove it."""

    status = 401


class InvalidValue(TalkError):
    """A value that is out of range or of the wrong kind; the code names the parameter."""

    def __init__(self, parameter: str, message: str = "") -> None:
        super().__init__(parameter)
        self.parameter = parameter
        self.explanation = message

    @property
    def data(self) -> Any:
        if self.explanation:
            return {"error": self.parameter, "message": self.explanation}
        return {"error": self.parameter}


class AuthRequired(TalkError):
    """Creating a room needs an account; unlike elsewhere the answer names a reason."""

    status, code = 401, "auth"


class RoomCreationForbidden(TalkError):
    """This account may not create rooms."""

    status, code = 403, "permissions"


class InviteForbidden(TalkError):
    """Nobody talks one-to-one with themself."""

    status, code = 403, "invite"


class InviteeNotFound(TalkError):
    """Whom the new room was meant for is unknown."""

    status, code = 404, "invite"


class WrongRoomType(TalkError):
    """This kind of room does not allow it."""

    code = "type"


class WrongRoomTypeForPeople(TalkError):
    """People cannot be added to, or removed from, this kind of room."""

    code = "room-type"


class RoomNotDeletable(TalkError):
    """One-to-one rooms stay."""


class WrongObjectType(TalkError):
    """Rooms that belong to such an object have no lobby."""

    code = "object"


class UnknownSource(TalkError):
    """Participants cannot be added from there."""

    code = "source"


class NewParticipantNotFound(TalkError):
    """The account to be added is unknown."""

    status, code = 404, "new-participant"


class TeamsUnavailable(NewParticipantNotFound):
    """This site has no teams."""

    status = 400


class FederationUnavailable(TalkError):
    """This site does not talk to other servers."""

    status, code = 501, "federation"


class PhonesUnavailable(TalkError):
    """This site has no telephone line to add people by."""

    status, code = 501, "sip"


class AttendeeNotFound(TalkError):
    """No such attendee in this room; the answer names no reason."""

    status = 404


class AttendeeToRemoveNotFound(AttendeeNotFound):
    """No such attendee in this room."""

    code = "participant"


class OwnerCannotBeRemoved(TalkError):
    """Owners leave by themselves or not at all."""

    status, code = 403, "owner"


class LastModerator(TalkError):
    """The last moderator cannot leave the others alone."""

    code = "last-moderator"


class ModeratorPermissions(TalkError):
    """Moderators may do everything; nobody takes single permissions from them."""

    status, code = 403, "moderator"


class WrongActorType(TalkError):
    """Groups do nothing by themselves."""

    code = "type"


class NothingToChange(TalkError):
    """The endpoint is kept for old clients and does nothing."""


class NotConfigured(TalkError):
    """This site has no telephone line and no recording server."""

    status, code = 412, "config"


class OwnRoleUnchangeable(TalkError):
    """Nobody promotes or demotes themself."""

    status = 403


class RoleUnchangeable(TalkError):
    """Promoting a moderator, demoting somebody who is none, or changing an owner or group."""


class RoomNotJoinable(TalkError):
    """There is no such room for the caller to join."""

    status = 404


class JoinBanned(TalkError):
    """The caller was banned from the room, and must not come back."""

    status, code = 403, "ban"


class AddBanned(TalkError):
    """Whoever is to be added was banned from the room."""

    code = "ban"


class BanInvalid(TalkError):
    """The ban cannot be had; the reason is one of those that ``talk.ban.create`` lists."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def data(self) -> Any:
        return {"error": self.reason}


class NotificationNotFound(TalkError):
    """The caller has no such notification, or none that still says anything."""

    status = 404


class TooManyIds(Turned):
    """More ids than may be asked for at once."""

    status = 400


class GroupNotFound(NewParticipantNotFound):
    """The group to be added is unknown."""


class NotAGuest(TalkError):
    """Users have the name of their account."""

    status = 403


class WrongPassword(TalkError):
    """The room has a password, and it is another one."""

    status, code = 403, "password"


class JoinConflict(TalkError):
    """This browser is in the room's call already, and the client did not insist."""

    status = 409

    def __init__(self, *, session_id: str, in_call: int, last_ping: int) -> None:
        super().__init__("this browser is in the call already")
        self._data = {"sessionId": session_id, "inCall": in_call, "lastPing": last_ping}

    @property
    def data(self) -> Any:
        return self._data


class ParticipantListHidden(TalkError):
    """Guests do not see who else belongs to a room."""

    status = 403


class NothingToExport(TalkError):
    """There is no call, nobody joined it, or the format is not CSV."""


class NoSession(TalkError):
    """The caller has not joined the room with this browser."""

    status = 404


class SessionStateUnknown(TalkError):
    """A session is active (1) or inactive (0)."""


class NotInCall(TalkError):
    """The session is not in the call, or asks to leave it by changing flags."""


class ConsentRequired(TalkError):
    """The caller has to agree to being recorded."""

    code = "consent"


class StartForbidden(Turned):
    """Nobody is in the call, and the caller may not start one."""

    status = 403


class NoCall(TalkError):
    """Nobody can be rung: there is no call, or the caller or the target is in or out of it."""

    code = "in-call"


class NotAUser(TalkError):
    """Only people with an account can be rung."""

    code = "actor-type"


class DoNotDisturb(TalkError):
    """The person does not want to be rung now."""

    code = "status"


class DialOutUnavailable(TalkError):
    """This site has no telephone line."""

    status, code = 501, "backend"
