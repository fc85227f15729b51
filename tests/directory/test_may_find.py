"""``Policy.may_find``: people whom somebody cannot call by name are as good as not there."""

import pytest

from talk.models import Attendee, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, UserFactory

pytestmark = pytest.mark.django_db

ROOMS = "/ocs/v2.php/apps/spreed/api/v4/room"
JSON = "application/json"


@pytest.fixture(autouse=True)
def _shy(settings):
    settings.TALK_POLICY = "tests.directory.policies.Shy"


@pytest.fixture
def xaver():
    return UserFactory(username="xaver")


def test_nobody_talks_one_to_one_with_them(sign_in, xaver):
    response = sign_in(UserFactory()).post(ROOMS, {"roomType": 1, "invite": "xaver"}, JSON)

    assert (response.status_code, data_of(response)) == (403, {"error": "invite"})
    assert not Room.objects.exists()


def test_they_cannot_be_added(sign_in, xaver):
    owner = AttendeeFactory(owner=True)

    response = sign_in(owner).post(
        f"{ROOMS}/{owner.room.token}/participants", {"newParticipant": "xaver"}, JSON
    )

    assert (response.status_code, data_of(response)) == (404, {"error": "new-participant"})
    assert not Attendee.objects.filter(user=xaver).exists()


def test_they_are_unknown_to_a_new_room(sign_in, xaver):
    UserFactory(username="ada")

    response = sign_in(UserFactory()).post(
        ROOMS, {"roomName": "Room", "participants": {"users": ["ada", "xaver"]}}, JSON
    )

    assert response.status_code == 202
    assert data_of(response)["invalidParticipants"] == {"users": ["xaver"]}
