"""What clients ask for and this server does not have (clients.md §9; rooms.md §1.3, §1.6)."""

import pytest

from tests.conftest import data_of
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db

TALK = "/ocs/v2.php/apps/spreed/api"
DEAD = [
    ("GET", f"{TALK}/v4/room/note-to-self"),
    ("GET", f"{TALK}/v4/room/{{token}}/breakout-rooms"),
    ("GET", f"{TALK}/v4/room/{{token}}/breakout-rooms/participants"),
    ("POST", f"{TALK}/v1/breakout-rooms/{{token}}"),
    ("POST", f"{TALK}/v1/settings/user"),
    ("GET", f"{TALK}/v1/federation/invitation"),
    ("GET", "/ocs/v2.php/apps/user_status/api/v1/user_status"),
    ("PUT", "/ocs/v2.php/apps/user_status/api/v1/heartbeat"),
    ("GET", "/ocs/v2.php/apps/user_status/api/v1/statuses/ada"),
    ("GET", "/ocs/v2.php/apps/user_status/api/v1/predefined_statuses"),
    ("POST", "/ocs/v2.php/apps/notifications/api/v2/push"),
    ("DELETE", "/ocs/v2.php/apps/notifications/api/v2/push"),
    ("GET", "/ocs/v2.php/apps/notifications/api/v2/webpush/vapid"),
    ("GET", "/ocs/v2.php/apps/dav/api/v1/events/upcoming?location=x"),
    ("GET", "/ocs/v2.php/core/getapppassword-onetime"),
]


@pytest.mark.parametrize(("method", "path"), DEAD)
def test_it_is_an_unknown_route_and_never_a_401(sign_in, guest_client, method, path):
    seat = AttendeeFactory(owner=True)
    url = path.format(token=seat.room.token)

    for client in (sign_in(seat), guest_client):
        response = client.generic(method, url)
        assert (response.status_code, data_of(response)) == (404, [])
        assert response.json()["ocs"]["meta"]["statuscode"] == 998
