"""Pictures of rooms and of people (clients.md §9). No envelope: they are shown as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from rest_framework.request import Request

from talk import avatar, errors, host
from talk.api.answers import answers
from talk.api.envelope import OCSViewSet
from talk.api.in_room import InRoomViewSet
from talk.api.permissions import RoomVisible

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

SVG = "image/svg+xml"
FOR_A_DAY = "private, max-age=86400"


class RoomPictureViewSet(InRoomViewSet):
    """``/room/{token}/avatar``, for whoever may see the room."""

    rules = {"show": [RoomVisible], "show_dark": [RoomVisible]}
    public = frozenset(rules)
    without_csrf = frozenset(rules)

    @answers(file=SVG)
    def show(self, request: Request, token: str) -> HttpResponse:
        """The room's emoji, or a sign for its kind; of a one-to-one, the other person."""
        return self._drawn(dark=False)

    @answers(file=SVG)
    def show_dark(self, request: Request, token: str) -> HttpResponse:
        """The same on a dark ground."""
        return self._drawn(dark=True)

    def _drawn(self, *, dark: bool) -> HttpResponse:
        peer = host.find_user(self.room.peer_of(self.actor.user_id))
        if peer is not None:
            return _of_user(peer)
        return _picture(avatar.of_room(self.room, dark=dark))


class UserPictureViewSet(OCSViewSet):
    """``/avatar/{user}/{size}``: for accounts, so that nobody else learns who has one."""

    public = frozenset({"show"})
    without_csrf = public
    part_of_talk = False

    @answers(file=SVG, refuses=[errors.AccountNotFound])
    def show(self, request: Request, user_id: str) -> HttpResponse:
        """What the site's policy says, or else initials; drawn, so every size is right."""
        user = host.find_user(user_id) if self.actor.user is not None else None
        if user is None:
            return HttpResponse(status=404)
        return _of_user(user)


def _of_user(user: AbstractBaseUser) -> HttpResponse:
    policy = host.policy()
    elsewhere = policy.avatar_url(user)
    if elsewhere:
        return HttpResponseRedirect(elsewhere, headers={"Cache-Control": FOR_A_DAY})
    return _picture(avatar.of_person(user.get_username(), policy.display_name(user)))


def _picture(svg: str) -> HttpResponse:
    return HttpResponse(
        svg,
        content_type=SVG,
        headers={
            "Cache-Control": FOR_A_DAY,
            # A picture, also for those who open it by itself.
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
