"""STUN and TURN: which servers browsers use to find a way to each other (signaling.md §1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
import time
from typing import Any

from talk.conf import TurnServer, settings

TURN_LIFETIME = 24 * 60 * 60
"""Seconds that a TURN user name is good for."""

_ALPHABET = string.ascii_letters + string.digits


def stun_servers() -> list[dict[str, Any]]:
    """One entry with all servers, or none at all."""
    urls = [f"stun:{server.removeprefix('stun:')}" for server in settings.TALK_STUN_SERVERS]
    return [{"urls": urls}] if urls else []


def turn_servers() -> list[dict[str, Any]]:
    """One entry per server, with credentials made just now; incomplete ones are left out."""
    entries = []
    for turn in settings.TALK_TURN_SERVERS:
        urls = _urls(turn)
        if urls:
            username, credential = _credentials(turn)
            entries.append({"urls": urls, "username": username, "credential": credential})
    return entries


def _urls(turn: TurnServer) -> list[str]:
    if not turn.server:
        return []
    return [
        f"{scheme}:{turn.server}?transport={protocol}"
        for scheme in _listed(turn.schemes)
        for protocol in _listed(turn.protocols)
    ]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _credentials(turn: TurnServer) -> tuple[str, str]:
    """What coturn's ``use-auth-secret`` expects, unless the name is fixed."""
    if not turn.secret:
        return turn.username, turn.credential
    random = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    username = f"{int(time.time()) + TURN_LIFETIME}:{random}"
    digest = hmac.new(turn.secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()
