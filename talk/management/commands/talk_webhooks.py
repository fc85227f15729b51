"""Deliver webhooks: ``manage.py talk_webhooks``, all the time or every minute (``--once``)."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.utils import Error

from talk.webhook import Tally, deliver_due

logger = logging.getLogger("talk.webhook")

BATCH = 50
"""So many deliveries before the command looks whether it is to stop."""


class Command(BaseCommand):
    """Any number of these may run at once; each delivery is made by one of them."""

    help = (
        "Delivers the events that wait for webhooks, and goes on until it is stopped "
        "(Ctrl-C or SIGTERM), or with --once until nothing is due."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Deliver what is due, and end.")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="Seconds between two looks (default: 1)."
        )

    def handle(self, *args: Any, once: bool, interval: float, **options: Any) -> None:
        if once:
            self.stdout.write(_sentence(deliver_due()))
            return
        stop = threading.Event()

        def stop_soon(number: int, frame: FrameType | None) -> None:
            stop.set()

        former = {number: signal.signal(number, stop_soon) for number in STOPPED_BY}
        self.stdout.write("Delivering webhooks until stopped.")
        try:
            while not stop.is_set():
                if not self._deliver_some():
                    stop.wait(interval)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _deliver_some(self) -> bool:
        """Whether there was anything to do; a database that is away for a while is no end."""
        close_old_connections()
        try:
            tally = deliver_due(BATCH)
        except Error:
            logger.exception("Delivering webhooks failed")
            return False
        if tally == Tally():
            return False
        self.stdout.write(_sentence(tally))
        return True


STOPPED_BY = (signal.SIGINT, signal.SIGTERM)


def _sentence(tally: Tally) -> str:
    return f"Delivered {tally.delivered}, failed {tally.failed}."
