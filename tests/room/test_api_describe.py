"""PUT /room/{token}/description (rooms.md §3). Who may is tested in test_api_access.py."""

import pytest

from tests.conftest import data_of
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/description"


def describe(sign_in, text):
    owner = AttendeeFactory(owner=True, room__description="Old")
    response = sign_in(owner).put(URL.format(owner.room.token), {"description": text}, JSON)
    owner.room.refresh_from_db()
    return response.status_code, data_of(response), owner.room.description


@pytest.mark.parametrize(
    ("given", "stored"), [(" New\n", "New"), ("", ""), ("   ", ""), ("x" * 2000, "x" * 2000)]
)
def test_a_description_is_stored_and_answered(sign_in, given, stored):
    status, seen, text = describe(sign_in, given)

    assert (status, seen["description"], text) == (200, stored, stored)


def test_a_longer_description_is_refused(sign_in):
    assert describe(sign_in, "x" * 2001) == (400, {"error": "value"}, "Old")
