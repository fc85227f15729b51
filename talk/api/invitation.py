"""Invitations of e-mail guests, mailed again (participants.md §10)."""

from __future__ import annotations

from rest_framework.request import Request

from talk import errors, invitation, link
from talk.api.answers import answers
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Integer, Parameters
from talk.api.participant import find_target
from talk.api.permissions import IsModerator, IsParticipant, NotBanned


class ResendBody(Parameters):
    attendeeId = Integer(default=None, allow_null=True)


class InvitationsViewSet(InRoomViewSet):
    """``/room/{token}/participants/resend-invitations``."""

    rules = {"resend": [IsParticipant, NotBanned, IsModerator]}

    @answers(takes=ResendBody, refuses=[errors.AttendeeNotFound])
    def resend(self, request: Request, token: str) -> Answer:
        """Mail the invitation again to one e-mail guest, or to all; others get none."""
        pk, attendee = ResendBody.of(request)["attendeeId"], None
        if pk is not None:
            attendee = find_target(self.room, pk, errors.AttendeeNotFound)
        site_url = link.site_url(request._request)
        invitation.resend(self.room, attendee, by=self.attendee, site_url=site_url)
        return Answer()
