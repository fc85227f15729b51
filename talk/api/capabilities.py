"""What this server can do, and who is asking (capabilities.md; clients.md §3)."""

from __future__ import annotations

import json
from hashlib import sha1
from typing import Any

from django.conf import settings as django_settings
from django.templatetags.static import static
from django.utils.translation import get_language
from rest_framework.request import Request

from talk import host, link
from talk.actor import Actor
from talk.api.answers import answers
from talk.api.envelope import Answer, OCSViewSet
from talk.api.shapes.capabilities import ACCOUNT, CAPABILITIES
from talk.conf import settings
from talk.constants import (
    DESCRIPTION_LENGTH,
    MAX_CUSTOM_PERMISSIONS,
    MAX_PERMISSIONS,
    NEXTCLOUD_VERSION,
    SESSION_PING_LIMIT,
    TALK_VERSION,
    StartCalls,
)
from talk.signaling import mode, token

FEATURES = [
    "audio",
    "video",
    "conversation-v4",
    "empty-group-room",
    "multi-room-users",
    "in-call-flags",
    "conversation-call-flags",
    "last-room-activity",
    "locked-one-to-one-rooms",
    "read-only-rooms",
    "webinary-lobby",
    "start-call-flag",
    "listable-rooms",
    "room-description",
    "publishing-permissions",
    "conversation-permissions",
    "silent-call",
    "send-call-notification",
    "session-state",
    "call-notification-state-api",
    "download-call-participants",
    "conversation-creation-password",
    "conversation-creation-all",
    "favorites",
    "notification-levels",
    "notification-calls",
    "archived-conversations-v2",
    "important-conversations",
    "sensitive-conversations",
    "mention-permissions",
    "unbind-conversation",
    "guest-display-names",
    "invite-groups-and-mails",
    "ban-v1",
    "avatar",
    "signaling-v3",
    "guest-signaling",
    "no-ping",
    "raise-hand",
    "force-mute",
    "chat-v2",
]
"""Names of what works, as clients look for them."""

LOCAL_FEATURES = [
    "favorites",
    "listable-rooms",
    "avatar",
    "archived-conversations-v2",
    "important-conversations",
    "sensitive-conversations",
    "call-notification-state-api",
    "conversation-creation-all",
]

NOTIFICATIONS = {
    "ocs-endpoints": [
        "list",
        "get",
        "delete",
        "delete-all",
        "icons",
        "rich-strings",
        "action-web",
        "exists",
    ],
    "push": [],
    "admin-notifications": [],
}
"""The object ``capabilities.notifications``, for accounts."""


def talk_capabilities(actor: Actor) -> dict[str, Any]:
    """The object ``capabilities.spreed`` for a caller."""
    may_create = actor.user is not None and host.policy().may_create_rooms(actor.user)
    config: dict[str, dict[str, Any]] = {
        "attachments": {"allowed": False},
        "call": {
            "enabled": settings.TALK_START_CALLS != StartCalls.NOBODY,
            "breakout-rooms": False,
            "recording": False,
            "recording-consent": int(settings.TALK_RECORDING_CONSENT),
            "supported-reactions": [],
            "predefined-backgrounds": [],
            "predefined-backgrounds-v2": [],
            "can-upload-background": False,
            "sip-enabled": False,
            "sip-dialout-enabled": False,
            "can-enable-sip": False,
            "default-phone-region": "",
            "start-without-media": False,
            "blur-virtual-background": False,
            "max-duration": settings.TALK_MAX_CALL_DURATION,
            "end-to-end-encryption": False,
            "live-transcription": False,
            "live-translation": False,
            "live-transcription-target-language-id": "",
            "play-sounds": True,
            "grid-limit": 19,
            "grid-limit-enforced": False,
        },
        "chat": {
            "max-length": 32000,
            "read-privacy": 1,
            "typing-privacy": 1,
            "has-translation-providers": False,
            "has-translation-task-providers": False,
            "matterbridge-enabled": False,
            "summary-threshold": 100,
            "style": "split",
        },
        "conversations": {
            "can-create": may_create,
            "force-passwords": False,
            "list-style": "two-lines",
            "description-length": DESCRIPTION_LENGTH,
            "retention-event": 0,
            "retention-phone": 0,
            "retention-instant-meetings": 0,
        },
        "federation": {
            "enabled": False,
            "incoming-enabled": False,
            "outgoing-enabled": False,
            "only-trusted-servers": True,
        },
        "previews": {"max-gif-size": 3145728},
        "signaling": _signaling(),
        "experiments": {"enabled": 0},
        "permissions": {
            "max-default": MAX_PERMISSIONS,
            "max-custom": MAX_CUSTOM_PERMISSIONS,
            "default": settings.TALK_DEFAULT_PERMISSIONS,
        },
    }
    return {
        "features": FEATURES,
        "features-local": LOCAL_FEATURES,
        "config": config,
        "config-local": {
            "attachments": ["allowed", "folder"],
            "call": [
                "predefined-backgrounds",
                "predefined-backgrounds-v2",
                "can-upload-background",
                "start-without-media",
                "blur-virtual-background",
                "live-transcription-target-language-id",
                "play-sounds",
                "grid-limit",
                "grid-limit-enforced",
                "external-call-service",
            ],
            "chat": [
                "read-privacy",
                "has-translation-providers",
                "has-translation-task-providers",
                "typing-privacy",
                "summary-threshold",
                "style",
                "matterbridge-enabled",
            ],
            "conversations": ["can-create", "list-style", "description-length"],
            "federation": [
                "enabled",
                "incoming-enabled",
                "outgoing-enabled",
                "only-trusted-servers",
            ],
            "previews": ["max-gif-size"],
            "signaling": ["session-ping-limit", "hello-v2-token-key", "mode"],
            "experiments": ["enabled"],
            "permissions": [],
        },
        "version": TALK_VERSION,
    }


def _signaling() -> dict[str, Any]:
    """What clients and signaling servers have to know; the key only if tokens are signed."""
    config = {"session-ping-limit": SESSION_PING_LIMIT, "mode": str(mode.configured_mode())}
    key = token.hello_key()
    return config if key is None else config | {"hello-v2-token-key": key.public}


def talk_hash(actor: Actor) -> str:
    """The value of ``X-Nextcloud-Talk-Hash``: changes only with what a caller can do here."""
    known = json.dumps(talk_capabilities(actor), sort_keys=True)
    return sha1(known.encode(), usedforsecurity=False).hexdigest()


class CapabilitiesViewSet(OCSViewSet):
    """``/cloud/capabilities``: also for visitors who have not logged in yet."""

    public = frozenset({"retrieve"})
    part_of_talk = False

    @answers(CAPABILITIES)
    def retrieve(self, request: Request) -> Answer:
        """The versions that we speak, and what works (capabilities.md §1)."""
        major, minor, micro = NEXTCLOUD_VERSION
        version = {
            "major": major,
            "minor": minor,
            "micro": micro,
            "string": f"{major}.{minor}.{micro}",
            "edition": "",
            "extendedSupport": False,
        }
        capabilities: dict[str, Any] = {
            "core": {"mod-rewrite-working": True, "pollinterval": 60, "reference-api": False},
            "theming": {
                "url": link.site_url(request._request),
                "logo": request.build_absolute_uri(static("talk/talk.svg")),
                **host.policy().theme(),
            },
        }
        if self.may_use_talk:
            capabilities["spreed"] = talk_capabilities(self.actor)
            if self.actor.user is not None:
                capabilities["notifications"] = NOTIFICATIONS
        return Answer({"version": version, "capabilities": capabilities})


class UserViewSet(OCSViewSet):
    """``/cloud/user``: the account behind the request."""

    part_of_talk = False

    @answers(ACCOUNT)
    def retrieve(self, request: Request) -> Answer:
        """The fields that clients look for (clients.md §3)."""
        user: Any = self.actor.user
        name = host.policy().display_name(user)
        return Answer(
            {
                "enabled": True,
                "id": self.actor.user_id,
                "display-name": name,
                "displayname": name,
                "email": host.address_of(user),
                "groups": sorted(host.group_names(user)),
                "language": get_language() or django_settings.LANGUAGE_CODE,
                "locale": (get_language() or django_settings.LANGUAGE_CODE).replace("-", "_"),
                "quota": {"free": 0, "used": 0, "total": 0, "relative": 0, "quota": 0},
            }
        )
