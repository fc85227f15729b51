"""``manage.py talk_demo``: see it work."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection
from django.http.request import validate_host
from django.urls import reverse

from talk.demo import fixture
from talk.demo.listener import listening
from talk.demo.server import DemoServer
from talk.demo.table import UNEXPECTED, Table
from talk.demo.tour import Tour

SECONDS_BETWEEN_PINGS = 10


class Command(BaseCommand):
    """Migrate, load the demo, serve it, walk through a call, and go on serving."""

    help = "Loads the demo, serves it, and shows a call with real requests. Only with DEBUG=True."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--no-serve", action="store_true", help="Stop after the tour instead of going on."
        )
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen at.")
        parser.add_argument(
            "--port", type=_port, default=8000, help="Port to listen at; 0 for any that is free."
        )

    def handle(self, *, host: str, port: int, no_serve: bool, **options: Any) -> None:
        plain = options["no_color"] or not (
            options["force_color"] or (self.stdout.isatty() and not os.environ.get("NO_COLOR"))
        )
        self.table = Table(self.stdout, no_style() if plain else self.style)
        try:
            self.require_a_demo_site(host)
            server = self.listen(host, port)
            try:
                self.load()
            except BaseException:
                server.close()
                raise
            with server:
                self.tour(server)
                if not no_serve:
                    self.serve(server)
        except fixture.NotOurs as refusal:
            raise CommandError(refusal) from refusal
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end of the tour.", returncode=130) from None

    # Steps -------------------------------------------------------------------------------

    def require_a_demo_site(self, host: str) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "talk_demo runs only with DEBUG=True: it makes accounts whose password"
                " everybody knows."
            )
        allowed = settings.ALLOWED_HOSTS or [".localhost", "127.0.0.1", "[::1]"]
        asked_for = f"[{host}]" if ":" in host else host
        if host not in {"0.0.0.0", "::"} and not validate_host(asked_for, allowed):  # noqa: S104  compared, not bound
            raise CommandError(
                f"The site does not answer to {host}: add it to ALLOWED_HOSTS in the environment."
            )
        # Not every database has this question, and each thread has a memory of its own.
        if getattr(connection, "is_in_memory_db", bool)():
            raise CommandError("talk_demo needs a database in a file: see DATABASE_URL.")
        fixture.rows()

    def listen(self, host: str, port: int) -> DemoServer:
        """Take the port before anything is written."""
        try:
            return DemoServer(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} of {host} is taken. Choose another one:"
                    f" manage.py talk_demo --port {port + 1 if port < 65535 else 8000}"
                ) from error
            raise CommandError(
                f"Cannot listen at {host}, port {port}: {error.strerror}."
            ) from error

    def load(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        fixture.load()

    def tour(self, server: DemoServer) -> None:
        with listening() as heard, _quiet():
            tour = Tour(server.url, self.table, heard)
            self.table.text(
                f"The site answers at {server.url}. These are real requests, sent to it by four"
                f" visitors with a cookie jar each. Paths begin at {tour.api} unless they begin"
                f" with a slash; ~ is {tour.apps}. Two numbers in the status: that of HTTP, and"
                " that of the envelope."
            )
            self.table.titles()
            tour.run()
        self.table.text()
        if tour.surprises:
            raise CommandError(
                f"Not as it should be: {tour.surprises}, out of {tour.requests} requests and the"
                f" signals; look for {UNEXPECTED} above."
            )
        self.table.text(f"{tour.requests} requests, and every answer as it should be.")

    def serve(self, server: DemoServer) -> None:
        stop = threading.Event()
        try:
            self.show_around(server)
            while not stop.wait(SECONDS_BETWEEN_PINGS):
                fixture.keep_fresh()
        except KeyboardInterrupt:
            self.table.text()
            self.table.text("Stopped.")

    def show_around(self, server: DemoServer) -> None:
        api = server.url + reverse("talk:rooms", kwargs={"ocs_version": 2}).removesuffix("/room")
        page = server.url + reverse("talk:call-page", kwargs={"token": fixture.RUNNING_CALL})
        table = self.table
        table.heading("Look around")
        table.pairs(
            [
                ("home", f"{server.url}{reverse('home')}"),
                ("call", page),
                ("admin", f"{server.url}{reverse('admin:index')}"),
                ("API", api),
            ]
        )
        table.heading(f"Accounts, all with the password {fixture.PASSWORD}")
        table.pairs(
            (person["username"], _describe(person)) for person in fixture.of_model("auth.user")
        )
        table.heading(f"Rooms, each at {page.removesuffix(fixture.RUNNING_CALL)} and its token")
        table.pairs(
            (room["token"], room["description"] or room["name"])
            for room in fixture.of_model("talk.room")
        )
        table.heading("Who is in the call? Ask as Alice")
        table.lines(
            f"   curl -u alice:{fixture.PASSWORD} -H 'OCS-APIRequest: true' \\",
            f"     '{api}/call/{fixture.RUNNING_CALL}?format=json'",
        )
        table.text()
        table.text("Serving; Ctrl-C stops it.")


def _describe(person: dict[str, Any]) -> str:
    name = f"{person['first_name']} {person['last_name']}"
    groups = ", ".join(group for (group,) in person.get("groups", []))
    if person["is_superuser"]:
        return f"{name}, who may use the admin"
    return f"{name}, of the group {groups}" if groups else name


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("ports are numbers from 0 to 65535")
    return number


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the refusals that the tour provokes out of the log; errors still show."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
