"""``GET /call/{token}`` (call.md §2)."""

from xml.etree import ElementTree

import pytest

from talk.constants import ActorType, LobbyState
from talk.models import Session
from tests.call.endpoints import V1, V2, answer_of
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory


def url(room):
    return V2 + room.token


def in_call(room, count):
    return [SessionFactory(attendee__room=room, calling=True) for _ in range(count)]


def test_peers_of_an_idle_room_are_an_empty_list(sign_in):
    session = SessionFactory()

    assert answer_of(sign_in(session).get(url(session.room))) == (200, [])


def test_peers_have_six_fields(sign_in):
    room = RoomFactory(token="abcd1234", public=True)
    alice = SessionFactory(
        attendee__room=room,
        attendee__user__username="alice",
        attendee__display_name="Alice <A.> Ünal",
        calling=True,
    )
    guest = SessionFactory(
        attendee=AttendeeFactory(room=room, guest=True, actor_id="5" * 40), calling=True, age=5
    )

    response = sign_in(alice).get(url(room))

    assert answer_of(response) == (
        200,
        [
            {
                "actorType": "users",
                "actorId": "alice",
                "displayName": "Alice <A.> Ünal",
                "token": "abcd1234",
                "lastPing": int(alice.last_ping.timestamp()),
                "sessionId": alice.session_id,
            },
            {
                "actorType": "guests",
                "actorId": "5" * 40,
                "displayName": "",
                "token": "abcd1234",
                "lastPing": int(guest.last_ping.timestamp()),
                "sessionId": guest.session_id,
            },
        ],
    )


def test_peers_are_numbers_and_texts_of_their_kind(sign_in):
    session = SessionFactory(calling=True)

    [peer] = data_of(sign_in(session).get(url(session.room)))

    assert {name: type(value) for name, value in peer.items()} == {
        "actorType": str,
        "actorId": str,
        "displayName": str,
        "token": str,
        "lastPing": int,
        "sessionId": str,
    }
    assert len(peer["sessionId"]) == 512


def test_peers_in_xml(sign_in):
    session = SessionFactory(calling=True)

    response = sign_in(session).get(url(session.room), {"format": "xml"})

    elements = ElementTree.fromstring(response.content).findall("data/element")
    assert [element.findtext("sessionId") for element in elements] == [session.session_id]


def test_peers_by_the_first_entry_point(sign_in):
    session = SessionFactory(calling=True)

    response = sign_in(session).get(V1 + session.room.token)

    assert response.json()["ocs"]["meta"]["statuscode"] == 100
    assert [peer["sessionId"] for peer in data_of(response)] == [session.session_id]


def test_peers_are_shown_per_session_of_those_in_the_call_and_fresh(sign_in):
    room = RoomFactory()
    phone = SessionFactory(attendee__room=room, calling=True)
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop", in_call=8, age=29)
    SessionFactory(attendee__room=room, calling=True, age=31)
    outside = SessionFactory(attendee__room=room)
    SessionFactory(calling=True)

    peers = data_of(sign_in(outside).get(url(room)))

    assert [peer["sessionId"] for peer in peers] == [phone.session_id, laptop.session_id]


def test_peers_without_a_session_of_ones_own(sign_in):
    session = SessionFactory(calling=True)
    attendee = AttendeeFactory(room=session.room)

    peers = data_of(sign_in(attendee).get(url(session.room)))

    assert [peer["sessionId"] for peer in peers] == [session.session_id]


def test_peers_by_basic_authentication_without_a_cookie(guest_client):
    session = SessionFactory(attendee__user__username="alice", calling=True)

    response = guest_client.get(
        url(session.room), headers={"authorization": "Basic YWxpY2U6c2VjcmV0"}
    )

    assert [peer["actorId"] for peer in data_of(response)] == ["alice"]


@pytest.mark.parametrize(
    ("room", "attendee", "answer"),
    [
        ({"read_only": True}, {"owner": True}, (403, [])),
        ({"type": 4}, {"owner": True}, (403, [])),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {}, (412, [])),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"permissions": 8}, (200, [])),
        ({"lobby_state": LobbyState.NON_MODERATORS_WAIT}, {"moderator": True}, (200, [])),
        ({"type": 5}, {}, (200, [])),
        ({"type": 6}, {"owner": True}, (200, [])),
    ],
)
def test_peers_of_rooms_of_every_state(sign_in, room, attendee, answer):
    session = SessionFactory(attendee=AttendeeFactory(room=RoomFactory(**room), **attendee), age=40)

    assert answer_of(sign_in(session).get(url(session.room))) == answer


def test_peers_are_hidden_where_calls_are_switched_off(sign_in, settings):
    settings.TALK_START_CALLS = 3
    session = SessionFactory(calling=True)

    assert answer_of(sign_in(session).get(url(session.room))) == (403, [])


def test_looking_is_no_ping(sign_in, stored):
    session = SessionFactory(calling=True, age=29)
    SessionFactory(attendee__room=session.room, calling=True, age=1000)
    before = stored()

    sign_in(session).get(url(session.room))

    assert stored() == before


@pytest.mark.parametrize("actor_type", [ActorType.GUESTS, ActorType.EMAILS])
def test_guests_may_look(sign_in, actor_type):
    session = SessionFactory(
        attendee=AttendeeFactory(guest=True, actor_type=actor_type), calling=True
    )

    peers = data_of(sign_in(session).get(url(session.room)))

    assert [peer["actorType"] for peer in peers] == [actor_type.value]


@pytest.mark.parametrize("count", [3, 30])
def test_peers_cost_four_queries(sign_in, django_assert_num_queries, count):
    room = RoomFactory(with_call=True)
    client = sign_in(in_call(room, count)[0])

    with django_assert_num_queries(4):
        response = client.get(url(room))

    assert len(data_of(response)) == count


@pytest.mark.parametrize("count", [3, 30])
def test_peers_cost_a_guest_four_queries(sign_in, django_assert_num_queries, count):
    room = RoomFactory(public=True, with_call=True)
    in_call(room, count - 1)
    guest = SessionFactory(attendee=AttendeeFactory(room=room, guest=True), calling=True)
    client = sign_in(guest)

    with django_assert_num_queries(4):
        response = client.get(url(room))

    assert len(data_of(response)) == count


@pytest.mark.parametrize("parameter", ["limit", "page", "flags", "token", "all"])
def test_peers_know_no_parameters(sign_in, parameter):
    room = RoomFactory()
    sessions = in_call(room, 3)

    peers = data_of(sign_in(sessions[0]).get(url(room), {parameter: "1"}))

    assert len(peers) == Session.objects.count()
