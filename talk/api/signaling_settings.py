"""What a client needs to know before it can meet others (signaling.md §1)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from talk import errors, host, throttle
from talk.api.answers import answers
from talk.api.envelope import Answer, OCSViewSet
from talk.api.parameters import Parameters, Text
from talk.api.permissions import RoomVisible, participant_of
from talk.api.shapes.signaling import SIGNALING_SETTINGS
from talk.conf import settings
from talk.constants import TOKEN_PATTERN, Guess
from talk.models import Room
from talk.signaling import ice, mode, ticket, token


class SettingsQuery(Parameters):
    token = Text(default="")


class SignalingSettingsViewSet(OCSViewSet):
    """``/signaling/settings``: mode, servers and credentials."""

    public = frozenset({"retrieve"})

    @answers(
        SIGNALING_SETTINGS,
        takes=SettingsQuery,
        refuses=[errors.RecordingRequestForged, errors.SignalingRoomNotFound, errors.Throttled],
    )
    def retrieve(self, request: Request) -> Answer:
        """Of the room with ``token``; without one, what holds for rooms in general."""
        if {"Talk-Recording-Random", "Talk-Recording-Checksum"} & request.headers.keys():
            # There is no recording server, and so nobody who could know its secret.
            raise errors.RecordingRequestForged
        wanted = SettingsQuery.of(request)["token"]
        room = self._visible_room(request, wanted) if wanted else None
        return Answer(self._settings(request, room))

    def _visible_room(self, request: Request, wanted: str) -> Room:
        """The room, if the caller may see it; wrong tokens are counted."""
        self.kwargs["token"] = wanted  # where the rules look for it
        found = participant_of(request, self)
        if found is None or found.attendee is None:
            throttle.refuse_if_spent(Guess.TOKEN, self.actor.address)
        if found is None or not RoomVisible().has_permission(request, self):
            # What no room could be called is one room that nobody gets right.
            guessed = wanted if TOKEN_PATTERN.fullmatch(wanted) else "-"
            throttle.count(Guess.TOKEN, self.actor.address, guessed)
            raise errors.SignalingRoomNotFound
        return found.room

    def _settings(self, request: Request, room: Room | None) -> dict[str, Any]:
        user, user_id = self.actor.user, self.actor.user_id
        name = "" if user is None else host.policy().display_name(user)
        shown = user_id or None
        card = ticket.issue(user_id)
        way = mode.configured_mode() if room is None else mode.mode_of(room)
        server = mode.server_for(room, way)
        return {
            "signalingMode": str(way),
            "userId": shown,
            "hideWarning": server is not None or settings.TALK_HIDE_SIGNALING_WARNING,
            "server": "" if server is None else server.url,
            "ticket": card,
            "helloAuthParams": {
                "1.0": {"userid": shown, "ticket": card},
                "2.0": {"token": token.issue(user_id, name, site_url=site_url(request))},
            },
            "federation": None,
            "stunservers": ice.stun_servers(),
            "turnservers": ice.turn_servers(),
            "sipDialinInfo": "",
        }


def site_url(request: Request) -> str:
    """The site's address up to where Talk is mounted, as configured or as the request says."""
    here = reverse("talk:signaling-settings", kwargs={"ocs_version": 2})
    return settings.TALK_SITE_URL or request.build_absolute_uri(here.partition("ocs/v2.php")[0])
