"""What signaling servers ask the site: tickets and rooms (signaling.md §3)."""

import pytest

from talk.constants import ParticipantType, Permission, RoomType
from talk.models import Announcement, Attendee, Session
from talk.signaling import ticket
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

NO_SUCH_ROOM = {
    "type": "error",
    "error": {"code": "no_such_room", "message": "The user is not invited to this room."},
}


def auth(user_id, card):
    params = {"userid": user_id, "ticket": card}
    return {"type": "auth", "auth": {"version": "1.0", "params": params}}


def room_request(session, **changes):
    user_id = "" if session.attendee.is_guest else session.attendee.actor_id
    asked = {
        "version": "1.0",
        "roomid": session.room.token,
        "userid": user_id,
        "sessionid": session.session_id,
    }
    return {"type": "room", "room": asked | changes}


def code_of(answer):
    return answer["error"]["code"] if answer["type"] == "error" else None


# Tickets.


def test_a_ticket_says_who_the_client_is(hpb):
    user = UserFactory()

    answer = hpb(auth(user.username, ticket.issue(user.username)))

    assert answer == {
        "type": "auth",
        "auth": {
            "version": "1.0",
            "userid": user.username,
            "user": {"displayname": user.get_full_name()},
        },
    }


def test_a_ticket_of_a_guest_names_nobody(hpb):
    answer = hpb(auth(None, ticket.issue("")))

    assert answer == {"type": "auth", "auth": {"version": "1.0"}}


def test_a_forged_ticket_is_refused(hpb):
    assert code_of(hpb(auth("alice", "random:1:alice:00"))) == "invalid_ticket"


def test_a_ticket_of_somebody_else_is_refused(hpb):
    mine, other = UserFactory(), UserFactory()

    assert code_of(hpb(auth(other.username, ticket.issue(mine.username)))) == "invalid_ticket"


def test_a_guest_cannot_say_to_be_a_user(hpb):
    assert code_of(hpb(auth(UserFactory().username, ticket.issue("")))) == "invalid_ticket"


def test_a_ticket_of_a_deleted_user_is_refused(hpb):
    user = UserFactory()
    card = ticket.issue(user.username)
    user.delete()

    assert code_of(hpb(auth(user.username, card))) == "no_such_user"


def test_a_ticket_of_an_inactive_user_is_refused(hpb):
    user = UserFactory(is_active=False)

    assert code_of(hpb(auth(user.username, ticket.issue(user.username)))) == "no_such_user"


# Entering a room.


def test_whoever_joined_may_enter(hpb):
    session = SessionFactory(attendee__room__description="Weekly")
    room = session.room

    answer = hpb(room_request(session))

    assert answer == {
        "type": "room",
        "room": {
            "version": "1.0",
            "roomid": room.token,
            "properties": {
                "name": room.name,
                "type": 2,
                "lobby-state": 0,
                "lobby-timer": None,
                "read-only": 0,
                "listable": 0,
                "active-since": None,
                "sip-enabled": 0,
                "description": "Weekly",
            },
            "permissions": ["publish-audio", "publish-video", "publish-screen"],
        },
    }


def test_a_guest_enters_without_a_name(hpb):
    session = SessionFactory(attendee__guest=True)

    assert hpb(room_request(session))["type"] == "room"


def test_entering_is_a_ping(hpb):
    session = SessionFactory(age=60)
    before = session.last_ping

    hpb(room_request(session))

    session.refresh_from_db()
    assert session.last_ping > before


@pytest.mark.parametrize(
    ("seat", "permissions"),
    [
        ({"moderator": True}, ["publish-audio", "publish-video", "publish-screen", "control"]),
        ({"permissions": Permission.CUSTOM | Permission.PUBLISH_AUDIO}, ["publish-audio"]),
        ({"permissions": Permission.CUSTOM}, []),
        (
            {"guest": True, "participant_type": ParticipantType.GUEST_MODERATOR},
            ["publish-audio", "publish-video", "publish-screen", "control"],
        ),
    ],
)
def test_permissions_are_always_a_list(hpb, seat, permissions):
    session = SessionFactory(attendee=AttendeeFactory(**seat))

    assert hpb(room_request(session))["room"]["permissions"] == permissions


def test_properties_of_a_one_to_one_are_the_same_for_both(hpb):
    alice, bob = UserFactory(), UserFactory()
    room = RoomFactory(type=RoomType.ONE_TO_ONE, name=f'["{alice.username}", "{bob.username}"]')
    sessions = [SessionFactory(attendee__room=room, attendee__user=user) for user in (alice, bob)]

    shown = [hpb(room_request(session))["room"]["properties"] for session in sessions]

    assert shown[0] == shown[1]
    assert shown[0]["name"] == f"{alice.username}, {bob.username}"


def test_the_running_call_is_told(hpb):
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    properties = hpb(room_request(session))["room"]["properties"]

    assert properties["active-since"] == int(session.room.call_started_at.timestamp())


def test_whoever_comes_back_in_the_middle_of_a_call_is_announced_again(hpb):
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    hpb(room_request(session))

    (waiting,) = Announcement.objects.all()
    assert (waiting.kind, waiting.room_token) == ("incall", session.room.token)
    assert waiting.details["changed"][0]["sessionId"] == session.session_id


def test_a_client_without_a_session_enters_by_its_seat(hpb):
    seat = AttendeeFactory()
    asked = {"version": "1.0", "roomid": seat.room.token, "userid": seat.actor_id, "sessionid": ""}

    answer = hpb({"type": "room", "room": asked})

    assert answer["room"]["permissions"] == ["publish-audio", "publish-video", "publish-screen"]


@pytest.mark.parametrize(
    "changes",
    [
        {"roomid": "nowhere0"},
        {"roomid": ""},
        {"roomid": None},
        {"sessionid": "unknown"},
        {"sessionid": "", "userid": "stranger"},
        {"sessionid": "", "userid": ""},
        {"sessionid": "0", "userid": ""},
        {"userid": "stranger"},
        {"userid": ""},
    ],
)
def test_strangers_do_not_learn_which_rooms_there_are(hpb, changes):
    session = SessionFactory()

    assert hpb(room_request(session, **changes)) == NO_SUCH_ROOM


def test_a_session_of_another_room_is_none_of_this_one(hpb):
    session, other = SessionFactory(), SessionFactory()

    assert hpb(room_request(session, roomid=other.room.token)) == NO_SUCH_ROOM


def test_a_session_of_another_user_is_nobodys(hpb):
    mine = SessionFactory()
    other = SessionFactory(attendee__room=mine.room)

    assert hpb(room_request(other, userid=mine.attendee.actor_id)) == NO_SUCH_ROOM


def test_a_session_that_fell_silent_has_ended(hpb):
    assert hpb(room_request(SessionFactory(age=101))) == NO_SUCH_ROOM


# Leaving it.


def test_leaving_ends_the_session(hpb):
    session = SessionFactory()

    answer = hpb(room_request(session, action="leave"))

    assert answer["type"] == "room"
    assert not Session.objects.exists()
    assert Attendee.objects.count() == 1


def test_leaving_ends_the_call_of_the_last_one(hpb):
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    hpb(room_request(session, action="leave"))

    session.room.refresh_from_db()
    assert session.room.call_started_at is None


def test_leaving_again_is_leaving_nothing(hpb):
    session = SessionFactory()
    hpb(room_request(session, action="leave"))

    assert hpb(room_request(session, action="leave")) == NO_SUCH_ROOM


# Telephones and the like, which the server's own client brings in.


def phone(seat, session_id="made by the server", **changes):
    asked = {
        "version": "1.0",
        "roomid": seat.room.token,
        "userid": "",
        "sessionid": session_id,
        "actorid": seat.actor_id,
        "actortype": seat.actor_type,
    }
    return {"type": "room", "room": asked | changes}


def test_a_phone_gets_a_session_and_is_in_the_call(hpb):
    seat = AttendeeFactory(room__with_call=True)
    SessionFactory(calling=True, attendee__room=seat.room)

    answers = [hpb(phone(seat, incall=9)) for _time in range(2)]

    session = Session.objects.get(attendee=seat)
    assert [answer["type"] for answer in answers] == ["room", "room"]
    assert (session.session_id, session.in_call) == ("made by the server", 9)


def test_a_phone_that_may_not_call_is_in_the_room(hpb):
    seat = AttendeeFactory(permissions=Permission.CUSTOM)

    assert hpb(phone(seat, incall=9))["type"] == "room"

    assert Session.objects.get(attendee=seat).in_call == 0


def test_a_phone_that_hangs_up_has_left(hpb):
    seat = AttendeeFactory()
    hpb(phone(seat))

    assert hpb(phone(seat, action="leave"))["type"] == "room"

    assert not Session.objects.exists()


def test_a_phone_cannot_have_the_session_of_somebody_else(hpb):
    session = SessionFactory()
    seat = AttendeeFactory(room=session.room)

    assert code_of(hpb(phone(seat, session.session_id))) == "duplicate_session"


def test_a_phone_of_nobody_learns_nothing(hpb):
    assert hpb(phone(AttendeeFactory(), actorid="nobody")) == NO_SUCH_ROOM


@pytest.mark.parametrize("session_id", ["", "0", "x" * 513])
def test_a_phone_needs_a_session_id(hpb, session_id):
    assert code_of(hpb(phone(AttendeeFactory(), session_id))) == "invalid_request"


# Others.


def test_a_session_of_a_server_of_its_own_is_acknowledged(hpb):
    asked = {"version": "1.0", "roomid": "room0001", "action": "add", "sessionid": "x"}

    answer = hpb({"type": "session", "session": asked})

    assert answer == {"type": "session", "session": {"version": "1.0", "roomid": "room0001"}}


@pytest.mark.parametrize("version", ["1", "2"])
def test_old_paths_answer_as_well(hpb, version):
    session = SessionFactory()
    url = f"/ocs/v2.php/apps/spreed/api/v{version}/signaling/backend"

    assert hpb(room_request(session), url=url)["type"] == "room"
