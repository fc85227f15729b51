"""How a site and its signaling servers know each other's requests (signaling.md §3.1)."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from talk.conf import SignalingServer, settings

RANDOM_HEADER = "Spreed-Signaling-Random"
CHECKSUM_HEADER = "Spreed-Signaling-Checksum"
RANDOM_LENGTH = 32
"""Characters that a request's random has at least."""


def headers(server: SignalingServer, body: bytes) -> dict[str, str]:
    """What signs a request to a server."""
    random = secrets.token_hex(RANDOM_LENGTH)
    return {RANDOM_HEADER: random, CHECKSUM_HEADER: of(server.secret, random, body)}


def sender_of(random: str, checksum: str, body: bytes) -> SignalingServer | None:
    """The server that signed a request; None for everybody else. Takes its time for all alike."""
    if len(random) < RANDOM_LENGTH:
        return None
    found = None
    for server in settings.TALK_SIGNALING_SERVERS:
        ours = of(server.secret, random, body).encode()
        if hmac.compare_digest(ours, checksum.encode(errors="replace")):
            found = server
    return found


def of(secret: str, random: str, body: bytes) -> str:
    """HMAC over the random, immediately followed by the bytes of the body."""
    message = random.encode(errors="replace") + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
