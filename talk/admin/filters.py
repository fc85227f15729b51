"""Filters of the lists that no column answers: presence is decided when it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from talk.admin.presence import PRESENCE
from talk.models import Room, Session

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class ChoiceFilter(admin.SimpleListFilter):
    """A filter whose choices are questions to the model's queryset."""

    choices_of: ClassVar[dict[str, tuple[_StrPromise, Callable[[Any], QuerySet[Any]]]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, _StrPromise]]:
        return [(value, label) for value, (label, _question) in self.choices_of.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.choices_of.get(self.value() or "")
        return queryset if chosen is None else chosen[1](queryset)


class CallFilter(ChoiceFilter):
    """Rooms with or without a call now."""

    title = _("call")
    parameter_name = "call"
    choices_of = {
        "yes": (_("running now"), lambda rooms: rooms.in_call()),
        "no": (_("none"), lambda rooms: rooms.with_call_state().filter(live_call=False)),
    }


class LobbyFilter(ChoiceFilter):
    """Rooms with or without a closed lobby now, whatever their timers say later."""

    title = _("lobby")
    parameter_name = "lobby"
    choices_of = {
        "closed": (_("people wait"), lambda rooms: rooms.with_lobby()),
        "open": (
            _("open"),
            lambda rooms: rooms.exclude(pk__in=Room.objects.with_lobby().values("pk")),
        ),
    }


class PresenceFilter(ChoiceFilter):
    """Sessions by how long ago they were heard of."""

    title = _("presence")
    parameter_name = "presence"
    choices_of = {
        "fresh": (PRESENCE["fresh"], lambda sessions: sessions.fresh()),
        "silent": (
            PRESENCE["silent"],
            lambda sessions: sessions.alive().exclude(pk__in=Session.objects.fresh().values("pk")),
        ),
        "dead": (PRESENCE["dead"], lambda sessions: sessions.dead()),
    }


class InCallFilter(ChoiceFilter):
    """Sessions that are in a call now, or are not."""

    title = _("in the call")
    parameter_name = "in_call"
    choices_of = {
        "yes": (_("yes"), lambda sessions: sessions.alive().in_call()),
        "no": (
            _("no"),
            lambda sessions: sessions.exclude(
                pk__in=Session.objects.alive().in_call().values("pk")
            ),
        ),
    }
