"""The pages: one per room, at ``/call/<token>``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from talk import embed, invitation, lobby, peers
from talk import name as naming
from talk.actor import Actor, new_holder, remember_holder
from talk.constants import RoomType
from talk.models import Room
from talk.models.participant import Participant


# Public rooms are for guests, also on a site that wants a login everywhere else.
@method_decorator(login_not_required, name="dispatch")
class RoomPage(View):
    """The call of a room, for whoever may know of it; without JavaScript, what is going on there.

    404 for everybody else, as for a token that nobody has. The templates are ``talk/room.html``
    and ``talk/no_room.html``; a site that has its own extends or replaces them.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        actor = Actor.of(request)
        access = request.GET.get("access")
        if access and (actor.user is not None or self._open_invitation(request, token, actor)):
            # On to the page's own address, which others may see.
            return redirect(request.path)
        participant = Participant.find(token, actor)
        if participant is None or not self._is_visible(participant, actor):
            return self._no_room(request, actor)
        context = {
            **self._context(participant, actor),
            "call": embed.call_element(request, participant.room),
            "invitation_is_void": bool(access),
        }
        return render(request, "talk/room.html", context)

    @staticmethod
    def _no_room(request: HttpRequest, actor: Actor) -> HttpResponse:
        login = embed.login_url() if actor.is_guest else ""
        return render(request, "talk/no_room.html", {"login": login}, status=404)

    @staticmethod
    def _open_invitation(request: HttpRequest, token: str, actor: Actor) -> bool:
        """Know this browser as the e-mail guest whose link it opens; users stay who they are."""
        room = Room.objects.filter(token=token).first()
        holder = actor.holder or new_holder()
        if room is None or not invitation.open_with(room, request.GET["access"], holder):
            return False
        remember_holder(request.session, holder)
        return True

    @staticmethod
    def _is_visible(participant: Participant, actor: Actor) -> bool:
        room = participant.room
        return (
            participant.attendee is not None
            or room.type == RoomType.PUBLIC
            or room.is_listed_for(actor)
        )

    @staticmethod
    def _context(participant: Participant, actor: Actor) -> dict[str, Any]:
        """Who is in the call is told only to those who could join it now."""
        room, attendee = participant.room, participant.attendee
        attended = [room.pk] if attendee is not None else []
        admitted = attendee is not None and lobby.admits(room, attendee)
        sees_call = admitted and room.takes_calls
        people = {row[:2]: row[2] for row in peers.in_call(room)} if sees_call else {}
        return {
            "room": room,
            "name": naming.for_actor([room], actor, attended=attended)[room.pk],
            "attendee": attendee,
            "waits": attendee is not None and not admitted,
            "has_call": room.has_call and (admitted or not room.has_lobby),
            "people": list(people.values()),
        }
