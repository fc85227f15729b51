"""Who is known to a room: accounts, guests and their browsers (call.md §1, participants.md §13)."""

import pytest

from talk.constants import ActorType, Listable, ParticipantType, RoomType
from talk.models import Session
from tests.call.endpoints import NO_BODY, answer_of, ask
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

NOBODY = (404, [])
IN_ROOM = ["peers", "join", "change_flags", "leave", "ring", "dial_out", "download"]
WITHOUT_SESSION = {
    "peers": (200, []),
    "join": (404, None),
    "change_flags": (404, None),
    "leave": (404, None),
    "ring": (400, {"error": "in-call"}),
    "dial_out": (400, None),
    "download": (400, NO_BODY),
}


@pytest.fixture
def room(db):
    return RoomFactory()


@pytest.fixture
def public_room(db):
    return RoomFactory(public=True)


@pytest.fixture
def refused(stored):
    """Ask an endpoint and see that nothing changed."""

    def answer(client, endpoint, room):
        before = stored()
        response = ask(client, endpoint, room.token, flags=7)
        assert stored() == before
        return answer_of(response)

    return answer


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_unknown_room_is_not_found(sign_in, refused, room, endpoint):
    client = sign_in(SessionFactory(attendee__room=room, attendee__moderator=True))

    assert refused(client, endpoint, RoomFactory.build(token="nowhere0")) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
@pytest.mark.parametrize(
    "fields",
    [
        {"type": RoomType.GROUP},
        {"type": RoomType.PUBLIC},
        {"type": RoomType.GROUP, "listable": Listable.EVERYONE},
        {"type": RoomType.PUBLIC, "password": "x"},
    ],
)
def test_stranger_with_an_account_is_nobody(sign_in, refused, fields, endpoint):
    room = RoomFactory(**fields)
    SessionFactory(attendee__room=room, calling=True)

    assert refused(sign_in(UserFactory()), endpoint, room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
@pytest.mark.parametrize("room_type", [RoomType.GROUP, RoomType.PUBLIC])
def test_stranger_without_an_account_is_nobody(guest_client, refused, room_type, endpoint):
    room = RoomFactory(type=room_type)
    SessionFactory(attendee__room=room, calling=True)

    assert refused(guest_client, endpoint, room) == NOBODY


@pytest.mark.parametrize("endpoint", ["peers", "join", "leave"])
def test_hidden_room_and_unknown_room_look_alike(sign_in, room, endpoint):
    client = sign_in(UserFactory())

    hidden = ask(client, endpoint, room.token)
    unknown = ask(client, endpoint, "nowhere0")

    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)
    assert hidden.headers == unknown.headers


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_guest_of_another_room_is_nobody(sign_in, refused, public_room, endpoint):
    elsewhere = SessionFactory(attendee__guest=True)
    SessionFactory(attendee__room=public_room, attendee__guest=True, calling=True)

    assert refused(sign_in(elsewhere), endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_guest_whose_session_is_dead_is_nobody(sign_in, refused, public_room, endpoint):
    session = SessionFactory(
        attendee__room=public_room,
        attendee__guest=True,
        attendee__participant_type=ParticipantType.GUEST_MODERATOR,
        age=101,
    )

    assert refused(sign_in(session), endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_guest_whose_session_is_gone_is_nobody(sign_in, refused, public_room, endpoint):
    session = SessionFactory(attendee__room=public_room, attendee__guest=True)
    client = sign_in(session)
    session.delete()

    assert refused(client, endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_guest_who_was_removed_is_nobody(sign_in, refused, public_room, endpoint):
    session = SessionFactory(attendee__room=public_room, attendee__guest=True)
    client = sign_in(session)
    session.attendee.delete()

    assert refused(client, endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_user_who_was_removed_is_nobody(sign_in, refused, public_room, endpoint):
    session = SessionFactory(attendee__room=public_room, attendee__owner=True)
    client = sign_in(session)
    session.attendee.delete()

    assert refused(client, endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_account_that_was_switched_off_is_nobody(sign_in, refused, public_room, endpoint):
    session = SessionFactory(attendee__room=public_room, attendee__owner=True)
    client = sign_in(session)
    session.attendee.user.is_active = False
    session.attendee.user.save()

    assert refused(client, endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_browser_that_logged_out_is_nobody(refused, public_room, endpoint):
    session = SessionFactory(attendee__room=public_room, attendee__owner=True)

    assert refused(TalkClient().hold(session), endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
@pytest.mark.parametrize("actor_type", [ActorType.GUESTS, ActorType.EMAILS, ActorType.GROUPS])
def test_namesake_of_another_kind_is_nobody(sign_in, refused, public_room, actor_type, endpoint):
    user = UserFactory(username="a" * 40)
    AttendeeFactory(
        room=public_room, user=None, actor_type=actor_type, actor_id="a" * 40, display_name=""
    )

    assert refused(sign_in(user), endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_user_in_a_guests_browser_is_not_the_guest(sign_in, refused, public_room, endpoint):
    guest = SessionFactory(attendee__room=public_room, attendee__guest=True)

    assert refused(sign_in(UserFactory()).hold(guest), endpoint, public_room) == NOBODY


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_user_with_a_seat_but_without_a_session_has_a_place_to_look_from(
    sign_in, refused, room, endpoint
):
    attendee = AttendeeFactory(room=room, moderator=True)

    assert refused(sign_in(attendee), endpoint, room) == WITHOUT_SESSION[endpoint]


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_session_of_another_browser_does_not_count(sign_in, refused, room, endpoint):
    attendee = AttendeeFactory(room=room, moderator=True)
    SessionFactory(attendee=attendee, holder="phone")

    assert refused(sign_in(attendee), endpoint, room) == WITHOUT_SESSION[endpoint]


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_session_of_another_room_does_not_count(sign_in, refused, room, endpoint):
    attendee = AttendeeFactory(room=room, moderator=True)
    elsewhere = SessionFactory(attendee__user=attendee.user)

    client = sign_in(attendee).hold(elsewhere)

    assert refused(client, endpoint, room) == WITHOUT_SESSION[endpoint]


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_session_of_another_user_does_not_count(sign_in, refused, room, endpoint):
    attendee = AttendeeFactory(room=room, moderator=True)
    other = SessionFactory(attendee__room=room, attendee__owner=True)

    client = sign_in(attendee).hold(other)

    assert refused(client, endpoint, room) == WITHOUT_SESSION[endpoint]


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_dead_session_does_not_count(sign_in, refused, room, endpoint):
    session = SessionFactory(attendee__room=room, attendee__moderator=True, age=101)

    assert refused(sign_in(session), endpoint, room) == WITHOUT_SESSION[endpoint]


@pytest.mark.parametrize("endpoint", IN_ROOM)
def test_session_that_is_gone_does_not_count(sign_in, refused, room, endpoint):
    session = SessionFactory(attendee__room=room, attendee__moderator=True)
    client = sign_in(session)
    session.delete()

    assert refused(client, endpoint, room) == WITHOUT_SESSION[endpoint]


@pytest.mark.parametrize("age", [0, 31, 99])
@pytest.mark.parametrize("kind", list(ParticipantType))
def test_everybody_with_a_session_makes_calls_alike(sign_in, public_room, kind, age):
    guest = kind in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    attendee = AttendeeFactory(room=public_room, guest=guest, participant_type=kind)
    session = SessionFactory(attendee=attendee, age=age)
    client = sign_in(session)

    answers = [
        answer_of(ask(client, endpoint, public_room.token, flags=3))[0]
        for endpoint in ("peers", "join", "change_flags", "peers", "leave")
    ]

    assert answers == [200, 200, 200, 200, 200]


def test_email_guest_makes_calls_by_cookie(sign_in, public_room):
    attendee = AttendeeFactory(room=public_room, guest=True, actor_type=ActorType.EMAILS)
    client = sign_in(SessionFactory(attendee=attendee))

    assert answer_of(ask(client, "join", public_room.token)) == (200, None)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Android) Nextcloud-Talk v1.0.0",
        "Mozilla/5.0 (iOS) Nextcloud-Talk v1.0.0",
        "Mozilla/5.0 (Linux) Nextcloud-Talk v0.0.1",
        "",
    ],
)
def test_no_client_is_too_old(sign_in, room, agent):
    client = sign_in(SessionFactory(attendee__room=room))
    client.defaults["HTTP_USER_AGENT"] = agent

    assert answer_of(ask(client, "join", room.token)) == (200, None)


def test_only_the_session_of_the_browser_acts(sign_in, room):
    phone = SessionFactory(attendee__room=room, holder="phone")
    laptop = SessionFactory(attendee=phone.attendee, holder="laptop")

    ask(sign_in(laptop), "join", room.token)

    flags = dict(Session.objects.values_list("holder", "in_call"))
    assert flags == {"phone": 0, "laptop": 7}
