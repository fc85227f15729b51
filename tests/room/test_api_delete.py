"""DELETE /room/{token} (rooms.md §3). Who may is tested in test_api_access.py."""

import pytest

from talk.models import Attendee, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


def test_a_room_goes_with_everything_in_it(sign_in):
    session = SessionFactory(
        attendee__owner=True, attendee__room=RoomFactory(with_call=True), calling=True
    )
    AttendeeFactory(room=session.room)

    response = sign_in(session).delete(URL.format(session.room.token))

    assert (response.status_code, data_of(response)) == (200, None)
    assert [model.objects.count() for model in (Room, Attendee, Session)] == [0, 0, 0]


def test_a_deleted_room_is_unknown(sign_in):
    owner = AttendeeFactory(owner=True)
    client = sign_in(owner)
    client.delete(URL.format(owner.room.token))

    response = client.delete(URL.format(owner.room.token))

    assert (response.status_code, data_of(response)) == (404, [])
