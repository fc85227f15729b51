"""The room object (rooms.md §5)."""

from __future__ import annotations

from rest_framework import serializers as fields

from talk.api.shapes.field import Seconds, Shape, Texts, Token
from talk.constants import (
    ActorType,
    Listable,
    LobbyState,
    MentionPermissions,
    NotificationLevel,
    ParticipantType,
    RoomType,
)

_FLAGS = "Bits: 1 in call, 2 with audio, 4 with video, 8 by phone."
_PERMISSIONS = (
    "Bits: 1 custom, 2 start a call, 4 join it, 8 pass the lobby, 16 audio, 32 video,"
    " 64 screen, 128 chat; 0 leaves the decision to the next level."
)
ACTOR_TYPES = ["", *ActorType.values]
NOTHING_YET = "Part of what this server does not do: always the same."


class Room(Shape):
    """A room, as its caller may see it."""

    id = fields.IntegerField()
    token = Token()
    type = fields.ChoiceField(choices=RoomType.choices)
    name = fields.CharField(help_text="Of a one-to-one: the other person's id.")
    displayName = fields.CharField(help_text="What to show.")
    description = fields.CharField()
    objectType = fields.CharField()
    objectId = fields.CharField()
    participantType = fields.ChoiceField(choices=ParticipantType.choices)
    participantFlags = fields.IntegerField(help_text=f"Of the caller's session. {_FLAGS}")
    readOnly = fields.ChoiceField(choices=[0, 1])
    hasPassword = fields.BooleanField()
    hasCall = fields.BooleanField()
    callFlag = fields.IntegerField(help_text=f"Of everybody in the call. {_FLAGS}")
    callStartTime = Seconds("When the call began")
    callRecording = fields.IntegerField(help_text=NOTHING_YET)
    canStartCall = fields.BooleanField()
    lastActivity = Seconds("When something happened last")
    lastReadMessage = fields.IntegerField(help_text=NOTHING_YET)
    unreadMessages = fields.IntegerField(help_text=NOTHING_YET)
    unreadMention = fields.BooleanField(help_text=NOTHING_YET)
    unreadMentionDirect = fields.BooleanField(help_text=NOTHING_YET)
    lastCommonReadMessage = fields.IntegerField(help_text=NOTHING_YET)
    isFavorite = fields.BooleanField()
    canLeaveConversation = fields.BooleanField()
    canDeleteConversation = fields.BooleanField()
    notificationLevel = fields.ChoiceField(choices=NotificationLevel.choices)
    notificationCalls = fields.ChoiceField(choices=[0, 1])
    lobbyState = fields.ChoiceField(choices=LobbyState.choices)
    lobbyTimer = Seconds("When the lobby opens by itself")
    lastPing = Seconds("When the caller's session was last heard of")
    sessionId = fields.CharField(help_text='Of the caller\'s session, "0" without one.')
    sipEnabled = fields.IntegerField(help_text=NOTHING_YET)
    canEnableSIP = fields.BooleanField(help_text=NOTHING_YET)
    attendeePin = fields.CharField(help_text=NOTHING_YET)
    actorType = fields.ChoiceField(choices=ACTOR_TYPES, help_text="Empty without a seat.")
    actorId = fields.CharField(help_text="Empty without a seat.")
    attendeeId = fields.IntegerField(help_text="0 without a seat.")
    permissions = fields.IntegerField(help_text=f"What the caller may do. {_PERMISSIONS}")
    attendeePermissions = fields.IntegerField(help_text="As stored for the seat.")
    callPermissions = fields.IntegerField(help_text="Gone since Talk 20.")
    defaultPermissions = fields.IntegerField(help_text="As stored for the room.")
    listable = fields.ChoiceField(choices=Listable.choices)
    messageExpiration = fields.IntegerField(help_text="Seconds; 0 for never.")
    avatarVersion = fields.CharField()
    isCustomAvatar = fields.BooleanField()
    breakoutRoomMode = fields.IntegerField(help_text=NOTHING_YET)
    breakoutRoomStatus = fields.IntegerField(help_text=NOTHING_YET)
    recordingConsent = fields.ChoiceField(choices=[0, 1])
    mentionPermissions = fields.ChoiceField(choices=MentionPermissions.choices)
    liveTranscriptionLanguageId = fields.CharField(help_text=NOTHING_YET)
    isArchived = fields.BooleanField()
    isImportant = fields.BooleanField()
    isSensitive = fields.BooleanField()
    lastPinnedId = fields.IntegerField(help_text=NOTHING_YET)
    hiddenPinnedId = fields.IntegerField(help_text=NOTHING_YET)
    hasScheduledMessages = fields.IntegerField(help_text=NOTHING_YET)
    invitedActorId = fields.CharField(required=False, help_text="E-mail guests: their address.")


class UnknownPeople(Shape):
    """Who could not be invited, by kind."""

    users = Texts(required=False)
    groups = Texts(required=False)
    emails = Texts(required=False)
    federated_users = Texts(required=False)
    phones = Texts(required=False)
    teams = Texts(required=False)


class RoomWithoutSome(Room):
    """A new room that some of the invited are unknown to."""

    invalidParticipants = UnknownPeople()


ROOM = Room()
ROOMS = Room(many=True)
ROOM_WITHOUT_SOME = RoomWithoutSome()
