"""The room object, as each caller may see it (rooms.md §5).

Clients crash on nulls in numbers, booleans and strings: every key is present in every form,
with a default that says nothing.
"""

from __future__ import annotations

from typing import Any

from talk import avatar, call, lobby
from talk import name as naming
from talk.actor import Actor
from talk.conf import settings
from talk.constants import (
    ActorType,
    LobbyState,
    NotificationLevel,
    ParticipantType,
    Permission,
    RecordingConsent,
    RoomType,
)
from talk.models import Attendee, Room, Session
from talk.models.participant import Participant

NO_SESSION = "0"


def room_object(participant: Participant, actor: Actor) -> dict[str, Any]:
    """The object of one room for its caller. At most two queries."""
    return room_objects([participant], actor)[0]


def room_objects(participants: list[Participant], actor: Actor) -> list[dict[str, Any]]:
    """The objects of many rooms for one caller, in the given order. At most two queries."""
    attended = {p.room.pk for p in participants if p.attendee is not None}
    names = naming.for_actor([p.room for p in participants], actor, attended=attended)
    return [_object(p, actor, names[p.room.pk]) for p in participants]


def _object(participant: Participant, actor: Actor, display_name: str) -> dict[str, Any]:
    room, attendee = participant.room, participant.attendee
    shown = _blank(room)
    if attendee is not None:
        shown |= _of_room(room, display_name)
        shown |= _of_attendee(room, attendee, actor)
        shown |= _of_session(participant.session)
        if lobby.admits(room, attendee):
            shown["canStartCall"] = call.may_start(room, attendee)
        else:
            shown["hasCall"] = False
    elif room.is_listed_for(actor) or (room.type == RoomType.PUBLIC and room.listable):
        shown |= _of_room(room, display_name)
    return shown


def _blank(room: Room) -> dict[str, Any]:
    """A public room for somebody who has nothing to do with it: hardly more than its token."""
    return {
        "id": room.pk,
        "token": room.token,
        "type": room.type,
        "name": "",
        "displayName": "",
        "description": "",
        "objectType": "",
        "objectId": "",
        "participantType": int(ParticipantType.GUEST),
        "participantFlags": 0,
        "readOnly": 0,
        "hasPassword": room.has_password,
        "hasCall": False,
        "callFlag": 0,
        "callStartTime": 0,
        "callRecording": 0,
        "canStartCall": False,
        "lastActivity": 0,
        "lastReadMessage": 0,
        "unreadMessages": 0,
        "unreadMention": False,
        "unreadMentionDirect": False,
        "lastCommonReadMessage": 0,
        "isFavorite": False,
        "canLeaveConversation": False,
        "canDeleteConversation": False,
        "notificationLevel": int(NotificationLevel.NEVER),
        "notificationCalls": 0,
        "lobbyState": int(LobbyState.OPEN),
        "lobbyTimer": 0,
        "lastPing": 0,
        "sessionId": NO_SESSION,
        "sipEnabled": 0,
        "canEnableSIP": False,
        "attendeePin": "",
        "actorType": "",
        "actorId": "",
        "attendeeId": 0,
        "permissions": int(Permission.CUSTOM),
        "attendeePermissions": int(Permission.CUSTOM),
        "callPermissions": int(Permission.CUSTOM),
        "defaultPermissions": int(Permission.CUSTOM),
        "listable": 0,
        "messageExpiration": 0,
        "avatarVersion": avatar.version_of(room),
        "isCustomAvatar": bool(room.emoji),
        "breakoutRoomMode": 0,
        "breakoutRoomStatus": 0,
        "recordingConsent": _recording_consent(room),
        "mentionPermissions": 0,
        "liveTranscriptionLanguageId": "",
        "isArchived": False,
        "isImportant": False,
        "isSensitive": False,
        "lastPinnedId": 0,
        "hiddenPinnedId": 0,
        "hasScheduledMessages": 0,
    }


def _of_room(room: Room, display_name: str) -> dict[str, Any]:
    """What the room is like for everybody who may know it."""
    has_call = room.has_call
    return {
        "name": room.name,
        "displayName": display_name,
        "description": room.description,
        "objectType": room.object_type,
        "objectId": room.object_id,
        "readOnly": int(room.read_only),
        "hasCall": has_call,
        "callFlag": room.call_flags if has_call else 0,
        "callStartTime": int(room.call_started_at.timestamp())
        if has_call and room.call_started_at
        else 0,
        "lastActivity": int(room.last_activity.timestamp()),
        "lobbyState": int(LobbyState.NON_MODERATORS_WAIT if room.has_lobby else LobbyState.OPEN),
        "lobbyTimer": int(room.lobby_opens_at.timestamp()) if room.lobby_opens_at else 0,
        "listable": room.listable,
    }


def _of_attendee(room: Room, attendee: Attendee, actor: Actor) -> dict[str, Any]:
    """What the room is like for one of its people."""
    shown: dict[str, Any] = {
        "participantType": attendee.participant_type,
        "notificationLevel": int(attendee.effective_notification_level(room)),
        "notificationCalls": int(attendee.notification_calls),
        "actorType": attendee.actor_type,
        "actorId": attendee.actor_id,
        "attendeeId": attendee.pk,
        "permissions": int(attendee.effective_permissions(room)),
        "attendeePermissions": attendee.permissions,
        "callPermissions": 0,
        "defaultPermissions": room.default_permissions,
        "messageExpiration": room.message_expiration,
        "mentionPermissions": room.mention_permissions,
    }
    if attendee.actor_type == ActorType.EMAILS:
        shown["invitedActorId"] = attendee.invited_address
    if attendee.is_guest:
        return shown
    return shown | {
        "name": room.peer_of(actor.user_id) if room.type == RoomType.ONE_TO_ONE else room.name,
        "isFavorite": attendee.is_favorite,
        "isArchived": attendee.is_archived,
        "isImportant": attendee.is_important,
        "isSensitive": attendee.is_sensitive,
        "canLeaveConversation": room.type != RoomType.NOTE_TO_SELF,
        "canDeleteConversation": attendee.is_logged_in_moderator and not room.is_one_to_one,
    }


def _of_session(session: Session | None) -> dict[str, Any]:
    if session is None:
        return {}
    return {
        "participantFlags": session.in_call,
        "lastPing": int(session.last_ping.timestamp()),
        "sessionId": session.session_id,
    }


def _recording_consent(room: Room) -> int:
    rule = settings.TALK_RECORDING_CONSENT
    if rule == RecordingConsent.ROOM_DECIDES:
        return room.recording_consent
    return int(rule)
