"""What a host includes: ``path("", include("talk.urls"))``."""

from __future__ import annotations

from django.urls import re_path

from talk.api.urls import urlpatterns as api_urlpatterns
from talk.constants import TOKEN_PATTERN
from talk.views.room import RoomPage
from talk.views.rooms import RoomsPage
from talk.views.words import Words

app_name = "talk"

urlpatterns = [
    *api_urlpatterns,
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
