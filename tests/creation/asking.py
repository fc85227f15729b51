"""Asking for a new room."""

from talk.models import Attendee
from tests.conftest import data_of

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room"


def create(client, **parameters):
    return client.post(URL, parameters, JSON)


def answer_of(response):
    return response.status_code, data_of(response)


def seats():
    """Kind and id of everybody in all rooms but the owner."""
    rows = Attendee.objects.exclude(actor_id="owner").values_list("actor_type", "actor_id")
    return sorted(rows)
