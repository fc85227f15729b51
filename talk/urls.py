"""What a host includes: ``path("", include("talk.urls"))``."""

from talk.api.urls import urlpatterns

app_name = "talk"

__all__ = ["app_name", "urlpatterns"]
