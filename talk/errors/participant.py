"""Refusals of people: who cannot be added, removed, promoted, banned or named."""

from __future__ import annotations

from typing import Any

from talk.errors.refusal import TalkError


class WrongRoomTypeForPeople(TalkError):
    """People cannot be added to, or removed from, this kind of room."""

    code = "room-type"


class UnknownSource(TalkError):
    """Participants cannot be added from there."""

    code = "source"


class NewParticipantNotFound(TalkError):
    """The account to be added is unknown."""

    status, code = 404, "new-participant"


class GroupNotFound(NewParticipantNotFound):
    """The group to be added is unknown."""


class AccountNotFound(TalkError):
    """There is no such account, or none that the caller may know of."""

    status = 404


class InvalidAddress(TalkError):
    """No mail could be sent to this address."""

    code = "new-participant"


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


class OwnRoleUnchangeable(TalkError):
    """Nobody promotes or demotes themself."""

    status = 403


class RoleUnchangeable(TalkError):
    """Promoting a moderator, demoting somebody who is none, or changing an owner or group."""


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


class NotAGuest(TalkError):
    """Users have the name of their account."""

    status = 403


class ParticipantListHidden(TalkError):
    """Guests do not see who else belongs to a room."""

    status = 403
