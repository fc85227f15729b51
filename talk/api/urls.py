"""Paths of the OCS API, below ``/ocs/v1.php`` and ``/ocs/v2.php`` alike."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path

from talk.api.call import CallNotificationViewSet, CallViewSet
from talk.api.capabilities import CapabilitiesViewSet, UserViewSet
from talk.api.envelope import UnknownRoute
from talk.api.participant import AttendeesViewSet, ParticipantsViewSet
from talk.api.room import RoomsViewSet, RoomViewSet
from talk.constants import TOKEN_PATTERN

ENTRY = r"^ocs/v(?P<ocs_version>[12])\.php/"
TALK = ENTRY + r"apps/spreed/api/v4/"
TOKEN = rf"(?P<token>{TOKEN_PATTERN.pattern})"
ROOM = rf"{TALK}room/{TOKEN}"
CALL = rf"{TALK}call/{TOKEN}"


def route(path: str, viewset: Any, name: str, **actions: str) -> URLPattern:
    """``path`` answers the HTTP methods named in ``actions`` with those actions."""
    pattern: URLPattern = re_path(rf"{path}\Z", viewset.as_view(actions), name=name)
    return pattern


urlpatterns = [
    route(CALL, CallViewSet, "call",
          get="peers", post="join", put="change_flags", delete="leave"),
    route(rf"{CALL}/ring/(?P<attendee_id>[^/]+)", CallViewSet, "ring", post="ring"),
    route(rf"{CALL}/dialout/(?P<attendee_id>[^/]+)", CallViewSet, "dial-out", post="dial_out"),
    route(f"{CALL}/download", CallViewSet, "call-download", get="download"),
    route(f"{CALL}/federation", CallViewSet, "call-federation",
          post="federation", put="federation", delete="federation"),
    route(f"{CALL}/notification-state", CallNotificationViewSet, "notification-state",
          get="retrieve"),
    route(f"{TALK}room", RoomsViewSet, "rooms", get="list", post="create"),
    route(f"{TALK}listed-room", RoomsViewSet, "listed-rooms", get="listed"),
    route(ROOM, RoomViewSet, "room", get="retrieve", put="rename", delete="destroy"),
    route(f"{ROOM}/description", RoomViewSet, "room-description", put="describe"),
    route(f"{ROOM}/password", RoomViewSet, "room-password", put="set_password"),
    route(f"{ROOM}/read-only", RoomViewSet, "room-read-only", put="set_read_only"),
    route(f"{ROOM}/listable", RoomViewSet, "room-listable", put="set_listable"),
    route(f"{ROOM}/webinar/lobby", RoomViewSet, "lobby", put="set_lobby"),
    route(f"{ROOM}/participants", ParticipantsViewSet, "participants", get="list", post="add"),
    route(f"{ROOM}/participants/self", ParticipantsViewSet, "participants-self",
          delete="leave_for_good"),
    route(f"{ROOM}/participants/active", ParticipantsViewSet, "participants-active",
          post="enter", delete="leave"),
    route(f"{ROOM}/participants/state", ParticipantsViewSet, "participants-state",
          put="set_state"),
    route(f"{ROOM}/attendees", AttendeesViewSet, "attendees", delete="remove"),
    route(f"{ROOM}/moderators", AttendeesViewSet, "moderators", post="promote", delete="demote"),
    route(rf"{ENTRY}cloud/capabilities", CapabilitiesViewSet, "capabilities", get="retrieve"),
    route(rf"{ENTRY}cloud/user", UserViewSet, "cloud-user", get="retrieve"),
    re_path(r"^ocs/v(?P<ocs_version>[12])\.php(?:/[\s\S]*)?\Z",
            UnknownRoute.as_view({"get": "answer"}), name="unknown-route"),
]  # fmt: skip
