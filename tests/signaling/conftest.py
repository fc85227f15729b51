"""Two people in the call of one room."""

import pytest

from tests.factories import AttendeeFactory, SessionFactory


@pytest.fixture
def ada(db):
    """A moderator's session in the call of a room."""
    return SessionFactory(attendee__owner=True, calling=True)


@pytest.fixture
def bob(ada):
    """A user's session in the same call."""
    return SessionFactory(attendee=AttendeeFactory(room=ada.room), calling=True)
