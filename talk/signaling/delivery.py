"""Emptying the outbox: each server is spoken to by one worker at a time, in order.

What is said is made at the moment of sending and the row is deleted when the server has taken it,
so whatever fails is said later, as it is then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from talk.conf import SignalingServer
from talk.models import Announcement, Relay
from talk.models.lock import writing
from talk.signaling import mode
from talk.signaling.composing import requests_for
from talk.signaling.wire import Refused, Unreachable, Wire

logger = logging.getLogger("talk.signaling")

BATCH = 500
RENEW_AFTER = 5.0
"""Seconds after which a busy worker says that it is still there."""

OTHERS_ARE_BUSY = 0.1
"""Seconds until a worker looks again at what another one is doing."""


class LeaseLost(Exception):
    """This worker was so slow that another one took over."""


def deliver(wire: Wire, worker: str) -> float | None:
    """Tell all servers what is waiting for them.

    :returns: seconds after which something will be due, or None when nothing is waiting.
    """
    pauses = [_deliver(lane, servers, wire, worker) for lane, servers in mode.lanes().items()]
    return min((pause for pause in pauses if pause is not None), default=None)


def _deliver(lane: str, servers: list[SignalingServer], wire: Wire, worker: str) -> float | None:
    waiting = Announcement.objects.filter(lane=lane)
    if not waiting.due().exists():
        return _until_next(lane)
    if not _lease(lane, worker):
        return OTHERS_ARE_BUSY
    try:
        relay = Relay.objects.get(lane=lane)
        if relay.is_left_alone and relay.retry_at is not None:
            return (relay.retry_at - timezone.now()).total_seconds()
        _empty(lane, servers, wire, worker)
    except LeaseLost:
        return OTHERS_ARE_BUSY
    except Unreachable as reason:
        logger.warning("Signaling server %s: %s", lane or "nodes", reason)
        with writing():
            Relay.objects.failed(lane, str(reason))
            Announcement.objects.stale().delete()
    else:
        with writing():
            Relay.objects.reached(lane)
    finally:
        with writing():
            Relay.objects.release(lane, worker)
    return _until_next(lane)


def _empty(lane: str, servers: list[SignalingServer], wire: Wire, worker: str) -> None:
    stays = _Lease(lane, worker)
    while rows := list(Announcement.objects.filter(lane=lane).due().order_by("pk")[:BATCH]):
        rooms: dict[str, list[Announcement]] = {}
        for row in rows:
            rooms.setdefault(row.room_token, []).append(row)
        for token, announcements in rooms.items():
            stays.renew()
            for body in requests_for(token, announcements):
                _say(servers, token, body, wire)
                stays.renew()
            with writing():
                Announcement.objects.filter(pk__in=[row.pk for row in announcements]).delete()


class _Lease:
    """The right to speak to a server, for as long as it takes."""

    def __init__(self, lane: str, worker: str) -> None:
        self._lane, self._worker = lane, worker
        self._renewed = time.monotonic()

    def renew(self) -> None:
        """Say that this worker is still there, when it has been busy for a while.

        :raises LeaseLost: another one speaks by now.
        """
        if time.monotonic() - self._renewed > RENEW_AFTER:
            if not _lease(self._lane, self._worker):
                raise LeaseLost
            self._renewed = time.monotonic()


def _say(servers: Sequence[SignalingServer], token: str, body: bytes, wire: Wire) -> None:
    """Any of several nodes passes it on to the others."""
    for number, server in enumerate(servers, start=1):
        try:
            wire.post(server, token, body)
        except Refused as reason:
            # Saying it again would stop everything behind it, for ever.
            logger.error("Signaling server %s refused %.80r: %s", server.url, body, reason)
        except Unreachable:
            if number < len(servers):
                continue
            raise
        return


def _lease(lane: str, worker: str) -> bool:
    with writing():
        return Relay.objects.lease(lane, worker)


def _until_next(lane: str) -> float | None:
    """Seconds until something of this lane may be sent; None when nothing waits."""
    due_at = Announcement.objects.filter(lane=lane).aggregate(next=Min("due_at"))["next"]
    if due_at is None:
        return None
    retry_at = Relay.objects.filter(lane=lane).values_list("retry_at", flat=True).first()
    pause: timedelta = max(due_at, retry_at or due_at) - timezone.now()
    return max(0.0, pause.total_seconds())
