"""POST /room/{token}/participants/active: join (participants.md §5, clients.md §5)."""

import time

import pytest

from talk.constants import Listable, LobbyState, ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/active"


def join(client, token, **parameters):
    return client.post(URL.format(token), parameters, JSON)


def locked_room(**fields):
    room = RoomFactory(public=True, **fields)
    room.set_password("open sesame")
    room.save()
    return room


def state():
    """Everything that a refused join must leave alone."""
    return [list(model.objects.order_by("pk").values()) for model in (Room, Attendee, Session)]


def test_joining_answers_the_room_with_the_new_session(sign_in):
    attendee = AttendeeFactory(moderator=True)
    before = int(time.time())

    response = join(sign_in(attendee), attendee.room.token)

    joined, session = data_of(response), Session.objects.get()
    assert response.status_code == 200
    assert (joined["token"], joined["attendeeId"]) == (attendee.room.token, attendee.pk)
    assert joined["sessionId"] == session.session_id
    assert len(joined["sessionId"]) == 512
    assert joined["participantFlags"] == 0
    assert before <= joined["lastPing"] <= int(time.time())
    assert joined["participantType"] == ParticipantType.MODERATOR


def test_the_answer_is_the_one_that_reading_the_room_gives(sign_in):
    attendee = AttendeeFactory()
    client = sign_in(attendee)

    joined = data_of(join(client, attendee.room.token))

    assert joined == data_of(client.get(f"/ocs/v2.php/apps/spreed/api/v4/room/{joined['token']}"))


def test_the_answer_has_no_hash(sign_in):
    attendee = AttendeeFactory()

    response = join(sign_in(attendee), attendee.room.token)

    assert "X-Nextcloud-Talk-Hash" not in response.headers


def test_no_body_is_needed(sign_in):
    attendee = AttendeeFactory()

    response = sign_in(attendee).post(URL.format(attendee.room.token))

    assert response.status_code == 200


@pytest.mark.parametrize("closed", [{"read_only": True}, {"lobby_state": 1}])
def test_a_closed_room_can_be_joined_all_the_same(sign_in, closed):
    attendee = AttendeeFactory(room=RoomFactory(**closed))

    response = join(sign_in(attendee), attendee.room.token)

    assert response.status_code == 200
    assert Session.objects.count() == 1


def test_who_waits_in_the_lobby_does_not_read_of_the_call(sign_in):
    room = RoomFactory(with_call=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    SessionFactory(attendee__room=room, attendee__moderator=True, calling=True)
    attendee = AttendeeFactory(room=room)

    joined = data_of(join(sign_in(attendee), room.token))

    assert (joined["hasCall"], joined["canStartCall"]) == (False, False)


# Who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "status", "role"),
    [
        ({"type": RoomType.PUBLIC}, 200, ParticipantType.SELF_JOINED),
        ({"type": RoomType.PUBLIC, "listable": Listable.USERS}, 200, ParticipantType.USER),
        ({"type": RoomType.GROUP, "listable": Listable.EVERYONE}, 200, ParticipantType.USER),
        ({"type": RoomType.GROUP}, 404, None),
        ({"type": RoomType.ONE_TO_ONE, "listable": Listable.EVERYONE}, 404, None),
    ],
)
def test_a_user_without_a_seat(sign_in, room, status, role):
    room = RoomFactory(**room)

    response = join(sign_in(UserFactory()), room.token)

    assert response.status_code == status
    if status == 404:
        assert data_of(response) is None
    assert [a.participant_type for a in Attendee.objects.all()] == ([role] if role else [])


@pytest.mark.parametrize("listable", Listable)
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.ONE_TO_ONE, RoomType.CHANGELOG])
def test_a_guest_finds_public_rooms_only(guest_client, type_, listable):
    room = RoomFactory(type=type_, listable=listable)

    response = join(guest_client, room.token)

    assert (response.status_code, data_of(response)) == (404, None)
    assert not Session.objects.exists()


def test_a_guest_joins_a_public_room(guest_client):
    room = RoomFactory(public=True)

    joined = data_of(join(guest_client, room.token))

    guest = Attendee.objects.get()
    assert (joined["actorType"], joined["actorId"]) == ("guests", guest.actor_id)
    assert (joined["participantType"], joined["attendeeId"]) == (ParticipantType.GUEST, guest.pk)


@pytest.mark.parametrize("visitor", ["guest", "user"])
def test_an_unknown_room_and_a_forbidden_one_look_alike(guest_client, sign_in, visitor):
    client = guest_client if visitor == "guest" else sign_in(UserFactory())
    others = AttendeeFactory(owner=True).room

    unknown, forbidden = join(client, "nowhere1"), join(client, others.token)

    assert (unknown.status_code, data_of(unknown)) == (404, None)
    assert forbidden.content == unknown.content


def test_a_refused_visitor_gets_no_cookie(guest_client):
    join(guest_client, RoomFactory().token)

    assert guest_client.cookies == {}


# The password ------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", [{}, {"password": ""}, {"password": "wrong"}])
@pytest.mark.parametrize("visitor", ["guest", "user"])
def test_a_wrong_password_is_refused_and_changes_nothing(
    guest_client, sign_in, visitor, parameters
):
    client = guest_client if visitor == "guest" else sign_in(UserFactory())
    room, before = locked_room(), state()

    response = join(client, room.token, **parameters)

    assert (response.status_code, data_of(response)) == (403, {"error": "password"})
    assert state() == before


def test_a_wrong_password_leaves_the_session_elsewhere_alone(guest_client):
    join(guest_client, RoomFactory(public=True).token)
    room, before = locked_room(), state()

    response = join(guest_client, room.token, password="wrong")

    assert response.status_code == 403
    assert state() == before


def test_a_changed_password_keeps_those_who_are_there(guest_client):
    room = locked_room()
    join(guest_client, room.token, password="open sesame")
    room.set_password("another one")
    room.save()

    response = join(guest_client, room.token)

    assert response.status_code == 200


@pytest.mark.parametrize("visitor", ["guest", "user"])
def test_the_right_password_opens(guest_client, sign_in, visitor):
    client = guest_client if visitor == "guest" else sign_in(UserFactory())

    response = join(client, locked_room().token, password="open sesame")

    assert response.status_code == 200
    assert Session.objects.count() == 1


def test_android_sends_a_form(guest_client):
    room = locked_room()

    response = guest_client.post(
        URL.format(room.token), "password=open+sesame", "application/x-www-form-urlencoded"
    )

    assert response.status_code == 200


def test_members_need_no_password(sign_in):
    attendee = AttendeeFactory(room=locked_room())

    assert join(sign_in(attendee), attendee.room.token).status_code == 200


# The conflict ------------------------------------------------------------------------------


@pytest.mark.parametrize("force", [False, "false", 0, "0", ""])
def test_without_force_a_call_in_this_browser_conflicts(sign_in, force):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), in_call=3, age=20)
    before = state()

    response = join(sign_in(session), session.room.token, force=force)

    assert response.status_code == 409
    assert data_of(response) == {
        "sessionId": session.session_id,
        "inCall": 3,
        "lastPing": int(session.last_ping.timestamp()),
    }
    assert state() == before


@pytest.mark.parametrize("parameters", [{}, {"force": True}, {"force": 1}, {"force": "true"}])
def test_with_force_or_without_a_word_the_session_is_replaced(sign_in, parameters):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), in_call=3)

    response = join(sign_in(session), session.room.token, **parameters)

    assert response.status_code == 200
    assert Session.objects.get().session_id == data_of(response)["sessionId"]


@pytest.mark.parametrize("elsewhere", ["out of the call", "on another device"])
def test_without_force_nothing_else_conflicts(sign_in, elsewhere):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), in_call=3)
    if elsewhere == "out of the call":
        Session.objects.update(in_call=0)
        client = sign_in(session)
    else:
        client = sign_in(session.attendee)

    response = join(client, session.room.token, force=False)

    assert response.status_code == 200


# Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("password", [["open sesame"], {"a": 1}, True, "open\x00sesame"])
def test_a_malformed_password_is_named(guest_client, password):
    room, before = locked_room(), state()

    response = join(guest_client, room.token, password=password)

    assert (response.status_code, data_of(response)) == (400, {"error": "password"})
    assert state() == before


@pytest.mark.parametrize("force", [[], {}, ["x"], "maybe", 7, 1.5])
def test_force_is_whatever_is_truthy(sign_in, force):
    attendee = AttendeeFactory()

    response = join(sign_in(attendee), attendee.room.token, force=force)

    assert response.status_code == 200


def test_a_very_long_password_is_only_wrong(guest_client):
    response = join(guest_client, locked_room().token, password="x" * 100_000)

    assert (response.status_code, data_of(response)) == (403, {"error": "password"})
