"""Lists cost the same number of queries however long they are."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk.constants import LobbyState, RoomType
from talk.models import Attendee, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4/room"
MOST = 8


def counted(client, url):
    """How many entries are listed, and with how many queries."""
    # The first request of a browser also looks up what is remembered afterwards.
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    return len(data_of(response)), len(queries)


def rooms_of(user, number):
    """Rooms of all kinds: of two, unnamed, with a lobby, with a call that the user is in."""
    for turn in range(number):
        match turn % 4:
            case 0:
                peer = UserFactory()
                ids = [user.username, peer.username]
                room = RoomFactory(
                    type=RoomType.ONE_TO_ONE,
                    name=Room.pair_name(ids),
                    pair=Room.pair_digest(ids),
                )
            case 1:
                room = RoomFactory(name="")
            case 2:
                room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
            case _:
                room = RoomFactory(with_call=True)
                SessionFactory(attendee__room=room, calling=True)
        seat = AttendeeFactory(room=room, user=user)
        SessionFactory(attendee=seat, calling=room.call_started_at is not None)


@pytest.mark.parametrize("query", ["", "?includeStatus=true", "?modifiedSince=1"])
def test_list_of_rooms(sign_in, query):
    counts = []
    for number in (3, 200):
        user = UserFactory()
        rooms_of(user, number)
        # As the list is read: names that are made from people have been stored by then.
        listed, queries = counted(sign_in(user), BASE + query)
        assert listed == number
        counts.append(queries)

    assert counts[0] == counts[1] <= MOST


def test_list_of_open_rooms(sign_in):
    user, counts = UserFactory(), []
    for number in (3, 197):
        RoomFactory.create_batch(number, listable=1)
        _listed, queries = counted(sign_in(user), f"{BASE[:-4]}listed-room")
        counts.append(queries)

    assert counts[0] == counts[1] <= MOST


def people_in(room, number):
    """Users, guests and e-mail guests, every other one with a session in the call."""
    model = get_user_model()
    names = [f"{room.token}-{turn}" for turn in range(number)]
    users = model.objects.bulk_create([model(username=name) for name in names])
    users = {user.username: user for user in model.objects.filter(username__in=names)}
    kinds = ["users", "guests", "emails"]
    Attendee.objects.bulk_create(
        Attendee(
            room=room,
            actor_type=(kind := kinds[turn % 3]),
            actor_id=name,
            user=users[name] if kind == "users" else None,
            display_name=name,
            permissions=35,
            participant_type=3 if kind == "users" else 4,
        )
        for turn, name in enumerate(names)
    )
    seats = Attendee.objects.filter(room=room, actor_id__in=names)
    Session.objects.bulk_create(
        Session(room=room, attendee=seat, holder=f"browser-{seat.pk}", in_call=7)
        for seat in seats[::2]
    )


def test_list_of_participants(sign_in):
    counts = []
    for number in (3, 1000):
        owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
        people_in(owner.room, number - 1)
        listed, queries = counted(sign_in(owner), f"{BASE}/{owner.room.token}/participants")
        assert listed == number
        counts.append(queries)

    assert counts[0] == counts[1] <= MOST
