"""PUT /room/{token}/listable (rooms.md §3). Who may is tested in test_api_access.py."""

import pytest

from tests.conftest import data_of
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/listable"


def list_(sign_in, scope):
    owner = AttendeeFactory(owner=True, room__listable=1)
    response = sign_in(owner).put(URL.format(owner.room.token), {"scope": scope}, JSON)
    owner.room.refresh_from_db()
    return response.status_code, data_of(response), owner.room.listable


@pytest.mark.parametrize("scope", [0, 1, 2, "2"])
def test_a_scope_is_stored_and_answered(sign_in, scope):
    status, seen, stored = list_(sign_in, scope)

    assert (status, seen["listable"], stored) == (200, int(scope), int(scope))


@pytest.mark.parametrize("scope", [-1, 3, 2**62])
def test_another_scope_is_refused(sign_in, scope):
    assert list_(sign_in, scope) == (400, {"error": "value"}, 1)
