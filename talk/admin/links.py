"""Ways from one page of the admin to another, and out to the call."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from talk.models import Room


def call_url(token: str) -> str:
    """Where the room's call takes place on this site; empty on a site without that page."""
    try:
        return reverse("talk:call-page", kwargs={"token": token})
    except NoReverseMatch:
        return ""


def link_to_call(token: str) -> str:
    """The link, with a button to copy it where scripts run."""
    url = call_url(token)
    return format_html(
        '<a href="{}" id="talk-call-link">{}</a> <button type="button" class="button talk-copy" '
        'data-talk-copy="talk-call-link" data-talk-copied="{}" hidden>{}</button>',
        url,
        url,
        gettext("Copied"),
        gettext("Copy the link"),
    )


def link_to_all(site: AdminSite, model: type[Model], room: Room, count: int) -> str:
    """How many of a room's rows there are, and the way to their list."""
    name = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist"
    url = f"{reverse(name)}?room__id__exact={room.pk}"
    return format_html('{} · <a href="{}">{}</a>', count, url, gettext("see all of them"))
