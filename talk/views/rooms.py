"""``/call/``: the visitor's rooms, and a form for another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from talk import embed, host
from talk.constants import RoomType
from talk.models import Attendee, Room
from talk.room_form import RoomForm

ROOMS_PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    """A room of the list, as the visitor sees it."""

    room: Room
    name: str
    url: str
    has_call: bool
    marks: list[str | Promise]


@method_decorator(never_cache, name="dispatch")
class RoomsPage(View):
    """Rooms in which the visitor has a seat: those with a call first, archived ones last.

    Works without JavaScript. Strangers are sent to ``LOGIN_URL``; accounts that may not use
    Talk hear 403. The template is ``talk/rooms.html``.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = embed.Visit.of(request).actor.user
        if user is None:
            return redirect_to_login(request.get_full_path())
        if not host.policy().may_use_talk(user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, RoomForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create a room and go there; or say what is wrong with what was asked for."""
        owner: Any = embed.Visit.of(request).actor.user
        if not host.policy().may_create_rooms(owner):
            raise PermissionDenied
        form = RoomForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        return redirect(embed.page_url(form.create(owner)))

    def _page(self, request: HttpRequest, form: RoomForm) -> HttpResponse:
        visit = embed.Visit.of(request)
        page = Paginator(_rooms_of(visit), ROOMS_PER_PAGE).get_page(request.GET.get("page"))
        user: Any = visit.actor.user
        rooms = embed.prepare(request, page)
        context = {
            "page": page,
            "rows": [_row(room, visit) for room in rooms],
            "form": form if host.policy().may_create_rooms(user) else None,
        }
        return render(request, "talk/rooms.html", context)


def _rooms_of(visit: embed.Visit) -> Any:
    seats = Attendee.objects.of_actor(visit.actor).filter(room=OuterRef("pk"))
    # The plugin of mypy does not see through with_call_state().
    rooms: Any = Room.objects.attended_by(visit.actor).with_call_state()
    return rooms.annotate(
        is_archived=Exists(seats.filter(is_archived=True)),
        is_favorite=Exists(seats.filter(is_favorite=True)),
    ).order_by("is_archived", "-live_call", "-is_favorite", "-last_activity", "token")


def _row(room: Room, visit: embed.Visit) -> Row:
    return Row(
        room=room,
        name=visit.name_of(room),
        url=embed.page_url(room),
        has_call=visit.sees_call(room),
        marks=_marks(room, visit.seats[room.pk]),
    )


def _marks(room: Room, seat: Attendee) -> list[str | Promise]:
    applicable: list[tuple[bool, str | Promise]] = [
        (room.type == RoomType.PUBLIC, RoomType.PUBLIC.label),
        (room.has_lobby, _("lobby")),
        (room.read_only, _("read-only")),
        (room.has_password, _("password")),
        (seat.is_favorite, _("favourite")),
        (seat.is_archived, _("archived")),
    ]
    return [word for applies, word in applicable if applies]
