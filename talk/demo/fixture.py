"""The demo's rows: people, rooms, and a call that goes on for as long as somebody serves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError
from django.utils import timezone

from talk.models import Attendee, Notification, Room, Session
from talk.models.lock import writing

NAME = "demo"
PASSWORD = "talk"  # noqa: S105  printed for everybody to use
"""Everybody's, in the fixture as a hash."""

GROUP = "Tea lovers"
"""A group of the site: Carol and Dave."""

RUNNING_CALL = "democall"
READ_ONLY = "demoreadonly"
LOBBY = "demolobby"
_HOLDERS = "demo-browser-of-"


class NotOurs(Exception):
    """The demo cannot be loaded here without touching what belongs to the site."""


def rows() -> list[dict[str, Any]]:
    """What the fixture holds, as JSON has it.

    :raises NotOurs: this site has no such fixture, or no accounts that it could be loaded into.
    """
    if get_user_model() is not User:
        raise NotOurs(
            "The demo's people are accounts of Django's own user model, and this site has another."
            " The rooms alone: manage.py loaddata demo_rooms, once there are accounts for them."
        )
    for directory in settings.FIXTURE_DIRS:
        path = Path(directory) / f"{NAME}.json"
        if path.is_file():
            found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
            return found
    raise NotOurs(
        "This site has no fixtures/demo.json; talk_demo belongs to the demo project, in a"
        " checkout of django-talk."
    )


def of_model(label: str) -> list[dict[str, Any]]:
    """The fields of the fixture's rows of one model."""
    return [row["fields"] for row in rows() if row["model"] == label]


def load() -> None:
    """Load the fixture, or put its rows back as they were; no other row changes.

    :raises NotOurs: the site has accounts of its own under these names.
    """
    people = {person["username"]: person["email"] for person in of_model("auth.user")}
    for user in User.objects.filter(username__in=people):
        if user.email != people.get(user.username):
            raise NotOurs(
                f"This site has an account {user.username} of its own, which the demo would"
                " replace. Give the demo a database of its own, for example:"
                " DATABASE_URL=sqlite:////tmp/talk-demo.sqlite3"
            )
    try:
        call_command("loaddata", NAME, verbosity=0)
    except IntegrityError as error:
        raise NotOurs(f"The demo's rows contradict rows of this site: {error}") from error
    restart_call()


def restart_call() -> None:
    """Let the call of the fixture begin now."""
    now = timezone.now()
    with writing():
        Room.objects.filter(token=RUNNING_CALL).update(call_started_at=now, last_activity=now)
        Attendee.objects.filter(sessions__holder__startswith=_HOLDERS).update(last_joined_call=now)
        Notification.objects.filter(room__token=RUNNING_CALL).update(created_at=now)
        keep_fresh()


def keep_fresh() -> None:
    """Ping on behalf of those who only exist in the fixture."""
    with writing():
        Session.objects.filter(holder__startswith=_HOLDERS).update(last_ping=timezone.now())
