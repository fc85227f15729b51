"""A site with one signaling server, which is only pretended unless a test asks for real ones."""

import json
import secrets

import pytest

from talk.signaling import checksum
from tests.conftest import TalkClient, data_of
from tests.hpb.pretended import PretendedServer

SECRET = "the secret of the signaling server"
BACKEND = "/ocs/v2.php/apps/spreed/api/v3/signaling/backend"


@pytest.fixture(autouse=True)
def _one_server(settings):
    settings.TALK_SIGNALING_SERVERS = [{"url": "http://127.0.0.1:9", "secret": SECRET}]
    settings.TALK_SIGNALING_RELAY = "command"
    settings.TALK_SITE_URL = "https://example.org/talk"


@pytest.fixture
def server(settings):
    """A server that notes what it is told and answers as it is asked to."""
    with PretendedServer(SECRET) as server:
        settings.TALK_SIGNALING_SERVERS = [server.settings]
        yield server


def sign(body, secret=SECRET, random=None):
    random = random or secrets.token_hex(32)
    return {
        "Spreed-Signaling-Random": random,
        "Spreed-Signaling-Checksum": checksum.of(secret, random, body),
    }


@pytest.fixture
def hpb(db):
    """Ask the site as a signaling server does: the answer's data."""

    def ask(content, *, url=BACKEND, **signing):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        response = TalkClient().post(
            url, body, content_type="application/json", headers=sign(body, **signing)
        )
        assert response.status_code == 200
        return data_of(response)

    return ask
