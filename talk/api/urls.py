"""Paths of the OCS API, below ``/ocs/v1.php`` and ``/ocs/v2.php`` alike."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import URLPattern, re_path

from talk.api.ban import BanViewSet, GuestViewSet
from talk.api.call import CallNotificationViewSet, CallViewSet
from talk.api.capabilities import CapabilitiesViewSet, UserViewSet
from talk.api.chat import ChatViewSet
from talk.api.directory import DirectoryViewSet, GroupsViewSet
from talk.api.envelope import UnknownRoute
from talk.api.invitation import InvitationsViewSet
from talk.api.notification import NotificationViewSet
from talk.api.participant import AttendeesViewSet, ParticipantsViewSet
from talk.api.permission import PermissionsViewSet
from talk.api.picture import RoomPictureViewSet
from talk.api.preference import (
    ArchiveViewSet,
    FavoriteViewSet,
    ImportantViewSet,
    LevelViewSet,
    SensitiveViewSet,
)
from talk.api.room import RoomsViewSet, RoomViewSet
from talk.api.signaling import SignalingViewSet
from talk.api.signaling_backend import SignalingBackendViewSet
from talk.api.signaling_settings import SignalingSettingsViewSet
from talk.constants import TOKEN_PATTERN

ENTRY = r"^ocs/v(?P<ocs_version>[12])\.php/"
TALK = ENTRY + r"apps/spreed/api/v4/"
TALK_V1 = ENTRY + r"apps/spreed/api/v1/"
TALK_V3 = ENTRY + r"apps/spreed/api/v3/"
NOTES = ENTRY + r"apps/notifications/api/v2/notifications"
TOKEN = rf"(?P<token>{TOKEN_PATTERN.pattern})"
ROOM = rf"{TALK}room/{TOKEN}"
CALL = rf"{TALK}call/{TOKEN}"


def route(path: str, viewset: Any, name: str, **actions: str) -> URLPattern:
    """``path`` answers the HTTP methods named in ``actions`` with those actions."""
    view = viewset.as_view(actions)
    if viewset.waits:
        # A wait inside a transaction would keep it open.
        view = transaction.non_atomic_requests(view)
    pattern: URLPattern = re_path(rf"{path}\Z", view, name=name)
    return pattern


urlpatterns = [
    # First what is asked most: Django tries one after the other.
    route(f"{TALK_V3}signaling/settings", SignalingSettingsViewSet, "signaling-settings",
          get="retrieve"),
    # Old servers take the version from the address that the client named.
    route(rf"{ENTRY}apps/spreed/api/v[123]/signaling/backend", SignalingBackendViewSet,
          "signaling-backend", post="answer"),
    route(rf"{TALK_V3}signaling/{TOKEN}", SignalingViewSet, "signaling", get="pull", post="post"),
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
    route(f"{ROOM}/public", RoomViewSet, "room-public",
          post="allow_guests", delete="disallow_guests"),
    route(f"{ROOM}/mention-permissions", RoomViewSet, "room-mention-permissions",
          put="set_mention_permissions"),
    route(f"{ROOM}/message-expiration", RoomViewSet, "room-message-expiration",
          post="set_message_expiration"),
    route(f"{ROOM}/recording-consent", RoomViewSet, "room-recording-consent",
          put="set_recording_consent"),
    route(f"{ROOM}/webinar/sip", RoomViewSet, "room-sip", put="set_sip"),
    route(f"{ROOM}/object", RoomViewSet, "room-object", delete="unbind"),
    route(f"{ROOM}/capabilities", RoomViewSet, "room-capabilities", get="capabilities"),
    route(f"{ROOM}/favorite", FavoriteViewSet, "favorite", post="turn_on", delete="turn_off"),
    route(f"{ROOM}/archive", ArchiveViewSet, "archive", post="turn_on", delete="turn_off"),
    route(f"{ROOM}/important", ImportantViewSet, "important", post="turn_on", delete="turn_off"),
    route(f"{ROOM}/sensitive", SensitiveViewSet, "sensitive", post="turn_on", delete="turn_off"),
    route(f"{ROOM}/notify", LevelViewSet, "notify", post="notify"),
    route(f"{ROOM}/notify-calls", LevelViewSet, "notify-calls", post="notify_calls"),
    route(f"{ROOM}/attendees/permissions", PermissionsViewSet, "attendee-permissions",
          put="change"),
    route(f"{ROOM}/attendees/permissions/all", PermissionsViewSet, "all-permissions",
          put="change_all"),
    route(f"{ROOM}/permissions/default", PermissionsViewSet, "default-permissions",
          put="set_default"),
    route(f"{ROOM}/permissions/call", PermissionsViewSet, "call-permissions",
          put="set_for_call"),
    route(f"{ROOM}/participants", ParticipantsViewSet, "participants", get="list", post="add"),
    route(f"{ROOM}/participants/resend-invitations", InvitationsViewSet,
          "resend-invitations", post="resend"),
    route(f"{ROOM}/participants/self", ParticipantsViewSet, "participants-self",
          delete="leave_for_good"),
    route(f"{ROOM}/participants/active", ParticipantsViewSet, "participants-active",
          post="enter", delete="leave"),
    route(f"{ROOM}/participants/state", ParticipantsViewSet, "participants-state",
          put="set_state"),
    route(f"{ROOM}/attendees", AttendeesViewSet, "attendees", delete="remove"),
    route(f"{ROOM}/moderators", AttendeesViewSet, "moderators", post="promote", delete="demote"),
    route(rf"{TALK_V1}ban/{TOKEN}", BanViewSet, "bans", get="list", post="create"),
    route(rf"{TALK_V1}ban/{TOKEN}/(?P<ban_id>[0-9]{{1,18}})", BanViewSet, "ban",
          delete="destroy"),
    route(rf"{TALK_V1}chat/{TOKEN}", ChatViewSet, "chat", get="history", post="send"),
    route(rf"{TALK_V1}chat/{TOKEN}/mentions", ChatViewSet, "chat-mentions", get="mentions"),
    route(rf"{TALK_V1}guest/{TOKEN}/name", GuestViewSet, "guest-name", post="rename"),
    route(NOTES, NotificationViewSet, "notifications", get="list", delete="clear"),
    route(f"{NOTES}/exists", NotificationViewSet, "notifications-exist", post="exists"),
    route(rf"{NOTES}/(?P<notification_id>[0-9]{{1,18}})", NotificationViewSet, "notification",
          get="retrieve", delete="destroy"),
    route(rf"{ENTRY}cloud/capabilities", CapabilitiesViewSet, "capabilities", get="retrieve"),
    route(rf"{ENTRY}cloud/users/(?P<user_id>[^/]+)/groups", GroupsViewSet, "user-groups",
          get="list"),
    route(rf"{ENTRY}core/autocomplete/get", DirectoryViewSet, "directory", get="search"),
    route(rf"{TALK_V1}room/{TOKEN}/avatar", RoomPictureViewSet, "room-avatar", get="show"),
    route(rf"{TALK_V1}room/{TOKEN}/avatar/dark", RoomPictureViewSet, "room-avatar-dark",
          get="show_dark"),
    route(rf"{ENTRY}cloud/user", UserViewSet, "cloud-user", get="retrieve"),
    re_path(r"^ocs/v(?P<ocs_version>[12])\.php(?:/[\s\S]*)?\Z",
            UnknownRoute.as_view({"get": "answer"}), name="unknown-route"),
]  # fmt: skip
