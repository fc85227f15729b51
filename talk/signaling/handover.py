"""Messages whose recipient waits in this very process: they need not be kept anywhere.

What is handed over is the whole answer to a poll, so that nothing can fail on its way any more.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections, router

from talk.models import Room
from talk.signaling import listing, mailbox
from talk.signaling.hub import hub, session_key
from talk.signaling.listing import Listing

LISTED_FOR = 5.0
"""Seconds for which a list of people goes with messages, as long as nothing changes in it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What one session, of which only the primary key is known here, sends to another."""

    sender: int
    recipient: int
    texts: list[str]
    listing: Listing

    def give_back(self) -> None:
        """Whoever was to get it has gone: it waits for their next poll."""
        mailbox.put(self.sender, [(self.recipient, text) for text in self.texts])


def prepare(room: Room, *, sender: int, recipient: int, texts: list[str]) -> Mail | None:
    """The mail, if its recipient waits for it in this process. At most one query.

    Inside a transaction there is none: whether anything has been said, is known at its end.
    """
    is_open = connections[router.db_for_write(Room)].in_atomic_block
    if is_open or not hub.has_waiter(session_key(recipient)):
        return None
    found = listing.share(room.pk, own=recipient, good_for=LISTED_FOR)
    return None if found is None else Mail(sender, recipient, texts, found)


def give(mail: Mail) -> bool:
    """Whether somebody was still waiting for it."""
    return hub.hand(session_key(mail.recipient), mail)
