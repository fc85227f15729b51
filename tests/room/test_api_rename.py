"""PUT /room/{token} (rooms.md §3). Who may is tested in test_api_access.py."""

import pytest

from tests.conftest import data_of
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


def rename(sign_in, name):
    owner = AttendeeFactory(owner=True, room__name="Old")
    response = sign_in(owner).put(URL.format(owner.room.token), {"roomName": name}, JSON)
    owner.room.refresh_from_db()
    return response.status_code, data_of(response), owner.room.name


@pytest.mark.parametrize(
    ("given", "stored"),
    [(" New\n", "New"), ("x" * 255, "x" * 255), ("Ü🎉", "Ü🎉"), ("1", "1"), (17, "17")],
)
def test_a_name_is_stored_and_answered(sign_in, given, stored):
    status, seen, name = rename(sign_in, given)

    assert (status, seen["name"], seen["displayName"], name) == (200, stored, stored, stored)


@pytest.mark.parametrize("given", ["", "   ", "x" * 256])
def test_a_name_that_cannot_be_is_refused(sign_in, given):
    assert rename(sign_in, given) == (400, {"error": "value"}, "Old")
