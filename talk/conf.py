"""The ``TALK_*`` settings: typed, documented, read at each use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings as django_settings

from talk.constants import DEFAULT_PERMISSIONS, RecordingConsent, SignalingMode, StartCalls


@dataclass(frozen=True)
class Limit:
    """So many attempts in so many seconds."""

    attempts: int = 200
    seconds: int = 1800


@dataclass(frozen=True)
class SignalingServer:
    """A High-Performance Backend; ``verify`` may be the path of a CA bundle."""

    url: str
    secret: str
    verify: bool | str = True


@dataclass(frozen=True)
class TurnServer:
    """A TURN server, with a shared secret, or else a fixed user name and credential.

    ``server`` is ``host:port``; ``schemes`` and ``protocols`` are separated by commas.
    """

    server: str
    schemes: str = "turn"
    protocols: str = "udp,tcp"
    secret: str = ""
    username: str = ""
    credential: str = ""


class TalkSettings:
    """One property per setting, under the setting's own name. ``talk/checks/`` checks each."""

    @staticmethod
    def _get(name: str, default: Any) -> Any:
        return getattr(django_settings, name, default)

    @property
    def TALK_START_CALLS(self) -> StartCalls:
        """Who may start a call: 0 everyone, 1 users, 2 moderators, 3 nobody (no calls at all)."""
        return StartCalls(self._get("TALK_START_CALLS", StartCalls.EVERYONE))

    @property
    def TALK_RING_RULE(self) -> Literal["moderators", "start-call"]:
        """Who may ring others: ``"moderators"``, or with ``"start-call"`` who may start calls."""
        rule: Literal["moderators", "start-call"] = self._get("TALK_RING_RULE", "moderators")
        return rule

    @property
    def TALK_DEFAULT_PERMISSIONS(self) -> int:
        """Permissions (sum of bits, 0-255) where neither the attendee's own nor the room's say."""
        return int(self._get("TALK_DEFAULT_PERMISSIONS", DEFAULT_PERMISSIONS))

    @property
    def TALK_RECORDING_CONSENT(self) -> RecordingConsent:
        """Whether joining a call needs ``recordingConsent``: 0 no, 1 always, 2 as the room says."""
        return RecordingConsent(self._get("TALK_RECORDING_CONSENT", RecordingConsent.NOT_NEEDED))

    @property
    def TALK_MAX_CALL_DURATION(self) -> int:
        """Seconds after which ``talk_cleanup`` ends a call for everyone; 0 means never."""
        return int(self._get("TALK_MAX_CALL_DURATION", 0))

    @property
    def TALK_MAX_MESH(self) -> int:
        """How many people a call without a High-Performance Backend is good for."""
        return int(self._get("TALK_MAX_MESH", 6))

    @property
    def TALK_POLICY(self) -> str:
        """Dotted path of the class that knows the site's own rules; see ``talk.host.Policy``."""
        return str(self._get("TALK_POLICY", "talk.host.Policy"))

    @property
    def TALK_GUEST_ACCOUNTS_GROUP(self) -> str:
        """Auth group of the "guest accounts", who do not find rooms that are listed for users."""
        return str(self._get("TALK_GUEST_ACCOUNTS_GROUP", "guest_app"))

    @property
    def TALK_AUTHENTICATION_CLASSES(self) -> list[str]:
        """Dotted paths of further DRF authentication classes, asked before the built-in ones."""
        return list(self._get("TALK_AUTHENTICATION_CLASSES", []))

    @property
    def TALK_THROTTLE(self) -> Limit | None:
        """How often wrong passwords and unknown tokens may be tried from one address.

        ``{"attempts": 200, "seconds": 1800}``, or ``"off"``.
        """
        value = self._get("TALK_THROTTLE", {})
        return Limit(**value) if isinstance(value, dict) else None

    @property
    def TALK_BASIC_AUTH_CACHE_SECONDS(self) -> int:
        """How long a verified name and password need not be hashed again; 0 hashes each time."""
        return int(self._get("TALK_BASIC_AUTH_CACHE_SECONDS", 300))

    @property
    def TALK_NOTIFY_BY_EMAIL(self) -> bool:
        """Whether people are told of calls and invitations by mail as well; needs
        ``TALK_SITE_URL`` for the links.
        """
        return bool(self._get("TALK_NOTIFY_BY_EMAIL", False))

    @property
    def TALK_WEBHOOK_HTTP(self) -> bool:
        """Whether webhooks may have ``http://`` URLs; by default only while ``DEBUG`` is on."""
        return bool(self._get("TALK_WEBHOOK_HTTP", django_settings.DEBUG))

    @property
    def TALK_WEBHOOK_PRIVATE_ADDRESSES(self) -> bool:
        """Whether webhooks may reach loopback, private and link-local addresses."""
        return bool(self._get("TALK_WEBHOOK_PRIVATE_ADDRESSES", False))

    @property
    def TALK_WEBHOOK_KEEP_DAYS(self) -> int:
        """Days after which ``talk_cleanup`` forgets a delivery of a webhook."""
        return int(self._get("TALK_WEBHOOK_KEEP_DAYS", 7))

    @property
    def TALK_SITE_URL(self) -> str:
        """Address of the site as browsers and signaling servers know it, up to where Talk is
        mounted; empty: as each request says, which signaling servers cannot be told.
        """
        url = str(self._get("TALK_SITE_URL", ""))
        return f"{url.rstrip('/')}/" if url else ""

    @property
    def TALK_SIGNALING_SERVERS(self) -> list[SignalingServer]:
        """High-Performance Backends, such as ``[{"url": "https://hpb.example.org", "secret": …}]``.

        None: browsers find each other through the site itself.
        """
        return [SignalingServer(**entry) for entry in self._get("TALK_SIGNALING_SERVERS", [])]

    @property
    def TALK_SIGNALING_MODE(self) -> SignalingMode | Literal["auto"]:
        """``"auto"``, ``"internal"``, ``"external"`` (several servers are nodes on one bus) or
        ``"conversation_cluster"`` (each room stays on one of several independent servers, as
        ``"auto"`` takes them).
        """
        value = self._get("TALK_SIGNALING_MODE", "auto")
        return "auto" if value == "auto" else SignalingMode(value)

    @property
    def TALK_SIGNALING_RELAY(self) -> Literal["process", "command"]:
        """Who tells signaling servers what changed: a thread in each of the site's processes, or
        with ``"command"`` only ``manage.py talk_hpb_relay``.
        """
        relay: Literal["process", "command"] = self._get("TALK_SIGNALING_RELAY", "process")
        return relay

    @property
    def TALK_HIDE_SIGNALING_WARNING(self) -> bool:
        """Whether clients keep quiet about large calls on a site without signaling servers."""
        return bool(self._get("TALK_HIDE_SIGNALING_WARNING", False))

    @property
    def TALK_HELLO_KEY(self) -> str:
        """Private key that signs hello tokens: PEM, or the path of such a file; needs ``hpb``.

        Without one the key follows from ``SECRET_KEY``.
        """
        return str(self._get("TALK_HELLO_KEY", ""))

    @property
    def TALK_STUN_SERVERS(self) -> list[str]:
        """STUN servers as ``host:port``."""
        return list(self._get("TALK_STUN_SERVERS", []))

    @property
    def TALK_TURN_SERVERS(self) -> list[TurnServer]:
        """TURN servers, such as ``[{"server": "turn.example.org:3478", "secret": …}]``.

        Also ``schemes`` (``turn``, ``turns`` or both with a comma) and ``protocols`` (``udp``,
        ``tcp`` or both); ``username`` and ``credential`` instead of ``secret``.
        """
        return [TurnServer(**entry) for entry in self._get("TALK_TURN_SERVERS", [])]

    @property
    def TALK_SIGNALING_HOLD(self) -> int:
        """Seconds that a poll is held until there is news: 0 to 30; 0 answers at once."""
        return int(self._get("TALK_SIGNALING_HOLD", 25))

    @property
    def TALK_SIGNALING_MAX_HELD(self) -> int | None:
        """How many polls the threads of one process hold at the same time; further ones are
        answered at once. Fewer than the server has threads; None: 2 of a pool of threads, 50 where
        each request gets a thread of its own. Means nothing under ``talk.asgi``.
        """
        value = self._get("TALK_SIGNALING_MAX_HELD", None)
        return None if value is None else int(value)


settings = TalkSettings()
