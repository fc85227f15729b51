"""``/call/{token}/federation``: only other servers ask for it, and none does (call.md §10)."""

import pytest

from tests.call.endpoints import V2, answer_of
from tests.factories import SessionFactory


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("token", ["", "nowhere0"])
def test_federation_is_not_found(sign_in, stored, method, token):
    session = SessionFactory(attendee__owner=True)
    client = sign_in(session)
    before = stored()

    response = getattr(client, method)(f"{V2}{token or session.room.token}/federation")

    assert answer_of(response) == (404, None)
    assert stored() == before


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_federation_is_not_found_by_strangers(guest_client, method):
    response = getattr(guest_client, method)(f"{V2}nowhere0/federation")

    assert answer_of(response) == (404, None)
