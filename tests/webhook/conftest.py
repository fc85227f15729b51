"""What the tests of webhooks share."""

import pytest

from talk import webhook
from tests.webhook.receiver import receiving


@pytest.fixture(autouse=True)
def _local_targets(settings):
    """Tests have no other machine to call."""
    settings.TALK_WEBHOOK_HTTP = settings.TALK_WEBHOOK_PRIVATE_ADDRESSES = True


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hook(db, receiver):
    """A hook that hears of everything."""
    return webhook.create(receiver.url)
