"""Peers of a call, participants and bans of a room (call.md §2; participants.md §2, §11)."""

from __future__ import annotations

from rest_framework import serializers as fields

from talk.api.answers import EMPTY_LIST
from talk.api.shapes.field import Either, Seconds, Shape, Token
from talk.api.shapes.room import NOTHING_YET
from talk.constants import ActorType, BanTarget, ParticipantType, RoomType


class Peer(Shape):
    """A session in the call."""

    actorType = fields.ChoiceField(choices=ActorType.choices)
    actorId = fields.CharField()
    displayName = fields.CharField()
    token = Token()
    lastPing = Seconds("When it was last heard of")
    sessionId = fields.CharField()


class Participant(Shape):
    """A seat in a room, with all sessions of whoever holds it."""

    roomToken = Token()
    attendeeId = fields.IntegerField()
    actorType = fields.ChoiceField(choices=ActorType.choices)
    actorId = fields.CharField()
    displayName = fields.CharField()
    participantType = fields.ChoiceField(choices=ParticipantType.choices)
    inCall = fields.IntegerField(help_text="Flags of all sessions together.")
    lastPing = Seconds("When any of the sessions was last heard of")
    sessionIds = fields.ListField(child=fields.CharField())
    permissions = fields.IntegerField(help_text="What they may do.")
    attendeePermissions = fields.IntegerField(help_text="As stored for the seat.")
    attendeePin = fields.CharField(help_text=NOTHING_YET)
    phoneNumber = fields.CharField(help_text=NOTHING_YET)
    callId = fields.CharField(help_text=NOTHING_YET)
    invitedActorId = fields.CharField(
        required=False, help_text="E-mail guests: their address, for moderators and themselves."
    )


class JoinConflict(Shape):
    """The session that this browser has in the call already."""

    sessionId = fields.CharField()
    inCall = fields.IntegerField()
    lastPing = Seconds("When it was last heard of")


class Ban(Shape):
    """Somebody, or an address, that may not come back."""

    id = fields.IntegerField()
    moderatorActorType = fields.ChoiceField(choices=ActorType.choices)
    moderatorActorId = fields.CharField()
    moderatorDisplayName = fields.CharField()
    bannedActorType = fields.ChoiceField(choices=BanTarget.choices)
    bannedActorId = fields.CharField()
    bannedDisplayName = fields.CharField()
    bannedTime = Seconds("When it was made")
    internalNote = fields.CharField(help_text="For moderators only.")


class Opened(Shape):
    """What kind of room it is, now that somebody was invited by mail."""

    type = fields.ChoiceField(choices=[RoomType.PUBLIC])


PEERS = Peer(many=True)
PARTICIPANTS = Participant(many=True)
ADDED = Either(EMPTY_LIST, Opened())
BAN, BANS = Ban(), Ban(many=True)
