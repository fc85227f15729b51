"""Addresses that are given to people: where Talk is, and the page of a room."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from talk.conf import settings

_PAGE = "call/"


def site_url(request: HttpRequest | None = None) -> str:
    """Where Talk is mounted, with a slash at its end.

    ``TALK_SITE_URL`` if it is set; else as the request came in, with whatever prefix the site
    put Talk under. Without either it is a path only, which no mail can carry.
    """
    if settings.TALK_SITE_URL:
        return settings.TALK_SITE_URL
    mount = reverse("talk:call-page", kwargs={"token": "mount"}).removesuffix(f"{_PAGE}mount")
    return mount if request is None else request.build_absolute_uri(mount)


def page(token: str, *, site_url: str) -> str:
    """The page of a room."""
    return f"{site_url}{_PAGE}{token}"
