"""Entering a room from somewhere."""

from tests.conftest import data_of

BASE = "/ocs/v2.php/apps/spreed/api/v4"


def enter(client, room, address="192.0.2.7"):
    return client.post(f"{BASE}/room/{room.token}/participants/active", REMOTE_ADDR=address)


def answer_of(response):
    return response.status_code, data_of(response)
