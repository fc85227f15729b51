"""What the elements need to know that talk puts into pages of the host (docs/embedding.md).

Plain functions behind ``{% load talk %}``'s tags. Each is given the request of the page, or None
where a page is made without one (an error page, an e-mail): then it is a stranger who looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from talk import host, lobby
from talk import name as naming
from talk.actor import Actor
from talk.conf import settings
from talk.constants import RoomType
from talk.models import Attendee, Room

if TYPE_CHECKING:
    from django.http import HttpRequest

_VISIT = "_talk_visit"
API_VERSION = 2


class Visit:
    """Who looks at a page, asked once however many elements the page has."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.names: dict[int, str] = {}

    @classmethod
    def of(cls, request: HttpRequest | None) -> Visit:
        """The visit that this request is; kept with it."""
        if request is None:
            return cls(Actor(user=None))
        known = getattr(request, _VISIT, None)
        if not isinstance(known, cls):
            known = cls(Actor.of(request))
            setattr(request, _VISIT, known)
        return known

    @cached_property
    def seats(self) -> Mapping[int, Attendee]:
        """The user's seats by room. One query; none for guests, whom pages do not know."""
        if self.actor.is_guest:
            return {}
        mine = Attendee.objects.of_actor(self.actor)
        return {seat.room_id: seat for seat in mine}

    @cached_property
    def may_use_talk(self) -> bool:
        """Whether there is anything to be seen at all; guests may look at public rooms."""
        user = self.actor.user
        return user is None or host.policy().may_use_talk(user)

    def sees(self, room: Room) -> bool:
        """Whether the visitor may know of the room, by the rule of its page."""
        return self.may_use_talk and (
            room.type == RoomType.PUBLIC or room.pk in self.seats or room.is_listed_for(self.actor)
        )

    def sees_call(self, room: Room) -> bool:
        """Whether there is a call that the visitor may know of: not from in front of a lobby."""
        seat = self.seats.get(room.pk)
        admitted = not room.has_lobby or (seat is not None and lobby.admits(room, seat))
        return admitted and room.takes_calls and room.has_call

    def learn_names(self, rooms: Sequence[Room]) -> None:
        """Ask for the names of many rooms at once. Two queries at most."""
        new = [room for room in rooms if room.pk not in self.names]
        self.names.update(naming.for_actor(new, self.actor, attended=self.seats))

    def name_of(self, room: Room) -> str:
        """What the room is called for the visitor. Unless learned before, a query where that
        depends on people."""
        self.learn_names([room])
        return self.names[room.pk] or room.token


def prepare(request: HttpRequest | None, rooms: Iterable[Room]) -> list[Room]:
    """Rooms for a page that shows many: its tags need no further queries for them.

    Give it rooms from ``with_call_state()``, and the same request that the page is made for.
    """
    found = list(rooms)
    Visit.of(request).learn_names(found)
    return found


def call_element(request: HttpRequest | None, room: Room | str | None) -> dict[str, Any]:
    """What ``<talk-call>`` is told; ``room`` is missing for who may not see it.

    ``attributes`` are those of the element, with their names in HTML.
    """
    visit = Visit.of(request)
    found = _visible(visit, room)
    if found is None:
        return {}
    user = visit.actor.user
    return {
        "room": found,
        "words": words_url(),
        "attributes": {
            "token": found.token,
            "api": api_url(),
            "page": page_url(found),
            "rooms": reverse("talk:room-list"),
            "login": login_url(),
            "user-id": visit.actor.user_id,
            "user-name": host.policy().display_name(user) if user is not None else "",
            "max-mesh": str(settings.TALK_MAX_MESH),
        },
    }


def call_button(
    request: HttpRequest | None, room: Room | str | None, *, label: str = ""
) -> dict[str, Any]:
    """What a link to a room's call says; nothing for who may not see the room."""
    visit = Visit.of(request)
    found = _visible(visit, room)
    if found is None or not found.takes_calls:
        return {}
    return {
        "room": found,
        "name": visit.name_of(found),
        "url": page_url(found),
        "label": label,
        "has_call": visit.sees_call(found),
    }


def room_link(request: HttpRequest | None, room: Room | str | None) -> dict[str, Any]:
    """What a link to a room says; nothing for who may not see the room."""
    visit = Visit.of(request)
    found = _visible(visit, room)
    if found is None:
        return {}
    return {
        "room": found,
        "name": visit.name_of(found),
        "url": page_url(found),
        "has_call": visit.sees_call(found),
    }


def incoming_calls(request: HttpRequest | None, *, sound: bool = True) -> dict[str, Any]:
    """What ``<talk-incoming>`` is told; nothing without an account, which nobody could call."""
    visit = Visit.of(request)
    if visit.actor.is_guest or not visit.may_use_talk:
        return {}
    return {
        "words": words_url(),
        "attributes": {
            "api": api_url(),
            "pages": reverse("talk:room-list"),
            "user-id": visit.actor.user_id,
            "sound": "on" if sound else "off",
        },
    }


# Addresses ---------------------------------------------------------------------------------


def api_url() -> str:
    """Where the API begins, ``/ocs/v2.php`` below the site's prefix; no slash at its end."""
    url = reverse("talk:capabilities", kwargs={"ocs_version": API_VERSION})
    return url.removesuffix("/cloud/capabilities")


def page_url(room: Room) -> str:
    """The path of the room's page."""
    return reverse("talk:call-page", kwargs={"token": room.token})


def words_url() -> str:
    """The script with the translations for whoever reads this page."""
    return reverse("talk:words", kwargs={"language": get_language() or "en"})


def login_url() -> str:
    """Where people sign in; empty on a site without such a page."""
    try:
        return resolve_url(django_settings.LOGIN_URL)
    except NoReverseMatch:
        return ""


def _visible(visit: Visit, room: Room | str | None) -> Room | None:
    """The room, by itself or by its token, if there is one that the visitor may see."""
    if isinstance(room, str):
        room = Room.objects.with_call_state().filter(token=room).first()
    return room if isinstance(room, Room) and visit.sees(room) else None
