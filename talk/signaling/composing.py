"""What a server is told about a room: as it is now, whatever made us tell (signaling.md §4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from talk.constants import ActorType, AnnouncementKind
from talk.models import Announcement, Attendee, Room, Session
from talk.signaling.description import entry, permissions, properties

LONGEST_BODY = 250 * 1024
"""Servers refuse more than 256 KiB."""

_ORDER = list(AnnouncementKind)


def requests_for(token: str, announcements: Sequence[Announcement]) -> Iterator[bytes]:
    """The bodies to post, in order; several announcements of one kind become one request."""
    room = Room.objects.filter(token=token).first()
    kinds: dict[str, list[dict[str, Any]]] = {}
    for announcement in announcements:
        kinds.setdefault(announcement.kind, []).append(announcement.details)
    if room is None:
        # Of a room that is gone there is nothing else to be told.
        if AnnouncementKind.DELETE in kinds:
            concerned = [
                *kinds[AnnouncementKind.DELETE],
                *kinds.get(AnnouncementKind.DISINVITE, []),
            ]
            yield from _to_users("delete", {}, userids=_union(concerned, "userids"))
        return
    scene = _Scene(room)
    for kind in _ORDER:
        if kind in kinds and kind in _COMPOSED:
            yield from _COMPOSED[kind](scene, kinds[kind])


class _Scene:
    """A room and those in it; each part is looked up at most once."""

    def __init__(self, room: Room) -> None:
        self.room = room

    @cached_property
    def user_ids(self) -> list[str]:
        return list(self.room.attendees.users().order_by("pk").values_list("actor_id", flat=True))

    @cached_property
    def properties(self) -> dict[str, Any]:
        return properties(self.room)

    @property
    def list_properties(self) -> dict[str, Any]:
        """Those that go with invitations: they tell clients to read the list of people again."""
        shown = {key: value for key, value in self.properties.items() if key != "description"}
        return shown | {"participant-list": "refresh"}

    def sessions(self) -> list[Session]:
        sessions = Session.objects.alive().filter(room=self.room).select_related("attendee")
        return list(sessions.order_by("pk"))


def _invite(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    invited = [user for user in _union(details, "userids") if user in set(scene.user_ids)]
    if invited:
        rest = {"properties": scene.list_properties}
        yield from _to_users("invite", rest, userids=invited, alluserids=scene.user_ids)


def _update(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    rest = {"properties": scene.properties}
    yield from _to_users("update", rest, userids=scene.user_ids)


def _participants(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    everybody = any(each.get("everybody") for each in details)
    concerned = set(_union(details, "attendees"))
    room, sessions = scene.room, scene.sessions()
    present = [_named(session.attendee, room, session) for session in sessions]
    changed = [
        shown | {"permissions": permissions(session.attendee, room)}
        for session, shown in zip(sessions, present, strict=True)
        if everybody or session.attendee_id in concerned
    ]
    there = {session.attendee_id for session in sessions}
    absent = [_named(attendee, room, None) for attendee in room.attendees.exclude(pk__in=there)]
    yield from _listed("participants", {}, changed, present, absent)


def _disinvite(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    still, removed = set(scene.user_ids), _union(details, "userids")
    users = [user for user in removed if user not in still]
    back = [user for user in removed if user in still]
    ended = [*_union(details, "sessionids"), *_outlived(scene.room, details, back)]
    rest = {"properties": scene.list_properties}
    if users:
        yield from _to_users("disinvite", rest, userids=users, alluserids=scene.user_ids)
    if ended:
        # Once each, as a session may have been named for several reasons.
        ended = list(dict.fromkeys(ended))
        yield from _to_users("disinvite", rest, sessionids=ended, alluserids=scene.user_ids)


def _outlived(room: Room, details: list[dict[str, Any]], back: list[str]) -> list[str]:
    """Ended sessions of those who are in the room again: in the same browser, or by a new seat."""
    ended: dict[str, list[str]] = {}
    for each in details:
        ended |= each.get("ended", {})
    if not ended:
        return []
    holders = {holder for holder, _user_id in ended.values()}
    there = Session.objects.filter(room=room, holder__in=holders)
    holders = set(there.values_list("holder", flat=True))
    return [
        session_id
        for session_id, (holder, user_id) in ended.items()
        if holder in holders or user_id in back
    ]


def _call_ended(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    yield _written("incall", {"incall": 0, "all": True})


def _in_call(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    told = {each["sessionId"]: each for detail in details for each in detail["changed"]}
    sessions = [
        session for session in scene.sessions() if session.in_call or session.session_id in told
    ]
    shown = {session.session_id: _in_call_entry(scene.room, session) for session in sessions}
    # Who is gone is not in the call, whatever was so when it was written down.
    gone = [
        each | {"inCall": 0, "nextcloudSessionId": session_id}
        for session_id, each in told.items()
        if session_id not in shown
    ]
    changed = [each for session_id, each in shown.items() if session_id in told] + gone
    users = [each for each in shown.values() if each["inCall"]]
    flags = 0
    for each in changed:
        flags |= each["inCall"]
    yield from _listed("incall", {"incall": flags}, changed, users, [])


def _switch_to(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    for each in details:
        yield _written("switchto", each)


def _message(scene: _Scene, details: list[dict[str, Any]]) -> Iterator[bytes]:
    for each in details:
        yield _written("message", each)


_COMPOSED: dict[str, Callable[[_Scene, list[dict[str, Any]]], Iterator[bytes]]] = {
    AnnouncementKind.INVITE: _invite,
    AnnouncementKind.UPDATE: _update,
    AnnouncementKind.PARTICIPANTS: _participants,
    AnnouncementKind.DISINVITE: _disinvite,
    AnnouncementKind.CALL_ENDED: _call_ended,
    AnnouncementKind.IN_CALL: _in_call,
    AnnouncementKind.SWITCH_TO: _switch_to,
    AnnouncementKind.MESSAGE: _message,
}


# Writing ---------------------------------------------------------------------------------


def _listed(
    kind: str,
    extra: dict[str, Any],
    changed: list[dict[str, Any]],
    users: list[dict[str, Any]],
    absent: list[dict[str, Any]],
) -> Iterator[bytes]:
    """Everybody in one request; of a very large room, those who changed, in several.

    Clients merge what they are told by session id, so nothing is lost with the shorter form.
    """
    for listed in (users + absent, users):
        body = _written(kind, extra | {"changed": changed, "users": listed})
        if len(body) <= LONGEST_BODY:
            yield body
            return
    most = max(1, LONGEST_BODY * len(changed) // max(1, len(json.dumps(changed))) // 2)
    for start in range(0, len(changed), most):
        part = changed[start : start + most]
        yield _written(kind, extra | {"changed": part, "users": part})


def _to_users(kind: str, rest: dict[str, Any], **named: list[str]) -> Iterator[bytes]:
    """All of those named in one request, or in as many as it takes."""
    body = _written(kind, named | rest)
    longest = max(len(ids) for ids in named.values())
    if len(body) <= LONGEST_BODY or longest < 2:
        yield body
        return
    for part in (slice(longest // 2), slice(longest // 2, None)):
        yield from _to_users(kind, rest, **{key: ids[part] for key, ids in named.items()})


def _written(kind: str, content: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, kind: content}, separators=(",", ":")).encode()


def _named(attendee: Attendee, room: Room, session: Session | None) -> dict[str, Any]:
    return entry(attendee, room, session) | {"displayName": _display_name(attendee)}


def _display_name(attendee: Attendee) -> str:
    if attendee.actor_type == ActorType.USERS:
        return attendee.display_name or attendee.actor_id
    return attendee.display_name


def _in_call_entry(room: Room, session: Session) -> dict[str, Any]:
    shown = entry(session.attendee, room, session)
    return shown | {"nextcloudSessionId": session.session_id}


def _union(details: list[dict[str, Any]], key: str) -> list[Any]:
    """What all of them list, once each, in order."""
    return list(dict.fromkeys(each for detail in details for each in detail.get(key, [])))
