"""Permissions of attendees and of rooms (participants.md §9)."""

from __future__ import annotations

from rest_framework.request import Request

from talk import errors, permission
from talk.api.answers import answers
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Integer, Parameters, Text
from talk.api.participant import find_target, participant_entry
from talk.api.permissions import IsModerator, IsParticipant, NotBanned
from talk.api.room_object import room_object
from talk.api.shapes.participant import PARTICIPANTS
from talk.api.shapes.room import ROOM
from talk.constants import MAX_CUSTOM_PERMISSIONS, PermissionMethod


class ChangeBody(Parameters):
    permissions = Integer(min_value=0, max_value=MAX_CUSTOM_PERMISSIONS)
    attendeeId = Integer(min_value=0)
    method = Text()


class DefaultBody(Parameters):
    permissions = Integer(min_value=0, max_value=MAX_CUSTOM_PERMISSIONS)


class PermissionsViewSet(InRoomViewSet):
    """``/attendees/permissions`` and ``/permissions/{mode}``."""

    rules = {
        "change": [IsParticipant, NotBanned, IsModerator],
        "change_all": [IsParticipant, NotBanned, IsModerator],
        "set_default": [IsParticipant, NotBanned, IsModerator],
        "set_for_call": [IsParticipant, NotBanned, IsModerator],
    }
    public = frozenset(rules)

    @answers(
        PARTICIPANTS,
        takes=ChangeBody,
        refuses=[
            errors.AttendeeToRemoveNotFound,
            errors.WrongRoomTypeForPeople,
            errors.ModeratorPermissions,
            errors.WrongActorType,
            errors.InvalidValue("value"),
        ],
    )
    def change(self, request: Request, token: str) -> Answer:
        """Set, add or remove permissions of one attendee; answers a list with that one."""
        body = ChangeBody.of(request)
        attendee = find_target(self.room, body["attendeeId"], errors.AttendeeToRemoveNotFound)
        permission.require_changeable(self.room, attendee)
        if body["method"] not in PermissionMethod.values:
            raise errors.InvalidValue("method")
        permission.change(attendee, PermissionMethod(body["method"]), body["permissions"])
        return Answer([participant_entry(attendee.pk, self.participant)])

    @answers(never_succeeds=True, refuses=[errors.NothingToChange])
    def change_all(self, request: Request, token: str) -> Answer:
        """Gone since Talk 20: changes nothing, and says so."""
        raise errors.NothingToChange

    @answers(ROOM, takes=DefaultBody, refuses=[errors.WrongRoomType])
    def set_default(self, request: Request, token: str) -> Answer:
        """Replace the room's default permissions; everybody's own go."""
        permission.set_default(self.room, DefaultBody.of(request)["permissions"])
        return Answer(room_object(self.find_again(), self.actor))

    @answers(never_succeeds=True, takes=DefaultBody, refuses=[errors.InvalidValue("mode")])
    def set_for_call(self, request: Request, token: str) -> Answer:
        """Permissions for one call are gone since Talk 20."""
        DefaultBody.of(request)
        raise errors.InvalidValue("mode")
