"""GET and POST /chat/{token}: there is no chat (clients.md §9)."""

import pytest

from talk.models import Ban
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, SessionFactory, UserFactory

PATH = "/ocs/v2.php/apps/spreed/api/v1/chat/{}"


@pytest.fixture
def session(db):
    return SessionFactory()


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"lookIntoFuture": 0},
        {"lookIntoFuture": 0, "limit": 100, "setReadMarker": 1},
        {"lookIntoFuture": 1, "timeout": 0},
        {"lookIntoFuture": 1, "timeout": -5},
        {"lookIntoFuture": 1, "timeout": 30},
    ],
)
def test_there_are_no_messages(sign_in, session, parameters):
    response = sign_in(session).get(PATH.format(session.room.token), parameters)

    assert (response.status_code, response.content) == (304, b"")
    assert "Content-Type" not in response.headers


def test_version_1_says_so_in_the_envelope(sign_in, session):
    path = PATH.format(session.room.token).replace("v2.php", "v1.php")

    response = sign_in(session).get(path)

    assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (200, 304)


@pytest.mark.parametrize("timeout", ["soon", "1.5", "9" * 5000, "\x00", "NaN", "\ud800"])
def test_a_timeout_is_a_number(sign_in, session, timeout):
    response = sign_in(session).get(
        PATH.format(session.room.token), {"timeout": timeout.encode(errors="surrogatepass")}
    )

    assert (response.status_code, data_of(response)) == (400, {"error": "timeout"})


def test_nobody_can_say_anything(sign_in, session):
    response = sign_in(session).post(PATH.format(session.room.token), {"message": "Hello"})

    assert (response.status_code, data_of(response)) == (403, [])


def test_nobody_can_be_mentioned(sign_in, session):
    response = sign_in(session).get(PATH.format(session.room.token) + "/mentions", {"search": "a"})

    assert (response.status_code, data_of(response)) == (200, [])


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", ""), ("get", "/mentions")])
def test_strangers_learn_nothing_of_the_room(sign_in, session, method, path):
    for client in (TalkClient(), sign_in(UserFactory())):
        response = getattr(client, method)(PATH.format(session.room.token) + path)

        assert (response.status_code, data_of(response)) == (404, [])


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", ""), ("get", "/mentions")])
def test_whoever_waits_in_the_lobby_waits(sign_in, db, method, path):
    session = SessionFactory(attendee__room__lobby_state=1)

    response = getattr(sign_in(session), method)(PATH.format(session.room.token) + path)

    assert (response.status_code, data_of(response)) == (412, [])


def test_a_banned_guest_is_turned_away(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    Ban.objects.create(room=guest.room, actor_type="ip", actor_id="127.0.0.1")

    response = sign_in(guest).get(PATH.format(guest.room.token))

    assert (response.status_code, data_of(response)) == (403, [])
