"""Several workers at once deliver everything, and nothing twice."""

import pytest

from talk import room, webhook
from talk.models import WebhookDelivery
from tests.factories import RoomFactory
from tests.webhook.receiver import receiving

WORKERS = 4
ROOMS = 20


@pytest.fixture(autouse=True)
def _local_targets(settings):
    settings.TALK_WEBHOOK_HTTP = settings.TALK_WEBHOOK_PRIVATE_ADDRESSES = True


def test_workers_share_the_work(together):
    with receiving() as receiver:
        webhook.create(receiver.url)
        for number in range(ROOMS):
            room.rename(RoomFactory(), f"Room number {number}")

        tallies = together(*[webhook.deliver_due] * WORKERS)

    assert sum(tally.delivered for tally in tallies) == ROOMS
    assert len(receiver.ids) == len(set(receiver.ids)) == ROOMS
    assert not WebhookDelivery.objects.waiting().exists()


def test_secrets_that_are_replaced_at_once_are_all_kept(together):
    hook = webhook.create("https://hook.example.org/")

    secrets = together(*[lambda: webhook.rotate_secret(hook)] * WORKERS)

    hook.refresh_from_db()
    assert set(secrets) < {entry["secret"] for entry in hook.secrets}
