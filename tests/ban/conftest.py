"""What the tests of bans share."""

import pytest

from tests.factories import AttendeeFactory, RoomFactory


@pytest.fixture
def moderator(db):
    return AttendeeFactory(owner=True, room=RoomFactory(public=True), display_name="Mo")


@pytest.fixture
def room(moderator):
    return moderator.room
