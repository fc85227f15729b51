"""URLs of the demo host site."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path

from project.views import Home

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
    path("", include("talk.urls")),
]
if apps.is_installed("drf_spectacular"):
    urlpatterns.append(path("api/", include("talk.openapi.urls")))
