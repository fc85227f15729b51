"""Addresses that are banned, and whom that concerns (participants.md §11)."""

import pytest

from talk import ban
from talk.actor import Actor
from tests.ban.asking import BASE, answer_of, enter
from tests.factories import AttendeeFactory, UserFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    ("192.0.2.7", "192.0.2.7", True),
    ("192.0.2.7", "192.0.2.8", False),
    ("192.0.2.0/24", "192.0.2.255", True),
    ("192.0.2.0/24", "192.0.3.0", False),
    ("2001:db8::1", "2001:0db8:0:0::1", True),
    ("2001:db8::/32", "2001:db8:ffff::1", True),
    ("2001:db8::/32", "2001:db9::1", False),
    ("2001:db8::/32", "192.0.2.7", False),
    ("0.0.0.0/0", "2001:db8::1", False),
    ("192.0.2.0/24", "::ffff:192.0.2.7", True),
    ("192.0.2.0/24", "::ffff:192.0.3.7", False),
    ("192.0.2.7", "", False),
    ("192.0.2.7", "unknown", False),
]


@pytest.mark.parametrize("case", ADDRESSES, ids=str)
def test_an_address_keeps_guests_out(guest_client, room, moderator, case):
    banned, address, kept_out = case
    ban.create(room, "ip", banned, by=moderator)

    response = enter(guest_client, room, address)

    assert response.status_code == (403 if kept_out else 200)


@pytest.mark.parametrize("member", [True, False], ids=["member", "stranger"])
def test_an_address_keeps_no_user_out(sign_in, room, moderator, member):
    user = AttendeeFactory(room=room).user if member else UserFactory()
    ban.create(room, "ip", "192.0.2.0/24", by=moderator)
    client = sign_in(user)

    response = enter(client, room)

    assert response.status_code == 200
    assert client.get(f"{BASE}/call/{room.token}", REMOTE_ADDR="192.0.2.7").status_code == 200


BEHIND_THE_BAN = [
    ("get", "call/{}"),
    ("post", "call/{}"),
    ("put", "call/{}?flags=7"),
    ("delete", "call/{}"),
    ("get", "room/{}/participants"),
    ("put", "room/{}/participants/state?state=1"),
    ("get", "room/{}/capabilities"),
]


@pytest.mark.parametrize(("method", "path"), BEHIND_THE_BAN)
def test_a_guest_who_is_there_is_stopped_by_their_address(
    guest_client, room, moderator, method, path
):
    enter(guest_client, room)
    ban.create(room, "ip", "192.0.2.7", by=moderator)

    response = getattr(guest_client, method)(
        f"{BASE}/{path.format(room.token)}", REMOTE_ADDR="192.0.2.7"
    )

    assert answer_of(response) == (403, [])


def test_a_guest_can_leave_in_spite_of_their_address(guest_client, room, moderator):
    enter(guest_client, room)
    ban.create(room, "ip", "192.0.2.7", by=moderator)

    response = guest_client.delete(
        f"{BASE}/room/{room.token}/participants/active", REMOTE_ADDR="192.0.2.7"
    )

    assert answer_of(response) == (200, None)
    assert room.sessions.count() == 0


def test_the_policy_says_where_a_guest_is(guest_client, room, moderator, settings):
    settings.TALK_POLICY = "tests.ban.policies.BehindAProxy"
    ban.create(room, "ip", "198.51.100.1", by=moderator)

    response = guest_client.post(
        f"{BASE}/room/{room.token}/participants/active",
        REMOTE_ADDR="127.0.0.1",
        headers={"x-real-ip": "198.51.100.1"},
    )

    assert answer_of(response) == (403, {"error": "ban"})


def test_a_user_in_the_room_costs_no_query(room, django_assert_num_queries):
    user = AttendeeFactory(room=room).user

    with django_assert_num_queries(0):
        assert ban.excludes(room, Actor(user, address="192.0.2.7")) is False
