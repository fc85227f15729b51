"""Messages whose recipient waits in this very process: they need not be kept anywhere.

What is handed over is the whole answer to a poll, so that only sending it is left to be done.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections, router

from talk.models import Room
from talk.signaling import listing
from talk.signaling.hub import hub, session_key
from talk.signaling.listing import Listing

GOOD_FOR = 5.0
"""Seconds for which a list of people goes with messages, as long as nothing changes in it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a session, of which only the primary key is known here, is sent by another one."""

    recipient: int
    texts: list[str]
    listing: Listing


def prepare(room: Room, *, sender: int, recipient: int, texts: list[str]) -> Mail | None:
    """The mail, if its recipient waits for it in this process. Costs a query at times.

    Inside a transaction there is none: whether anything has been said, is known at its end. Nor
    is there for whom a list would not show who sent it.
    """
    is_open = connections[router.db_for_write(Room)].in_atomic_block
    if is_open or not hub.has_waiter(session_key(recipient)):
        return None
    found = listing.share(room.pk, own=recipient, good_for=GOOD_FOR)
    if found is None or sender not in found.sessions:
        return None
    return Mail(recipient, texts, found)


def give(mail: Mail) -> bool:
    """Whether somebody was still waiting for it."""
    return hub.hand(session_key(mail.recipient), mail)
