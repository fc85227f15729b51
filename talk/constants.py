"""The numbers of the wire, each with its name (Talk's "Constants" page)."""

import re
from datetime import timedelta
from enum import IntFlag

from django.db import models
from django.utils.translation import gettext_lazy as _

TOKEN_PATTERN = re.compile(r"[a-z0-9]{4,30}")
"""What a room's token looks like in a URL; anything else is an unknown route."""

FRESH_FOR = timedelta(seconds=30)
"""A session that pinged within this time is listed as a peer and keeps its call alive."""

DEAD_AFTER = timedelta(seconds=100)
"""A session without a ping for this long has ended, whether or not its row is still there."""

RING_WINDOW = timedelta(seconds=60)
"""How long clients ring: 45 seconds, and 15 to spare."""

SESSION_PING_LIMIT = 200
"""How many sessions a signaling server keeps alive with one request."""

SESSION_ID_LENGTH = 512
NAME_LENGTH = 255
DESCRIPTION_LENGTH = 2000
EMOJI_LENGTH = 40
"""In code points: one emoji may be made of many."""

DERIVED_NAME_LENGTH = 64
"""Longest name made from something else: an invited id, or the names of the people in the room."""

NEXTCLOUD_VERSION = (33, 0, 0)
TALK_VERSION = "23.0.0"
"""The releases whose contract we speak; clients compare them with the least they need."""


class RoomType(models.IntegerChoices):
    """``type`` of a room."""

    ONE_TO_ONE = 1, _("one-to-one")
    GROUP = 2, _("group")
    PUBLIC = 3, _("public")
    CHANGELOG = 4, _("changelog")
    FORMER_ONE_TO_ONE = 5, _("former one-to-one")
    NOTE_TO_SELF = 6, _("note to self")


class Listable(models.IntegerChoices):
    """Who finds a room that they do not attend."""

    PARTICIPANTS = 0, _("participants only")
    USERS = 1, _("regular users")
    EVERYONE = 2, _("everyone with an account")


class LobbyState(models.IntegerChoices):
    """Whether people wait in front of the room."""

    OPEN = 0, _("no lobby")
    NON_MODERATORS_WAIT = 1, _("non-moderators wait")


class MentionPermissions(models.IntegerChoices):
    """Who may mention everybody at once."""

    EVERYONE = 0, _("everyone")
    MODERATORS = 1, _("moderators")


class SipState(models.IntegerChoices):
    """Dial-in by phone."""

    OFF = 0, _("off")
    WITH_PIN = 1, _("on, with a PIN")
    WITHOUT_PIN = 2, _("on, without a PIN")


class RecordingConsent(models.IntegerChoices):
    """Whether people must agree to be recorded before they join a call."""

    NOT_NEEDED = 0, _("not needed")
    REQUIRED = 1, _("required")
    ROOM_DECIDES = 2, _("every room decides")


class ParticipantType(models.IntegerChoices):
    """``participantType``: what an attendee is in the room."""

    OWNER = 1, _("owner")
    MODERATOR = 2, _("moderator")
    USER = 3, _("user")
    GUEST = 4, _("guest")
    SELF_JOINED = 5, _("user following a public link")
    GUEST_MODERATOR = 6, _("guest with moderator permissions")


MODERATORS = frozenset(
    {ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.GUEST_MODERATOR}
)
LOGGED_IN_MODERATORS = frozenset({ParticipantType.OWNER, ParticipantType.MODERATOR})
GUESTS = frozenset({ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR})


class ActorType(models.TextChoices):
    """``actorType``: what kind of identity holds a seat in a room."""

    USERS = "users", _("user")
    GROUPS = "groups", _("group")
    GUESTS = "guests", _("guest")
    EMAILS = "emails", _("e-mail guest")


class ShareType(models.IntegerChoices):
    """``shareTypes`` of a search: what kinds of recipients are looked for."""

    USER = 0, _("users")
    GROUP = 1, _("groups")
    EMAIL = 4, _("e-mail addresses")


class CallFlag(IntFlag):
    """``inCall``, ``flags``, ``callFlag``: what a session brings to the call."""

    DISCONNECTED = 0
    IN_CALL = 1
    WITH_AUDIO = 2
    WITH_VIDEO = 4
    WITH_PHONE = 8


ALL_CALL_FLAGS = 15
DEFAULT_CALL_FLAGS = CallFlag.IN_CALL | CallFlag.WITH_AUDIO | CallFlag.WITH_VIDEO


class Permission(IntFlag):
    """What an attendee may do; 0 leaves the decision to the next level."""

    DEFAULT = 0
    CUSTOM = 1
    CALL_START = 2
    CALL_JOIN = 4
    LOBBY_IGNORE = 8
    PUBLISH_AUDIO = 16
    PUBLISH_VIDEO = 32
    PUBLISH_SCREEN = 64
    CHAT = 128


MAX_PERMISSIONS = 254
"""Everything, without the marker bit: what moderators have."""

MAX_CUSTOM_PERMISSIONS = 255
DEFAULT_PERMISSIONS = 246
"""Everything but skipping the lobby: what everybody else has unless told otherwise."""


class NotificationLevel(models.IntegerChoices):
    """How much an attendee wants to hear of a room; 0 is never sent."""

    DEFAULT = 0, _("default")
    ALWAYS = 1, _("always")
    MENTION = 2, _("when mentioned")
    NEVER = 3, _("never")


class SessionState(models.IntegerChoices):
    """Whether the person behind a session is looking."""

    INACTIVE = 0, _("inactive")
    ACTIVE = 1, _("active")


class StartCalls(models.IntegerChoices):
    """``TALK_START_CALLS``: who may start a call on this site."""

    EVERYONE = 0, _("everyone")
    USERS = 1, _("users, not guests")
    MODERATORS = 2, _("moderators")
    NOBODY = 3, _("nobody: calls are switched off")


class Ringing(models.IntegerChoices):
    """Answer of the notification state, with the HTTP status that carries it."""

    GOES_ON = 200, _("keep ringing")
    MISSED = 201, _("the call was missed")
    DISMISSED = 404, _("nothing to ring for")


LOBBY_OBJECT_TYPES = frozenset(
    {"", "room", "emails", "event", "extended_conversation", "instant_meeting"}
)
"""Object types whose rooms may have a lobby."""

CREATABLE_OBJECT_TYPES = frozenset(
    {
        "",
        "phone",
        "phone_persist",
        "phone_temporary",
        "event",
        "extended_conversation",
        "instant_meeting",
    }
)
"""Object types that a client may give to a new room."""

UNBINDABLE_OBJECT_TYPES = frozenset({"event", "instant_meeting", "phone_temporary"})
"""Object types whose rooms may live on without their object."""


class PermissionMethod(models.TextChoices):
    """How a value changes an attendee's permissions."""

    SET = "set", _("set")
    ADD = "add", _("add")
    REMOVE = "remove", _("remove")


class BanTarget(models.TextChoices):
    """What a ban is about: an actor, or an address."""

    USERS = "users", _("user")
    GUESTS = "guests", _("guest")
    EMAILS = "emails", _("e-mail guest")
    IP = "ip", _("address")


class NotificationKind(models.TextChoices):
    """``object_type`` of a notification."""

    CALL = "call", _("call")
    ROOM = "room", _("invitation")


class SignalingMode(models.TextChoices):
    """``signalingMode``: how browsers find each other."""

    INTERNAL = "internal", _("through the site itself")
    EXTERNAL = "external", _("through a signaling server")
    CLUSTER = "conversation_cluster", _("each room through one of several signaling servers")


class AnnouncementKind(models.TextChoices):
    """What a signaling server is told, in the order in which it is told."""

    DELETE = "delete", _("room deleted")
    INVITE = "invite", _("somebody added")
    UPDATE = "update", _("room changed")
    PARTICIPANTS = "participants", _("rights or names changed")
    DISINVITE = "disinvite", _("somebody removed")
    CALL_ENDED = "incall-all", _("call ended")
    IN_CALL = "incall", _("somebody joined, changed or left the call")
    SWITCH_TO = "switchto", _("people sent to another room")
    MESSAGE = "message", _("message to those in the room")


class Guess(models.TextChoices):
    """Secrets that can be guessed, each counted by itself."""

    TOKEN = "talkRoomToken", _("token of a room")
    PASSWORD = "talkRoomPassword", _("password of a room")


BAN_NOTE_BYTES = 4000
GUEST_NAME_LENGTH = 64

MAX_SIGNALS = 100
"""Most messages that a browser may post to others at once."""

MAX_SIGNAL_BYTES = 65_536
"""Longest content of one such message."""

MAX_HOLD = 30
"""Longest that a poll may be held, in seconds: a session counts as there for as long."""
