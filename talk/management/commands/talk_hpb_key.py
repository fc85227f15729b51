"""``manage.py talk_hpb_key``: make the key that signs hello tokens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from talk.signaling import token


class Command(BaseCommand):
    help = (
        "Makes a private key (ES256) for TALK_HELLO_KEY. Signaling servers verify the site's "
        "tokens with its public half, which they find in the capabilities and keep for an hour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="file to write; default: print it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not token.is_installed():
            raise CommandError('Install "django-talk[hpb]" first.')
        pem = token.new_key()
        path: Path | None = options["path"]
        if path is None:
            self.stdout.write(pem, ending="")
            return
        try:
            # Only for the site, from the first byte on, and never over another key.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CommandError(
                f"{path} exists already; tokens signed with it may be in use."
            ) from None
        except OSError as reason:
            raise CommandError(str(reason)) from reason
        with os.fdopen(descriptor, "w") as file:
            file.write(pem)
        self.stdout.write(f"Written. Now set TALK_HELLO_KEY = {str(path.resolve())!r}.")
