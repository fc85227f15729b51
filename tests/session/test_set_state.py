"""sessions.set_state: whether the person behind a session is looking."""

import pytest

from talk import errors
from talk import session as sessions
from talk.constants import SessionState
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", SessionState)
def test_the_state_is_stored_and_nothing_else(state):
    session = SessionFactory(age=20, in_call=3)
    last_ping = session.last_ping

    sessions.set_state(session, state)

    session.refresh_from_db()
    assert (session.state, session.last_ping, session.in_call) == (state, last_ping, 3)


def test_a_session_that_has_ended_meanwhile_has_no_state():
    session = SessionFactory()
    type(session).objects.all().delete()

    with pytest.raises(errors.NoSession):
        sessions.set_state(session, SessionState.INACTIVE)
