"""Tickets of hello 1.0: a client shows one to a signaling server, which shows it to us.

``random:time:user id:mac`` (signaling.md §1.3). The user id is empty for guests and may itself
contain colons.
"""

from __future__ import annotations

import secrets
import string
import time

from django.utils.crypto import constant_time_compare, salted_hmac

LIFETIME = 300
"""Seconds: the server asks right after the client's hello, and a resume needs no ticket."""

_ALPHABET = string.ascii_letters + string.digits
_RANDOM_LENGTH = 16


def issue(user_id: str) -> str:
    """A ticket for a user, or with an empty id for a guest."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    content = f"{random}:{int(time.time())}:{user_id}"
    return f"{content}:{_mac(content, user_id)}"


def user_of(ticket: str) -> str | None:
    """The user id that a ticket was issued for; None when it is forged or too old."""
    content, _, mac = ticket.rpartition(":")
    parts = content.split(":", 2)
    if len(parts) != 3 or not constant_time_compare(_mac(content, parts[2]), mac):
        return None
    age = time.time() - int(parts[1])
    return parts[2] if age <= LIFETIME else None


def _mac(content: str, user_id: str) -> str:
    # The key is the site's own, mixed with the user: nothing needs to be stored. What comes from
    # outside may hold surrogates, which have no other bytes.
    salt = f"talk.signaling.ticket:{user_id}".encode(errors="surrogatepass")
    value = content.encode(errors="surrogatepass")
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()
