"""sessions.set_state: whether the person behind a session is looking."""

import pytest

from talk import session as sessions
from talk.constants import SessionState
from tests.factories import SessionFactory


@pytest.mark.django_db
@pytest.mark.parametrize("state", SessionState)
def test_the_state_is_stored_and_nothing_else(state):
    session = SessionFactory(age=20, in_call=3)
    last_ping = session.last_ping

    sessions.set_state(session, state)

    session.refresh_from_db()
    assert (session.state, session.last_ping, session.in_call) == (state, last_ping, 3)
