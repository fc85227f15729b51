"""What every endpoint of one room shares: the room, the caller in it, and the order of rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.request import Request

from talk import errors
from talk.actor import Actor
from talk.api.envelope import OCSViewSet
from talk.api.permissions import participant_of
from talk.models import Attendee, Room, Session
from talk.models.participant import Participant


class InRoomViewSet(OCSViewSet):
    """Endpoints below ``/{token}``. ``rules`` says, per action, who may, in order of refusal."""

    rules: ClassVar[dict[str, list[Any]]]
    glances: ClassVar[frozenset[str]] = frozenset()
    """Actions that need nothing of room and caller but what decides whether they may."""

    @property
    def _talk_look_up(self) -> Callable[[str, Actor], Participant | None]:
        return Participant.glance if self.action in self.glances else Participant.find

    def get_permissions(self) -> list[Any]:
        return [rule() for rule in self.rules[self.action]]

    def check_permissions(self, request: Request) -> None:
        """As in DRF, but a broken rule answers with its own error, not always 403."""
        for permission in self.get_permissions():
            if not permission.has_permission(request, self):
                raise permission.refusal

    @property
    def participant(self) -> Participant:
        """The caller in this room, as of the beginning of the request."""
        found = participant_of(self.request, self)
        if found is None:
            raise errors.RoomNotFound
        return found

    def find_again(self) -> Participant:
        """The caller in this room as of now, after an operation."""
        del self._talk_participant
        return self.participant

    @property
    def room(self) -> Room:
        return self.participant.room

    @property
    def attendee(self) -> Attendee:
        """The caller's seat; the rule ``IsParticipant`` has made sure that there is one."""
        attendee = self.participant.attendee
        if attendee is None:
            raise errors.ParticipantNotFound
        return attendee

    @property
    def session(self) -> Session:
        """The session of this browser.

        :raises NoSession: the caller has a seat, but has not joined with this browser.
        """
        if self.participant.session is None:
            raise errors.NoSession
        return self.participant.session

    _talk_participant: Participant | None
