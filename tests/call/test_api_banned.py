"""A banned guest at the door: after the seat, before everything else (call.md §1, step 8)."""

import pytest

from talk import ban
from talk.constants import LobbyState, ParticipantType
from tests.call.endpoints import answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

IN_ROOM = ["peers", "join", "change_flags", "leave", "ring", "dial_out", "download"]
ADDRESS = "127.0.0.1"


@pytest.fixture
def room():
    """A room that keeps the tests' own address out, and its guests in the lobby."""
    room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    ban.create(room, "ip", ADDRESS, by=AttendeeFactory(room=room, owner=True))
    return room


def guest_in(room, kind=ParticipantType.GUEST):
    return SessionFactory(attendee=AttendeeFactory(room=room, guest=True, participant_type=kind))


@pytest.mark.parametrize("endpoint", IN_ROOM)
@pytest.mark.parametrize("kind", [ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR])
def test_banned_guest_is_refused_before_anything_else_is_looked_at(
    sign_in, stored, room, endpoint, kind
):
    client = sign_in(guest_in(room, kind))
    before = stored()

    response = ask(client, endpoint, room.token, attendee="x", flags=99)

    assert answer_of(response) == (403, [])
    assert stored() == before


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_visitor_without_a_seat_does_not_hear_of_the_ban(guest_client, room, endpoint):
    assert answer_of(ask(guest_client, endpoint, room.token, attendee="x")) == (404, [])


def test_ban_of_an_address_does_not_concern_accounts(sign_in, room):
    session = SessionFactory(attendee__room=room, attendee__moderator=True)

    assert answer_of(ask(sign_in(session), "join", room.token)) == (200, None)
