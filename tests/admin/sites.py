"""URLs of sites with and without a page for each call."""

from django.contrib import admin
from django.urls import include, path


def call_page(request, token):
    """Stands for the page of a call."""


class SiteWithCallPage:
    """URLs of a site whose rooms have a page each."""

    urlpatterns = [
        path("admin/", admin.site.urls),
        path("", include(([path("call/<token>", call_page, name="call-page")], "talk"))),
    ]


class SiteWithoutCallPage:
    """URLs of a site that has its own client."""

    urlpatterns = [path("admin/", admin.site.urls)]
