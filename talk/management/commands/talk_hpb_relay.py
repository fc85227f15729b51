"""``manage.py talk_hpb_relay``: tell signaling servers what changed, in a process of its own."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from talk.models import Announcement
from talk.signaling import mode
from talk.signaling.worker import Worker


class Command(BaseCommand):
    help = (
        "Tells the signaling servers what changed on the site, until it is stopped. The site's "
        'processes do that themselves unless TALK_SIGNALING_RELAY is "command"; several may run.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="tell what is waiting, and end; 1 if not all was"
        )
        parser.add_argument(
            "--interval",
            type=float,
            default=0.2,
            help="seconds between looks at the outbox (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not mode.lanes():
            raise CommandError("There are no signaling servers: see TALK_SIGNALING_SERVERS.")
        worker = Worker(poll=options["interval"])
        if options["once"]:
            worker.step()
            left = Announcement.objects.due().count()
            if left:
                raise CommandError(f"{left} could not be told; they wait for the next time.")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        self.stdout.write("Telling signaling servers what changes; end with Ctrl+C.")
        worker.run()
