"""What the tests of notifications share."""

import pytest

from tests.conftest import listening
from tests.factories import RoomFactory, SessionFactory


@pytest.fixture
def starter(db):
    """Somebody who is in a public room and may start a call."""
    return SessionFactory(attendee__owner=True, attendee__room=RoomFactory(public=True))


@pytest.fixture
def heard():
    """As everywhere, with ``notification_created``."""
    with listening() as events:
        yield events
