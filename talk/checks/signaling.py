"""Signaling servers, their key, and the way browsers reach each other. No secret is ever shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Warning

from talk.checks.value import Check, value_of, wrong
from talk.conf import TurnServer, settings
from talk.constants import SignalingMode
from talk.signaling import token
from talk.signaling.inspection import inspect

SECRET_LENGTH = 32
_SERVER_KEYS = {"url": str, "secret": str, "verify": (bool, str)}
_TURN_KEYS = dict.fromkeys(
    ["server", "schemes", "protocols", "secret", "username", "credential"], str
)


def signaling_servers(**kwargs: Any) -> list[CheckMessage]:
    """E031, W031: where they are, and secrets that nobody guesses."""
    entries = value_of("TALK_SIGNALING_SERVERS", [])
    right = _are_entries(entries, _SERVER_KEYS, {"url", "secret"}) and all(
        _is_address(entry["url"], {"http", "https", "ws", "wss"}) and entry["secret"]
        for entry in entries
    )
    if not right:
        should = "should be a list of entries with url and secret, and perhaps verify"
        return [wrong("TALK_SIGNALING_SERVERS", should, "talk.E031")]
    return [
        Warning(
            f"The secret of {entry['url']} is shorter than {SECRET_LENGTH} characters.",
            hint="Whoever guesses it can act as the signaling server: make it random and longer.",
            id="talk.W031",
        )
        for entry in entries
        if len(entry["secret"]) < SECRET_LENGTH
    ]


def signaling_mode(**kwargs: Any) -> list[CheckMessage]:
    """E032."""
    if value_of("TALK_SIGNALING_MODE", "auto") in {"auto", *SignalingMode.values}:
        return []
    should = f"should be one of auto, {', '.join(SignalingMode.values)}"
    return [wrong("TALK_SIGNALING_MODE", should, "talk.E032")]


def hello_key(**kwargs: Any) -> list[CheckMessage]:
    """E033, W032: with signaling servers there should be the libraries that sign with it."""
    text = value_of("TALK_HELLO_KEY", "")
    if not isinstance(text, str):
        return [wrong("TALK_HELLO_KEY", "should be a private key in PEM", "talk.E033")]
    if text and token.is_installed():
        try:
            token.load(text)
        except token.HelloKeyUnusable as reason:
            return [wrong("TALK_HELLO_KEY", f"cannot be used ({reason})", "talk.E033")]
    elif value_of("TALK_SIGNALING_SERVERS", []) and not token.is_installed():
        return [
            Warning(
                "Signaling servers cannot be told anything, and current clients cannot log in to "
                "them: libraries are missing.",
                hint='Install "django-talk[hpb]".',
                id="talk.W032",
            )
        ]
    return []


def stun_servers(**kwargs: Any) -> list[CheckMessage]:
    """E034."""
    entries = value_of("TALK_STUN_SERVERS", [])
    if isinstance(entries, list | tuple) and all(_is_place(entry) for entry in entries):
        return []
    return [wrong("TALK_STUN_SERVERS", "should be a list of host:port", "talk.E034")]


def turn_servers(**kwargs: Any) -> list[CheckMessage]:
    """E035."""
    entries = value_of("TALK_TURN_SERVERS", [])
    if _are_entries(entries, _TURN_KEYS, {"server"}) and all(map(_is_turn, entries)):
        return []
    should = "should be a list of entries with server, and secret or username and credential"
    return [wrong("TALK_TURN_SERVERS", should, "talk.E035")]


def site_url(**kwargs: Any) -> list[CheckMessage]:
    """E036, W033: what signaling servers know the site by."""
    url = value_of("TALK_SITE_URL", "")
    if url and not _is_address(url, {"http", "https"}):
        return [wrong("TALK_SITE_URL", "should be an http or https address", "talk.E036")]
    if not url and value_of("TALK_SIGNALING_SERVERS", []):
        return [
            Warning(
                "Signaling servers that serve several sites cannot tell who speaks to them.",
                hint="Set TALK_SITE_URL to the address that the servers know as their backend.",
                id="talk.W033",
            )
        ]
    return []


def signaling_relay(**kwargs: Any) -> list[CheckMessage]:
    """E038."""
    if value_of("TALK_SIGNALING_RELAY", "process") in {"process", "command"}:
        return []
    return [wrong("TALK_SIGNALING_RELAY", 'should be "process" or "command"', "talk.E038")]


def hide_signaling_warning(**kwargs: Any) -> list[CheckMessage]:
    """E037."""
    if isinstance(value_of("TALK_HIDE_SIGNALING_WARNING", False), bool):
        return []
    return [wrong("TALK_HIDE_SIGNALING_WARNING", "should be True or False", "talk.E037")]


def servers_are_well(**kwargs: Any) -> list[CheckMessage]:
    """W034, with ``--deploy``: asks each server, which takes seconds if one is not there."""
    if signaling_servers() or signaling_mode():
        return []
    return [
        Warning(f"Signaling server {server.url}: {text}", hint="See docs/hpb.md.", id="talk.W034")
        for server in settings.TALK_SIGNALING_SERVERS
        for text in inspect(server).errors
    ]


ALWAYS: list[Check] = [
    signaling_servers,
    signaling_mode,
    hello_key,
    stun_servers,
    turn_servers,
    site_url,
    signaling_relay,
    hide_signaling_warning,
]

DEPLOYED: list[Check] = [servers_are_well]


def _are_entries(value: Any, kinds: dict[str, Any], required: set[str]) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(entry, dict)
        and required <= set(entry) <= set(kinds)
        and all(isinstance(entry[key], kinds[key]) for key in entry)
        for entry in value
    )


def _is_turn(entry: dict[str, str]) -> bool:
    turn = TurnServer(**entry)
    known = set(turn.schemes.split(",")) <= {"turn", "turns", ""}
    carried = set(turn.protocols.split(",")) <= {"udp", "tcp", ""}
    return known and carried and bool(turn.secret or (turn.username and turn.credential))


def _is_place(value: Any) -> bool:
    """host:port, also of an IPv6 address in brackets."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(f"//{value.removeprefix('stun:')}")
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


def _is_address(value: Any, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return parts is not None and parts.scheme in schemes and bool(parts.hostname)
