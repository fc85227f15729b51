"""One class per rule about the caller: who may. For our own views and for a host's.

On a host's own DRF view the room's token is taken from the URL keyword ``token`` (or from the
one that the view names in ``room_url_kwarg``), and a broken rule answers 403::

    from talk.api.permissions import IsParticipant, LobbyPassed

    class Minutes(APIView):
        permission_classes = [IsParticipant, LobbyPassed]

        def get(self, request, token):
            room = participant_of(request, self).room
            …

Rules combine with ``&``, ``|`` and ``~``. Each names its ``refusal``: with
:class:`RefusesAsTalk` a host's view answers with Talk's own status (404, 412 …) instead of 403.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from talk import ban, errors, lobby, ringing
from talk.api.envelope import OCSViewSet, actor_of
from talk.conf import settings
from talk.constants import Permission, RoomType, StartCalls
from talk.models.participant import Participant


def participant_of(request: Request, view: Any) -> Participant | None:
    """Who the caller is in the room that the view is about; looked up once per view.

    None when there is no such room. Costs one query.
    """
    if not hasattr(view, "_talk_participant"):
        token = view.kwargs[getattr(view, "room_url_kwarg", "token")]
        actor = view.actor if isinstance(view, OCSViewSet) else actor_of(request)
        look_up = getattr(view, "_talk_look_up", Participant.find)
        view._talk_participant = look_up(token, actor)
    found: Participant | None = view._talk_participant
    return found


class TalkRule(BasePermission):
    """A question about the caller, and the refusal that a "no" stands for."""

    refusal: ClassVar[type[errors.TalkError]]

    def has_permission(self, request: Request, view: APIView) -> bool:
        participant = participant_of(request, view)
        return participant is not None and self.allows(participant, request)

    def allows(self, participant: Participant, request: Request) -> bool:
        raise NotImplementedError


class CallsEnabled(BasePermission):
    """The site has not switched calls off (``TALK_START_CALLS = 3``)."""

    refusal = errors.CallsDisabled

    def has_permission(self, request: Request, view: APIView) -> bool:
        return settings.TALK_START_CALLS != StartCalls.NOBODY


class RoomVisible(TalkRule):
    """The room is public, or the caller has a seat in it, or it is listed for the caller."""

    refusal = errors.RoomNotFound

    def allows(self, participant: Participant, request: Request) -> bool:
        return (
            participant.attendee is not None
            or participant.room.type == RoomType.PUBLIC
            or participant.room.is_listed_for(actor_of(request))
        )


class IsParticipant(TalkRule):
    """The caller has a seat in the room; guests, a session in this browser.

    ``permission_classes = [IsParticipant]``: only people of the room.
    """

    refusal = errors.ParticipantNotFound

    def allows(self, participant: Participant, request: Request) -> bool:
        return participant.attendee is not None


class NotBanned(TalkRule):
    """Neither the guest nor their address was banned from the room.

    Users who are banned have no seat, so :class:`IsParticipant` has turned them away.
    """

    refusal = errors.Banned

    def allows(self, participant: Participant, request: Request) -> bool:
        return not ban.excludes(participant.room, actor_of(request), participant.attendee)


class IsModerator(TalkRule):
    """The caller is an owner, a moderator, or a guest with moderator permissions.

    ``permission_classes = [IsParticipant, IsModerator]``: to run the room.
    """

    refusal = errors.ModeratorRequired

    def allows(self, participant: Participant, request: Request) -> bool:
        return participant.attendee is not None and participant.attendee.is_moderator


class RoomWritable(TalkRule):
    """The room takes calls: it is neither read-only nor the changelog.

    ``permission_classes = [IsParticipant, RoomWritable]``: before anything that adds to a room.
    """

    refusal = errors.RoomReadOnly

    def allows(self, participant: Participant, request: Request) -> bool:
        return participant.room.takes_calls


class LobbyPassed(TalkRule):
    """There is no lobby, or the caller does not have to wait in it.

    ``permission_classes = [IsParticipant, LobbyPassed]``: for whatever is behind the lobby.
    """

    refusal = errors.LobbyActive

    def allows(self, participant: Participant, request: Request) -> bool:
        return participant.attendee is not None and lobby.admits(
            participant.room, participant.attendee
        )


class MayRing(TalkRule):
    """The caller may ring others, by ``TALK_RING_RULE``."""

    refusal = errors.PermissionMissing

    def allows(self, participant: Participant, request: Request) -> bool:
        return participant.attendee is not None and ringing.may_ring(
            participant.room, participant.attendee
        )


class HoldsPermission(TalkRule):
    """The caller's effective permissions contain a bit; see :func:`holds`."""

    refusal = errors.PermissionMissing
    permission: ClassVar[Permission]

    def allows(self, participant: Participant, request: Request) -> bool:
        return participant.attendee is not None and bool(
            participant.attendee.effective_permissions(participant.room) & self.permission
        )


def holds(permission: Permission) -> type[HoldsPermission]:
    """A rule that the caller's effective permissions contain this bit.

    ``permission_classes = [IsParticipant, holds(Permission.CALL_START)]``: may start calls.
    """
    return type(f"Holds{permission.name}", (HoldsPermission,), {"permission": permission})


class RefusesAsTalk:
    """Mixin for a host's own view: broken rules answer with Talk's status and reason."""

    def check_permissions(self, request: Request) -> None:
        for permission in self.get_permissions():  # type: ignore[attr-defined]  # of the view that is mixed into
            if not permission.has_permission(request, self):
                refusal = getattr(permission, "refusal", errors.PermissionMissing)()
                answer = APIException(detail=refusal.code or type(refusal).__doc__)
                answer.status_code = refusal.status
                raise answer
