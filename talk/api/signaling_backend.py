"""What signaling servers ask the site (signaling.md §3).

They prove themselves by a checksum over the request's bytes; there is no login, no cookie and no
CSRF here. The HTTP status is always 200: a refusal is an answer of type ``error``, whose code and
message the server passes on to the browser.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.fields import ChoiceField, DictField
from rest_framework.request import Request

from talk import call, errors, host
from talk import session as sessions
from talk.api.answers import answers
from talk.api.envelope import Answer, OCSViewSet
from talk.api.parameters import Parameters
from talk.api.renderers import JSONEnvelope
from talk.api.shapes.signaling import BACKEND_ANSWER
from talk.api.signaling_refusals import (
    BackendRefusal,
    DuplicateSession,
    Forged,
    InvalidTicket,
    Malformed,
    NoSuchRoom,
    NoSuchUser,
    UnknownType,
)
from talk.constants import ALL_CALL_FLAGS, SESSION_ID_LENGTH, ActorType, CallFlag
from talk.models import Attendee, Relay, Room, ServerRequest, Session
from talk.models.server_request import KNOWN_FOR
from talk.signaling import announcing, checksum, mode, ticket, worker
from talk.signaling.description import ABSENT, permissions, properties

VERSION = "1.0"
LONGEST_BODY = 2 * 1024 * 1024
PINGED_AT_ONCE = 5000
"""Sessions in one query; databases take only so many values."""


class BackendBody(Parameters):
    """What a signaling server asks: the object that ``type`` names. Read by hand, as is signed."""

    type = ChoiceField(choices=["auth", "room", "ping", "session"])
    auth = DictField(required=False)
    room = DictField(required=False)
    ping = DictField(required=False)
    session = DictField(required=False)


class SignalingBackendViewSet(OCSViewSet):
    """``/signaling/backend``: tickets, rooms and pings."""

    content: dict[str, Any]

    def get_authenticators(self) -> list[Any]:
        return []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read nothing but the bytes, and believe nobody before they are verified."""
        self.format_kwarg = None
        request.accepted_renderer = JSONEnvelope()
        request.accepted_media_type = JSONEnvelope.media_type
        if (request.method or "").lower() not in self.action_map:
            raise exceptions.MethodNotAllowed(request.method or "")
        self.content = self._content(_verified(request))
        if not _is_first(request, self.content):
            raise Forged

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, BackendRefusal):
            return super().handle_exception(exc)
        return Answer(_error(exc))

    @answers(BACKEND_ANSWER, takes=BackendBody, signed=True)
    def answer(self, request: Request) -> Answer:
        """Answer a server; each type of request has its own shape."""
        asked = str(self.content.get("type"))
        handlers = {"auth": _auth, "room": _room, "ping": _ping, "session": _session}
        if asked not in handlers:
            raise UnknownType
        body = self.content.get(asked)
        if not isinstance(body, dict):
            raise Malformed
        return Answer(handlers[asked](body))

    @staticmethod
    def _content(body: bytes) -> dict[str, Any]:
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise Malformed
        return content


def _verified(request: Request) -> bytes:
    """The body of a request, if a signaling server of ours has signed it, and just now."""
    # A body whose length is not told may be of any: a signaling server tells it.
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        raise Forged
    try:
        body: bytes = request._request.body
    except (RequestDataTooBig, UnreadablePostError):
        raise Forged from None
    random = request.headers.get(checksum.RANDOM_HEADER, "")
    sum_ = request.headers.get(checksum.CHECKSUM_HEADER, "")
    if checksum.sender_of(random, sum_, body) is None:
        raise Forged
    return body


def _is_first(request: Request, content: dict[str, Any]) -> bool:
    """Whether nobody has sent this before.

    Pings, which come every few seconds and change nothing but a time, are remembered by the cache:
    where processes do not share it, one that was recorded can be sent once to each of them.
    """
    sum_ = request.headers[checksum.CHECKSUM_HEADER]
    if content.get("type") == "ping":
        return cache.add(f"talk.hpb.{sum_}", True, timeout=KNOWN_FOR.total_seconds())
    return ServerRequest.objects.is_first(sum_)


def _error(refusal: BackendRefusal) -> dict[str, Any]:
    return {"type": "error", "error": {"code": refusal.code, "message": refusal.message}}


# Types -----------------------------------------------------------------------------------


def _auth(body: dict[str, Any]) -> dict[str, Any]:
    """Whose ticket is this?"""
    params = body.get("params")
    if not isinstance(params, dict):
        raise Malformed
    claimed = _text(params, "userid")
    user_id = ticket.user_of(_text(params, "ticket"))
    if user_id is None or claimed not in {"", user_id}:
        raise InvalidTicket
    answer: dict[str, Any] = {"version": VERSION}
    if user_id:
        user = host.find_user(user_id)
        if user is None or not host.policy().may_use_talk(user):
            raise NoSuchUser
        name = host.policy().display_name(user)
        answer |= {"userid": user_id, "user": {"displayname": name}}
    _heard_from_a_server()
    return {"type": "auth", "auth": answer}


def _room(body: dict[str, Any]) -> dict[str, Any]:
    """A client enters or leaves a room on the server; it has joined it here before."""
    is_phone = bool(body.get("actorid") and body.get("actortype"))
    attendee, session = _phone(body) if is_phone else _who(body)
    room = attendee.room
    if body.get("action") == "leave":
        answer = _room_answer(room, attendee)
        if session is not None:
            try:
                sessions.leave(session)
            except errors.RoomNotFound:
                raise NoSuchRoom from None
        return answer
    if is_phone:
        session = _adopt(attendee, body)
    elif session is not None:
        Session.objects.filter(pk=session.pk).update(last_ping=timezone.now())
        if session.in_call:
            announcing.rejoined(room, session)
    _heard_from_a_server()
    return _room_answer(room, attendee)


def _ping(body: dict[str, Any]) -> dict[str, Any]:
    """These sessions are there; of all rooms at once, in one query."""
    entries = body.get("entries")
    if not isinstance(entries, list):
        raise Malformed
    named = [entry.get("sessionid") for entry in entries if isinstance(entry, dict)]
    ids = {text for text in named if isinstance(text, str) and _is_storable(text)}
    ids -= {"", ABSENT}
    # Also of those who could not be pinged for long, as while the site was down: they were there.
    there = sorted(ids)
    for start in range(0, len(there), PINGED_AT_ONCE):
        some = Session.objects.filter(session_id__in=there[start : start + PINGED_AT_ONCE])
        some.update(last_ping=timezone.now())
    # What another process could not tell any more.
    worker.wake()
    return {"type": "room", "room": {"version": VERSION}}


def _session(body: dict[str, Any]) -> dict[str, Any]:
    """A server's own client, without an actor: nothing that the site would have to know."""
    answer = {"version": VERSION, "roomid": _text(body, "roomid")}
    return {"type": "session", "session": answer}


# Steps -----------------------------------------------------------------------------------


def _who(body: dict[str, Any]) -> tuple[Attendee, Session | None]:
    """The seat that a request is about.

    Compared once more here, as there are databases to which upper and lower case are the same.
    """
    token, user_id, session_id = (_text(body, key) for key in ("roomid", "userid", "sessionid"))
    if session_id and session_id != ABSENT:
        session = (
            Session.objects.alive()
            .select_related("attendee", "room")
            .filter(session_id=session_id, room__token=token)
            .first()
        )
        if session is None or (session.session_id, session.room.token, _user_of(session)) != (
            session_id,
            token,
            user_id,
        ):
            raise NoSuchRoom
        session.attendee.room = session.room
        return session.attendee, session
    attendee = (
        Attendee.objects.users()
        .select_related("room")
        .filter(room__token=token, actor_id=user_id)
        .first()
    )
    if attendee is None or (attendee.room.token, attendee.actor_id) != (token, user_id):
        raise NoSuchRoom
    return attendee, None


def _phone(body: dict[str, Any]) -> tuple[Attendee, Session | None]:
    """The same of somebody whom the server's own client, such as a telephone bridge, brings in."""
    token, kind, actor_id = (_text(body, key) for key in ("roomid", "actortype", "actorid"))
    attendee = (
        Attendee.objects.select_related("room")
        .filter(room__token=token, actor_type=kind, actor_id=actor_id)
        .first()
    )
    if attendee is None or (attendee.room.token, attendee.actor_id) != (token, actor_id):
        raise NoSuchRoom
    mine = attendee.sessions.alive().select_related("attendee", "room")
    return attendee, mine.filter(session_id=_text(body, "sessionid")).first()


def _adopt(attendee: Attendee, body: dict[str, Any]) -> Session:
    """Into the room, and with the flags that are asked for into the call, if that may be."""
    session_id, flags = _text(body, "sessionid"), body.get("incall")
    if not 0 < len(session_id) <= SESSION_ID_LENGTH or session_id == ABSENT:
        raise Malformed
    try:
        session = sessions.adopt(attendee, session_id)
    except errors.SessionTaken:
        raise DuplicateSession from None
    except (errors.AttendeeNotFound, errors.RoomNotFound):
        raise NoSuchRoom from None
    Session.objects.filter(pk=session.pk).update(last_ping=timezone.now())
    if isinstance(flags, int):
        # Whoever may not call is in the room nevertheless.
        with suppress(errors.TalkError):
            call.join(session, CallFlag(flags & ALL_CALL_FLAGS))
    return session


def _user_of(session: Session) -> str:
    attendee = session.attendee
    return attendee.actor_id if attendee.actor_type == ActorType.USERS else ""


def _room_answer(room: Room, attendee: Attendee) -> dict[str, Any]:
    return {
        "type": "room",
        "room": {
            "version": VERSION,
            "roomid": room.token,
            "properties": properties(room),
            "permissions": permissions(attendee, room),
        },
    }


def _heard_from_a_server() -> None:
    """A server that speaks is there: what it was not told yet, it can be told now."""
    if Relay.objects.heard_from(list(mode.lanes())):
        worker.wake()


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_storable(value):
        raise Malformed
    return value


def _is_storable(text: str) -> bool:
    """Whether a database could hold it; nothing that it could not is anybody's name."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
