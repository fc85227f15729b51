"""Write down what time has done: ``manage.py talk_cleanup``, to be run every few minutes."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from talk import errors
from talk.cleanup import clean_up, forget_old
from talk.conf import settings
from talk.models import Attendee, Room, ServerRequest, Session
from talk.models.room import RoomQuerySet
from talk.signaling import mailbox, revision

logger = logging.getLogger("talk.cleanup")

PAGE = 100
"""How many rooms are looked up at a time; only their primary keys are read."""


class Command(BaseCommand):
    """Nobody has to run it for answers to be right: it frees rows and sends the events."""

    help = (
        "Ends sessions that fell silent and calls that nobody is in or that last too long, and "
        "forgets guests who never gave a name, old deliveries of webhooks and announcements. Safe "
        "to repeat and to run beside itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count, and change nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        counts: Counter[str] = Counter()
        failed = 0
        for room in _page_by_page():
            try:
                counts.update(clean_up(room, dry_run=dry_run), rooms=1)
            except errors.RoomNotFound:
                # Deleted since it was looked up: there is nothing to clean any more.
                continue
            except Exception:
                # One room must not keep the others waiting for the next run.
                logger.exception("Cleaning up the room with the primary key %s failed", room.pk)
                failed += 1
        if not dry_run:
            mailbox.purge()
            revision.purge()
            ServerRequest.objects.purge()
        self.stdout.write(_sentence(counts, dry_run=dry_run))
        forgotten = forget_old(dry_run=dry_run)
        if any(forgotten.values()):
            self.stdout.write(_forgotten(forgotten, dry_run=dry_run))
        if failed:
            raise CommandError(f"{_number(failed, 'room')} could not be cleaned up; see the log.")


def in_need() -> RoomQuerySet:
    """Rooms with dead sessions, a call that is over or too long, or guests who are gone."""
    sessions = Session.objects.filter(room=OuterRef("pk"))
    theirs = Session.objects.alive().filter(attendee=OuterRef("pk"))
    guests = Attendee.objects.nameless_guests().filter(~Exists(theirs), room=OuterRef("pk"))
    over = Q(~Exists(sessions.alive().in_call()))
    if limit := settings.TALK_MAX_CALL_DURATION:
        over |= Q(call_started_at__lt=timezone.now() - timedelta(seconds=limit))
    return Room.objects.filter(
        Exists(sessions.dead()) | Exists(guests) | (Q(call_started_at__isnull=False) & over)
    )


def _page_by_page() -> Iterator[Room]:
    """Each room in need once, without a cursor that stays open while rooms are written."""
    last = 0
    while page := list(in_need().only("pk").filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield from page
        last = page[-1].pk


def _sentence(counts: Counter[str], *, dry_run: bool) -> str:
    sessions, calls = _number(counts["sessions"], "session"), _number(counts["calls"], "call")
    guests, tidied = _number(counts["guests"], "guest"), _number(counts["rooms"], "room")
    if dry_run:
        return f"Would end {sessions} and {calls}, and forget {guests}, in {tidied}."
    return f"Ended {sessions} and {calls}, and forgot {guests}, in {tidied}."


def _forgotten(counts: dict[str, int], *, dry_run: bool) -> str:
    deliveries = _number(counts["deliveries"], "webhook event")
    addresses = _number(counts["addresses"], "throttling")
    announcements = _number(counts["announcements"], "announcement")
    verb = "Would forget" if dry_run else "Forgot"
    return f"{verb} {deliveries}, {addresses} and {announcements}."


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
