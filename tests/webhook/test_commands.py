"""``manage.py talk_webhooks`` delivers, ``manage.py talk_cleanup`` forgets."""

import os
import signal
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from talk import room, webhook
from talk.management.commands import talk_webhooks
from talk.models import WebhookDelivery
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db


def said_by(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_once_delivers_what_is_due_and_says_so(hook, receiver):
    room.rename(RoomFactory(), "Chess club")

    said = said_by("talk_webhooks", "--once")

    assert (said, receiver.types) == ("Delivered 1, failed 0.\n", ["room.changed"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_until_it_is_stopped(hook, monkeypatch, number):
    tallies = [webhook.Tally(1, 2), OperationalError("away"), webhook.Tally(3, 0)]

    def deliver(limit):
        if not tallies:
            os.kill(os.getpid(), number)
            return webhook.Tally()
        tally = tallies.pop(0)
        if isinstance(tally, Exception):
            raise tally
        return tally

    monkeypatch.setattr(talk_webhooks, "deliver_due", deliver)
    monkeypatch.setattr(talk_webhooks, "close_old_connections", lambda: None)
    before = signal.getsignal(number)

    said = said_by("talk_webhooks", "--interval", "0.01")

    assert said.splitlines() == [
        "Delivering webhooks until stopped.",
        "Delivered 1, failed 2.",
        "Delivered 3, failed 0.",
    ]
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("arguments", "said", "left"),
    [
        ([], "Forgot 2 webhook events, 0 throttlings and 0 announcements.", 1),
        (["--dry-run"], "Would forget 2 webhook events, 0 throttlings and 0 announcements.", 3),
    ],
)
def test_old_deliveries_are_forgotten_whatever_became_of_them(
    hook, settings, arguments, said, left
):
    settings.TALK_WEBHOOK_KEEP_DAYS = 2
    for days in (3, 3, 1):
        room.rename(RoomFactory(), f"Chess club {days}")
        newest = WebhookDelivery.objects.order_by("-pk").first()
        moment = timezone.now() - timedelta(days=days)
        WebhookDelivery.objects.filter(pk=newest.pk).update(created_at=moment)

    lines = said_by("talk_cleanup", *arguments).splitlines()

    assert lines[1:] == [said]
    assert WebhookDelivery.objects.count() == left


def test_deliveries_of_a_hook_that_is_gone_are_forgotten(hook):
    room.rename(RoomFactory(), "Chess club")
    type(hook).objects.filter(pk=hook.pk)._raw_delete("default")

    lines = said_by("talk_cleanup").splitlines()

    assert lines[1:] == ["Forgot 1 webhook event, 0 throttlings and 0 announcements."]
