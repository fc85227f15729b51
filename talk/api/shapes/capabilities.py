"""What the server can do, and who is asking (capabilities.md §1-2; clients.md §3)."""

from __future__ import annotations

from rest_framework import serializers as fields

from talk.api.shapes.field import NoTexts, Shape, Texts, shape
from talk.constants import RecordingConsent

_flag, _number, _text = fields.BooleanField, fields.IntegerField, fields.CharField

CallConfig = shape(
    "CallConfig",
    {
        "enabled": _flag(help_text="Whether there are calls at all."),
        "breakout-rooms": _flag(),
        "recording": _flag(),
        "recording-consent": fields.ChoiceField(choices=RecordingConsent.choices),
        "supported-reactions": Texts(),
        "predefined-backgrounds": Texts(),
        "predefined-backgrounds-v2": Texts(),
        "can-upload-background": _flag(),
        "sip-enabled": _flag(),
        "sip-dialout-enabled": _flag(),
        "can-enable-sip": _flag(),
        "default-phone-region": _text(),
        "start-without-media": _flag(),
        "blur-virtual-background": _flag(),
        "max-duration": _number(help_text="Seconds; 0 for no end."),
        "end-to-end-encryption": _flag(),
        "live-transcription": _flag(),
        "live-translation": _flag(),
        "live-transcription-target-language-id": _text(),
        "play-sounds": _flag(),
        "grid-limit": _number(),
        "grid-limit-enforced": _flag(),
    },
)
ChatConfig = shape(
    "ChatConfig",
    {
        "max-length": _number(),
        "read-privacy": fields.ChoiceField(choices=[0, 1]),
        "typing-privacy": fields.ChoiceField(choices=[0, 1]),
        "has-translation-providers": _flag(),
        "has-translation-task-providers": _flag(),
        "matterbridge-enabled": _flag(),
        "summary-threshold": _number(),
        "style": fields.ChoiceField(choices=["split", "unified"]),
    },
)
ConversationsConfig = shape(
    "ConversationsConfig",
    {
        "can-create": _flag(help_text="Whether the caller may create rooms."),
        "force-passwords": _flag(),
        "list-style": fields.ChoiceField(choices=["two-lines", "compact"]),
        "description-length": _number(),
        "retention-event": _number(),
        "retention-phone": _number(),
        "retention-instant-meetings": _number(),
    },
)
FederationConfig = shape(
    "FederationConfig",
    {
        "enabled": _flag(),
        "incoming-enabled": _flag(),
        "outgoing-enabled": _flag(),
        "only-trusted-servers": _flag(),
    },
)
SignalingConfig = shape(
    "SignalingConfig",
    {
        "session-ping-limit": _number(),
        "mode": fields.ChoiceField(choices=["internal", "external", "conversation_cluster"]),
        "hello-v2-token-key": fields.CharField(required=False, help_text="PEM."),
    },
)
PermissionsConfig = shape(
    "PermissionsConfig",
    {"max-default": _number(), "max-custom": _number(), "default": _number()},
)
Config = shape(
    "Config",
    {
        "attachments": shape("AttachmentsConfig", {"allowed": _flag()})(),
        "call": CallConfig(),
        "chat": ChatConfig(),
        "conversations": ConversationsConfig(),
        "federation": FederationConfig(),
        "previews": shape("PreviewsConfig", {"max-gif-size": _number()})(),
        "signaling": SignalingConfig(),
        "experiments": shape("ExperimentsConfig", {"enabled": _number()})(),
        "permissions": PermissionsConfig(),
    },
)
TalkCapabilities = shape(
    "TalkCapabilities",
    {
        "features": Texts(help_text="Names of what works."),
        "features-local": Texts(help_text="Those that concern this server only."),
        "config": Config(),
        "config-local": fields.DictField(
            child=Texts(), help_text="Keys of `config` that concern this server only."
        ),
        "version": _text(help_text="The release of Talk whose contract this is."),
    },
)
NotificationCapabilities = shape(
    "NotificationCapabilities",
    {"ocs-endpoints": Texts(), "push": NoTexts(), "admin-notifications": NoTexts()},
)
CoreCapabilities = shape(
    "CoreCapabilities",
    {"mod-rewrite-working": _flag(), "pollinterval": _number(), "reference-api": _flag()},
)


class Version(Shape):
    """The release of Nextcloud whose contract this is."""

    major = _number()
    minor = _number()
    micro = _number()
    string = _text()
    edition = _text()
    extendedSupport = _flag()


Theming = shape(
    "Theming",
    {
        "name": _text(help_text="What apps call the site."),
        "url": _text(),
        "slogan": _text(),
        "color": _text(help_text="As `#rrggbb`."),
        "color-text": _text(help_text="On top of it."),
        "color-element": _text(),
        "logo": _text(),
        "background": _text(),
    },
)


class AllCapabilities(Shape):
    """By part of the server."""

    core = CoreCapabilities()
    theming = Theming()
    spreed = TalkCapabilities(required=False, help_text="Absent if the caller may not use Talk.")
    notifications = NotificationCapabilities(required=False, help_text="For accounts.")


class Capabilities(Shape):
    """Versions, and what works."""

    version = Version()
    capabilities = AllCapabilities()


Quota = shape("Quota", {name: _number() for name in ("free", "used", "total", "relative", "quota")})
Account = shape(
    "Account",
    {
        "enabled": _flag(),
        "id": _text(),
        "display-name": _text(),
        "displayname": _text(),
        "email": _text(),
        "groups": Texts(),
        "language": _text(),
        "locale": _text(),
        "quota": Quota(),
    },
)

CAPABILITIES = Capabilities()
TALK_CAPABILITIES = TalkCapabilities()
ACCOUNT = Account()
