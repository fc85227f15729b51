"""What a host includes: ``path("", include("talk.urls"))``."""

from __future__ import annotations

from django.urls import re_path

from talk.api.picture import UserPictureViewSet
from talk.api.status import status
from talk.api.urls import urlpatterns as api_urlpatterns
from talk.constants import TOKEN_PATTERN
from talk.views.room import RoomPage
from talk.views.rooms import RoomsPage
from talk.views.words import Words

app_name = "talk"

urlpatterns = [
    *api_urlpatterns,
    re_path(r"^status\.php\Z", status, name="status"),
    re_path(
        r"^(?:index\.php/)?avatar/(?P<user_id>[^/]+)/[0-9]{1,4}(?:/dark)?\Z",
        UserPictureViewSet.as_view({"get": "show"}),
        name="user-avatar",
    ),
    # Clients put index.php in front of pages unless they know better.
    re_path(
        rf"^index\.php/call/(?P<token>{TOKEN_PATTERN.pattern})/?\Z",
        RoomPage.as_view(),
        name="call-page-by-script",
    ),
    re_path(rf"^call/(?P<token>{TOKEN_PATTERN.pattern})/?\Z", RoomPage.as_view(), name="call-page"),
    re_path(r"^call/\Z", RoomsPage.as_view(), name="room-list"),
    # No token looks like a dash.
    re_path(r"^call/-/words/(?P<language>[\w@-]+)\.js\Z", Words.as_view(), name="words"),
]
