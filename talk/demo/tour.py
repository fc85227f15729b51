"""The tour: what people ask of the server, and what it ought to answer (call.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import reverse

from talk import room as rooms
from talk.constants import CallFlag, RoomType
from talk.demo import fixture
from talk.demo.table import Table
from talk.demo.visitor import Reply, Visitor
from talk.models import Room

TOLD = [
    "room_created",
    "attendee_added",
    "session_started",
    "call_started",
    "call_joined",
    "notification_created",
    "call_flags_changed",
    "call_rung",
    "call_left",
    "call_ended",
    "banned",
    "attendee_removed",
    "unbanned",
    "room_deleted",
]
"""The signals that a host site must have received in the end."""

ROOM_PASSWORD = "tour-of-talk"  # noqa: S105  of a room that lives for seconds
WRONG_PASSWORD = "tour-of-chat"  # noqa: S105  opens nothing


class Stopped(Exception):
    """A request failed that all later ones build on."""


class Tour:
    """Walks through a call with four visitors, and counts what is not as it should be."""

    def __init__(self, url: str, table: Table, heard: list[str]) -> None:
        self._url, self._table, self._heard, self._seen = url, table, heard, 0
        # Where the paths begin that have no slash at their beginning.
        self.api = url + reverse("talk:rooms", kwargs={"ocs_version": 2}).removesuffix("room")
        self._v1 = self.api.removeprefix(url).replace("/v4/", "/v1/")
        # Where the apps of the server are, for short.
        self.apps = self._v1.removesuffix("/spreed/api/v1/")
        self.notifications = reverse("talk:notifications", kwargs={"ocs_version": 2})
        self._token = ""
        self._carols_seat = 0
        self.requests = self.surprises = 0
        self.alice = Visitor("alice")
        self.bob = Visitor("bob", password=fixture.PASSWORD)
        self.carol = Visitor("carol", password=fixture.PASSWORD)
        self.guest = Visitor("guest")

    def run(self) -> None:
        """All chapters; the tour's own room and cookies are gone afterwards."""
        try:
            self.arrive()
            self.make_a_room()
            self.enter()
            self.talk()
            self.ring_and_end()
            self.ban()
            self.meet_closed_doors()
            self.clean_up()
            self.listen()
        except Stopped:
            self._table.text("The tour ends here: what comes next builds on this answer.")
        finally:
            self._forget()

    # Chapters ----------------------------------------------------------------------------

    def arrive(self) -> None:
        self._table.heading("Who is asking")
        capabilities = reverse("talk:capabilities", kwargs={"ocs_version": 2})
        self._ask(self.guest, "GET", capabilities, 200, "what this server can do")
        self._ask(self.guest, "GET", "room", 401, "rooms belong to accounts", code=997)
        self._sign_in()
        self._ask(
            self.alice, "GET", "room", 200, "her rooms; one of them has a call",
            holds=lambda found: any(room["hasCall"] for room in found),
        )  # fmt: skip
        self._ask(self.bob, "GET", "room", 200, "his: name and password, as apps do it")

    def make_a_room(self) -> None:
        self._table.heading("A room for everybody who has the link and the password")
        made = self._ask(
            self.alice, "POST", "room", 201, "a public room with a password",
            vital=True, roomType=RoomType.PUBLIC, roomName="Tour", password=ROOM_PASSWORD,
        )  # fmt: skip
        self._token = made.data["token"]
        people = f"room/{self._token}/participants"
        for name in ("bob", "carol"):
            meaning = f"{name.title()} gets a seat in it"
            self._ask(self.alice, "POST", people, 200, meaning, newParticipant=name)
        self._ask(
            self.alice, "POST", people, 200, "the group Tea lovers as well: Dave comes with it",
            newParticipant=fixture.GROUP, source="groups",
        )  # fmt: skip
        found = self._ask(
            self.alice, "GET", people, 200, "who belongs to it",
            vital=True, holds=lambda seats: "dave" in [seat["actorId"] for seat in seats],
        )  # fmt: skip
        seats = {seat["actorId"]: seat["attendeeId"] for seat in found.data}
        self._carols_seat = seats.get("carol", 0)

    def enter(self) -> None:
        self._table.heading("Nobody joins a call before entering the room")
        door, call = f"room/{self._token}/participants/active", f"call/{self._token}"
        self._ask(self.guest, "POST", call, 404, "a stranger: there is no such call")
        self._ask(self.bob, "POST", call, 404, "not even with a seat in the room")
        self._ask(
            self.alice, "POST", door, 200, "enters: a session of 512 characters",
            holds=lambda room: len(room["sessionId"]) == 512,
        )  # fmt: skip
        self._ask(self.bob, "POST", door, 200, "enters")
        self._ask(self.guest, "POST", door, 403, "the wrong password", password=WRONG_PASSWORD)
        self._ask(self.guest, "POST", door, 200, "the right one", password=ROOM_PASSWORD)

    def talk(self) -> None:
        self._table.heading("Two people and a guest in a call")
        call = f"call/{self._token}"
        state = f"{call}/notification-state"
        everything = CallFlag.IN_CALL | CallFlag.WITH_AUDIO | CallFlag.WITH_VIDEO
        audible = CallFlag.IN_CALL | CallFlag.WITH_AUDIO
        self._ask(self.alice, "POST", call, 200, "starts a video call", flags=everything)
        self._ask(
            self.bob, "GET", self.notifications, 200, "told of an incoming call",
            holds=lambda news: self._told(news) == "A group call has started in Tour",
        )  # fmt: skip
        self._ask(self.bob, "GET", state, 200, "his phone should ring")
        self._ask(self.bob, "POST", call, 200, "joins without a camera", flags=audible)
        self._ask(self.bob, "GET", state, 404, "he is in the call: no need to ring")
        self._ask(
            self.bob, "GET", self.notifications, 200, "nor to tell him of it",
            holds=lambda news: self._told(news) == "",
        )  # fmt: skip
        self._ask(self.guest, "POST", call, 200, "joins", flags=everything)
        self._ask(
            self.alice, "GET", call, 200, "peers: Alice, Bob and a guest",
            holds=lambda peers: [peer["actorType"] for peer in peers] == ["users"] * 2 + ["guests"],
        )  # fmt: skip
        self._ask(self.bob, "PUT", call, 200, "mutes himself", flags=CallFlag.IN_CALL)
        self._ask(
            self.alice, "GET", f"room/{self._token}/participants", 200, "and everybody sees it",
            holds=lambda seats: (
                [seat["inCall"] for seat in seats if seat["actorId"] == "bob"] == [CallFlag.IN_CALL]
            ),
        )  # fmt: skip

    def ring_and_end(self) -> None:
        self._table.heading("Ringing somebody, and ending the call for everybody")
        call = f"call/{self._token}"
        ring, state = f"{call}/ring/{self._carols_seat}", f"{call}/notification-state"
        self._ask(self.bob, "POST", ring, 403, "only moderators ring")
        self._ask(self.alice, "POST", ring, 200, "she is one: Carol is called again")
        self._ask(self.carol, "GET", state, 200, "her phone should ring")
        self._ask(self.guest, "DELETE", call, 200, "hangs up; the others go on")
        self._ask(self.alice, "DELETE", f"{call}?all=true", 200, "ends the call for everybody")
        self._ask(self.carol, "GET", state, 201, "too late: a missed call")
        self._ask(
            self.carol, "GET", self.notifications, 200, "and this is what it says now",
            holds=lambda news: self._told(news) == "You missed a group call in Tour",
        )  # fmt: skip
        self._ask(self.alice, "GET", call, 200, "nobody is left", holds=lambda peers: peers == [])

    def ban(self) -> None:
        self._table.heading("Somebody who may not come back")
        door, bans = f"room/{self._token}/participants/active", f"{self._v1}ban/{self._token}"
        banned = self._ask(
            self.alice, "POST", bans, 200, "bans Carol, who loses her seat",
            actorType="users", actorId="carol", internalNote="For the tour",
        )  # fmt: skip
        self._ask(self.carol, "POST", door, 403, "banned", password=ROOM_PASSWORD)
        self._ask(
            self.alice, "GET", bans, 200, "who is banned, and why",
            holds=lambda found: [ban["bannedActorId"] for ban in found] == ["carol"],
        )  # fmt: skip
        number = banned.data["id"] if isinstance(banned.data, dict) else 0
        self._ask(self.alice, "DELETE", f"{bans}/{number}", 200, "lifts the ban")
        self._ask(self.carol, "POST", door, 200, "comes back", password=ROOM_PASSWORD)

    def meet_closed_doors(self) -> None:
        self._table.heading("Doors that stay closed")
        read_only, lobby = f"call/{fixture.READ_ONLY}", f"call/{fixture.LOBBY}"
        self._ask(self.bob, "POST", read_only, 403, "a read-only room takes no calls")
        self._ask(self.bob, "POST", lobby, 412, "he has to wait in the lobby")
        self._ask(self.alice, "GET", lobby, 200, "moderators do not wait")
        self._ask(
            self.alice, "POST", f"call/{self._token}", 412,
            "forged: neither header nor token",
            forged=True,
        )  # fmt: skip
        old = reverse("talk:rooms", kwargs={"ocs_version": 2}).replace("v4", "v3")
        self._ask(self.guest, "GET", old, 404, "an old version: unknown route", code=998)

    def clean_up(self) -> None:
        self._table.heading("Good-bye")
        self._ask(self.alice, "DELETE", f"room/{self._token}", 200, "the room is gone")
        self._ask(self.alice, "GET", f"room/{self._token}", 404, "and nobody finds it")

    def listen(self) -> None:
        """Say what a host site was told, and whether anything is missing."""
        self._table.heading("Django signals that a host site receives")
        count = Counter(self._heard)
        self._table.text(", ".join(f"{name} ({times})" for name, times in sorted(count.items())))
        missing = [name for name in TOLD if name not in count]
        if missing:
            self.surprises += 1
            self._table.text(f"Missing: {', '.join(missing)}")

    def _told(self, news: Any) -> str:
        """What somebody's notifications say of the tour's room, if anything."""
        about = (each["subject"] for each in news if each["object_id"] == self._token)
        return next(about, "")

    # Steps -------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        login = reverse("login")
        self._ask(self.alice, "GET", login, 200, "the site's own login page")
        fields = {
            "username": self.alice.name,
            "password": fixture.PASSWORD,
            "csrfmiddlewaretoken": self.alice.cookie(settings.CSRF_COOKIE_NAME),
        }
        reply = self._send(
            self.alice, f"POST {login}", lambda: self.alice.submit(self._url + login, fields)
        )
        self._judge(self.alice, f"POST {login}", reply, Reply(302, 302), "signs in: a cookie")

    def _ask(
        self,
        who: Visitor,
        method: str,
        path: str,
        status: int,
        meaning: str,
        *,
        code: int | None = None,
        holds: Callable[[Any], bool] = lambda data: True,
        forged: bool = False,
        vital: bool = False,
        **fields: Any,
    ) -> Reply:
        """Send one request and write its row.

        ``code`` is the envelope's where it differs from the status, ``holds`` what must be true
        of the data. Without the answer to a ``vital`` one the tour cannot go on.
        """
        url = (self._url if path.startswith("/") else self.api) + path
        reply = self._send(
            who, f"{method} {path}", lambda: who.ask(method, url, fields, forged=forged)
        )
        as_told = self._judge(
            who, f"{method} {path}", reply, Reply(status, code or status), meaning, holds=holds
        )
        if vital and not as_told:
            raise Stopped
        return reply

    def _send(self, who: Visitor, request: str, send: Callable[[], Reply]) -> Reply:
        self.requests += 1
        try:
            return send()
        except (OSError, HTTPException) as error:
            self.surprises += 1
            self._table.row(who.name, request, "-", f"no answer: {error}", expected=False)
            raise Stopped from error

    def _judge(
        self,
        who: Visitor,
        request: str,
        reply: Reply,
        wanted: Reply,
        meaning: str,
        *,
        holds: Callable[[Any], bool] = lambda data: True,
    ) -> bool:
        as_told = (reply.status, reply.code) == (wanted.status, wanted.code)
        if not as_told:
            meaning += f" (should be {wanted})"
        elif not holds(reply.data):
            as_told = False
            meaning += " (this is not so)"
        self.surprises += not as_told
        short = request.replace(self.apps, "~")
        self._table.row(who.name, short, str(reply), meaning, expected=as_told)
        news = self._heard[self._seen :]
        self._seen += len(news)
        if news:
            named = (f"{name} ({n})" if n > 1 else name for name, n in Counter(news).items())
            self._table.aside(f"signals: {', '.join(named)}")
        return as_told

    def _forget(self) -> None:
        """Leave nothing of the tour behind, however it ended."""
        for room in Room.objects.filter(token=self._token):
            rooms.delete(room)
        store = import_module(settings.SESSION_ENGINE).SessionStore
        for visitor in (self.alice, self.bob, self.carol, self.guest):
            store(visitor.cookie(settings.SESSION_COOKIE_NAME)).delete()
