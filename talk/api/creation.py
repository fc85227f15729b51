"""A new room from one request: all parameters of ``POST /room`` (rooms.md §2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from rest_framework import serializers
from rest_framework.request import Request

from talk import errors, group, host, invitation, link
from talk import room as rooms
from talk.actor import Actor
from talk.api.parameters import Integer, Parameters, Text, TextList
from talk.constants import (
    DERIVED_NAME_LENGTH,
    MAX_CUSTOM_PERMISSIONS,
    ActorType,
    Listable,
    LobbyState,
    MentionPermissions,
    RecordingConsent,
    RoomType,
)
from talk.filters import moment
from talk.models import Room

CREATED, CREATED_WITHOUT_SOME, EXISTED = 201, 202, 200

_SWITCHES = {
    "read-only": ("readOnly", range(2)),
    "listable": ("listable", range(3)),
    "message-expiration": ("messageExpiration", range(rooms.MAX_SECONDS + 1)),
    "lobby": ("lobbyState", range(2)),
    "sip-enabled": ("sipEnabled", range(3)),
    "permissions": ("permissions", range(MAX_CUSTOM_PERMISSIONS + 1)),
    "recording-consent": ("recordingConsent", range(2)),
    "mention-permissions": ("mentionPermissions", range(2)),
}
"""Reason of a refusal: the parameter, and what it may be."""


class People(serializers.Serializer[Any]):
    """Who belongs to the new room from the start, by kind."""

    users = TextList(default=list)
    groups = TextList(default=list)
    emails = TextList(default=list)
    federated_users = TextList(default=list)
    phones = TextList(default=list)
    teams = TextList(default=list)

    def to_internal_value(self, data: Any) -> Any:
        # An empty object is an empty list to some clients.
        return super().to_internal_value({} if data == [] else data)


class NewRoomBody(Parameters):
    roomType = Integer(default=int(RoomType.GROUP))
    invite = Text(default="")
    source = Text(default="")  # type: ignore[assignment]  # a field of the wire, not of DRF
    roomName = Text(default="")
    objectType = Text(default="")
    objectId = Text(default="")
    password = Text(default="")
    readOnly = Integer(default=0)
    listable = Integer(default=0)
    messageExpiration = Integer(default=0)
    lobbyState = Integer(default=0)
    lobbyTimer = Integer(default=None, allow_null=True)
    sipEnabled = Integer(default=0)
    permissions = Integer(default=0)
    recordingConsent = Integer(default=0)
    mentionPermissions = Integer(default=0)
    description = Text(default="")
    emoji = Text(default=None, allow_null=True)
    avatarColor = Text(default=None, allow_null=True)
    participants = People(default=dict)


REFUSALS = [
    errors.AuthRequired(),
    errors.RoomCreationForbidden(),
    errors.InviteForbidden(),
    errors.InviteeNotFound(),
    errors.WrongRoomType(),
    errors.InvalidValue("password", "…"),
    *map(
        errors.InvalidValue,
        [
            "name",
            "description",
            "object",
            "object-type",
            "object-id",
            "lobby-timer",
            "avatar",
            *_SWITCHES,
        ],
    ),
]
"""Why there is no new room."""


@dataclass
class Made:
    """The room that a request asked for, and what could not be had."""

    room: Room
    code: int
    unknown: dict[str, list[str]] = field(default_factory=dict)


def of(request: Request, actor: Actor) -> Made:
    """Create the room that a request describes.

    :raises AuthRequired: only accounts create rooms.
    :raises RoomCreationForbidden: the site's policy says no.
    :raises InviteeNotFound: the peer of a one-to-one, or everybody invited, is unknown.
    :raises InvalidValue: names the value that cannot be had.
    """
    if actor.user is None:
        raise errors.AuthRequired
    body = NewRoomBody.of(request)
    if not host.policy().may_create_rooms(actor.user):
        raise errors.RoomCreationForbidden
    if body["roomType"] == RoomType.ONE_TO_ONE:
        return _one_to_one(actor, body)
    if body["roomType"] not in {RoomType.GROUP, RoomType.PUBLIC}:
        raise errors.WrongRoomType
    _check_switches(body)
    return _for_many(actor, body, link.site_url(request._request))


def _one_to_one(actor: Actor, body: dict[str, Any]) -> Made:
    named = [body["invite"], *body["participants"].get("users", [])]
    peer = host.find_user(next((user_id for user_id in named if user_id), ""))
    if peer is None or actor.user is None:
        raise errors.InviteeNotFound
    if not host.policy().may_find(actor.user, peer):
        raise errors.InviteForbidden
    room, created = rooms.create_one_to_one(actor.user, peer)
    return Made(room, CREATED if created else EXISTED)


def _findable(actor: Actor, user_ids: list[str]) -> dict[str, Any]:
    """The accounts among these that the caller may call by name, by user id."""
    caller, policy = actor.user, host.policy()
    if caller is None:
        return {}
    found = host.find_users(user_ids)
    return {user_id: user for user_id, user in found.items() if policy.may_find(caller, user)}


def _for_many(actor: Actor, body: dict[str, Any], site_url: str) -> Made:
    wanted = {kind: list(dict.fromkeys(ids)) for kind, ids in body["participants"].items() if ids}
    users = _findable(actor, wanted.get(ActorType.USERS, []))
    groups = group.find_all(wanted.get(ActorType.GROUPS, []))
    invited = _invited(body["invite"], body["source"])
    addresses = list(filter(invitation.is_address, wanted.get(ActorType.EMAILS, [])))
    known: dict[str, Any] = {
        ActorType.USERS: users,
        ActorType.GROUPS: groups,
        ActorType.EMAILS: addresses,
    }
    unknown = {
        kind: lost
        for kind, ids in wanted.items()
        if (lost := [each for each in ids if each not in known.get(kind, {})])
    }
    if unknown and unknown == wanted and invited is None:
        raise errors.InviteeNotFound
    room = rooms.create(
        name=body["roomName"] or (invited.name[:DERIVED_NAME_LENGTH] if invited else "---"),
        owner=actor.user,
        type=RoomType(body["roomType"]),
        password=body["password"],
        object_type=body["objectType"],
        object_id=body["objectId"],
        description=body["description"],
        listable=Listable(body["listable"]),
        read_only=body["readOnly"] == 1,
        lobby=LobbyState(body["lobbyState"]),
        lobby_timer=_lobby_timer(body),
        permissions=body["permissions"],
        mention_permissions=MentionPermissions(body["mentionPermissions"]),
        message_expiration=body["messageExpiration"],
        recording_consent=RecordingConsent(body["recordingConsent"]),
        users=users.values(),
        emoji=body["emoji"] or "",
        avatar_color=body["avatarColor"] or "",
        groups=[*([invited] if invited else []), *groups.values()],
        addresses=addresses,
        site_url=site_url,
    )
    return Made(room, CREATED_WITHOUT_SOME if unknown else CREATED, unknown)


def _check_switches(body: dict[str, Any]) -> None:
    """Refuse values out of range, with the reasons that the contract has for them."""
    for reason, (parameter, possible) in _SWITCHES.items():
        if body[parameter] not in possible:
            raise errors.InvalidValue(reason)
    if "" in {body["emoji"], body["avatarColor"]}:
        raise errors.InvalidValue("avatar")


def _lobby_timer(body: dict[str, Any]) -> Any:
    from django.core.exceptions import ValidationError

    seconds = body["lobbyTimer"]
    if not body["lobbyState"] or not seconds:
        return None
    if seconds < 0:
        raise errors.InvalidValue("lobby-timer")
    try:
        return moment(seconds)
    except ValidationError as error:
        raise errors.InvalidValue("lobby-timer") from error


def _invited(name: str, source: str) -> Group | None:
    """The group that an older client makes the room for, if any."""
    if not name:
        return None
    found = group.find_all([name]).get(name) if source in {"", "groups"} else None
    if found is None:
        raise errors.InviteeNotFound
    return found
