"""What a ban does to whoever comes back (participants.md §11; README, decision 2)."""

import pytest

from talk import ban, errors, participant
from talk import session as sessions
from talk.actor import Actor
from talk.constants import Listable, RoomType
from talk.models import Attendee, Ban, Room
from tests.ban.asking import BASE, answer_of, enter
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def ban_guest(client, room, moderator):
    """Ban the guest who has entered with this client."""
    guest = room.attendees.exclude(pk=moderator.pk).get()
    return ban.create(room, guest.actor_type, guest.actor_id, by=moderator, internal_note="Why.")


# Users.


def test_a_banned_user_cannot_join_a_public_room(sign_in, room, moderator):
    user = UserFactory()
    ban.create(room, "users", user.username, by=moderator)

    response = enter(sign_in(user), room)

    assert answer_of(response) == (403, {"error": "ban"})
    assert list(Attendee.objects.all()) == [moderator]


@pytest.mark.parametrize("listable", [Listable.USERS, Listable.EVERYONE])
def test_a_banned_user_cannot_join_a_listed_room(sign_in, listable):
    moderator = AttendeeFactory(owner=True, room=RoomFactory(listable=listable))
    user = UserFactory()
    ban.create(moderator.room, "users", user.username, by=moderator)

    response = enter(sign_in(user), moderator.room)

    assert answer_of(response) == (403, {"error": "ban"})


def test_a_banned_user_finds_no_private_room(sign_in):
    moderator = AttendeeFactory(owner=True, room=RoomFactory())
    session = SessionFactory(attendee__room=moderator.room)
    client = sign_in(session)
    ban.create(moderator.room, "users", session.attendee.actor_id, by=moderator)

    response = enter(client, moderator.room)

    assert answer_of(response) == (404, None)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_banned_user_is_a_stranger_to_the_call(sign_in, room, moderator, method):
    session = SessionFactory(attendee__room=room)
    client = sign_in(session)
    ban.create(room, "users", session.attendee.actor_id, by=moderator)

    response = getattr(client, method)(f"{BASE}/call/{room.token}?flags=7")

    assert answer_of(response) == (404, [])


def test_a_banned_user_sees_a_public_room_as_a_stranger_does(sign_in, room, moderator):
    user = UserFactory()
    ban.create(room, "users", user.username, by=moderator)

    response = sign_in(user).get(f"{BASE}/room/{room.token}")

    assert response.status_code == 200
    assert data_of(response)["participantType"] == 4


def test_a_banned_user_cannot_be_added(sign_in, room, moderator):
    user = UserFactory()
    ban.create(room, "users", user.username, by=moderator)

    response = sign_in(moderator).post(
        f"{BASE}/room/{room.token}/participants", {"newParticipant": user.username}
    )

    assert answer_of(response) == (400, {"error": "ban"})
    assert not Attendee.objects.filter(user=user).exists()


def test_the_ban_of_a_guest_with_the_same_id_is_not_the_users(sign_in, room, moderator):
    user = UserFactory()
    ban.create(room, "guests", user.username, by=moderator)

    response = enter(sign_in(user), room)

    assert response.status_code == 200


def test_a_user_whose_ban_was_lifted_can_join(sign_in, room, moderator):
    user = UserFactory()
    made = ban.create(room, "users", user.username, by=moderator)
    ban.lift(room, made.pk)

    response = enter(sign_in(user), room)

    assert response.status_code == 200


def test_no_address_is_banned_with_a_user(sign_in, room, moderator):
    user = UserFactory()
    made = ban.create(room, "users", user.username, by=moderator)

    enter(sign_in(user), room)

    assert list(Ban.objects.all()) == [made]


def test_who_is_banned_while_they_enter_gets_no_seat(room, moderator, monkeypatch):
    room.set_password("sesame")
    room.save()
    user = UserFactory()

    def check_password(self, password):
        ban.create(room, "users", user.username, by=moderator)
        return True

    monkeypatch.setattr(Room, "check_password", check_password)

    with pytest.raises(errors.JoinBanned):
        sessions.enter(room, Actor(user, "browser"), password="sesame")

    assert list(Attendee.objects.all()) == [moderator]


# Guests, known by their browser.


def test_a_banned_guest_does_not_come_back(guest_client, room, moderator):
    enter(guest_client, room)
    ban_guest(guest_client, room, moderator)

    response = enter(guest_client, room)

    assert answer_of(response) == (403, {"error": "ban"})
    assert list(Attendee.objects.all()) == [moderator]


def test_a_banned_guest_is_a_stranger_to_the_call(guest_client, room, moderator):
    enter(guest_client, room)
    ban_guest(guest_client, room, moderator)

    response = guest_client.get(f"{BASE}/call/{room.token}", REMOTE_ADDR="192.0.2.7")

    assert answer_of(response) == (404, [])


def test_a_banned_guest_who_comes_back_has_their_address_banned(guest_client, room, moderator):
    enter(guest_client, room)
    made = ban_guest(guest_client, room, moderator)

    enter(guest_client, room, "198.51.100.1")

    address = Ban.objects.exclude(pk=made.pk).get()
    assert (address.room, address.actor_type, address.actor_id, address.display_name) == (
        room,
        "ip",
        "198.51.100.1",
        "198.51.100.1",
    )
    assert (address.moderator_id, address.internal_note) == (moderator.actor_id, "Why.")


def test_the_banned_address_is_told(
    guest_client, room, moderator, heard, django_capture_on_commit_callbacks
):
    enter(guest_client, room)
    made = ban_guest(guest_client, room, moderator)

    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            enter(guest_client, room)

    address = Ban.objects.exclude(pk=made.pk).get()
    assert heard == [("banned", {"room": room, "ban": address})]


def test_the_address_is_banned_once(guest_client, room, moderator):
    enter(guest_client, room)
    ban_guest(guest_client, room, moderator)

    for _time in range(3):
        enter(guest_client, room)

    assert Ban.objects.filter(actor_type="ip").count() == 1


def test_another_browser_at_the_banned_address_is_kept_out(guest_client, room, moderator):
    enter(guest_client, room)
    ban_guest(guest_client, room, moderator)
    enter(guest_client, room)

    response = enter(TalkClient(), room)

    assert answer_of(response) == (403, {"error": "ban"})


def test_another_browser_elsewhere_is_somebody_else(guest_client, room, moderator):
    enter(guest_client, room)
    ban_guest(guest_client, room, moderator)
    enter(guest_client, room)

    response = enter(TalkClient(), room, "198.51.100.1")

    assert response.status_code == 200


def test_a_banned_guest_may_enter_other_rooms(guest_client, room, moderator):
    enter(guest_client, room)
    ban_guest(guest_client, room, moderator)
    enter(guest_client, room)

    response = enter(guest_client, RoomFactory(public=True))

    assert response.status_code == 200


def test_a_guest_without_an_address_is_still_kept_out(guest_client, room, moderator):
    enter(guest_client, room, "")
    made = ban_guest(guest_client, room, moderator)

    response = enter(guest_client, room, "")

    assert answer_of(response) == (403, {"error": "ban"})
    assert list(Ban.objects.all()) == [made]


def test_a_guest_whose_ban_was_lifted_can_join(guest_client, room, moderator):
    enter(guest_client, room)
    made = ban_guest(guest_client, room, moderator)
    ban.lift(room, made.pk)

    response = enter(guest_client, room)

    assert response.status_code == 200


# Order of the checks at the room's door (participants.md §5).


def test_a_ban_comes_before_the_password(guest_client, room, moderator):
    room.set_password("secret")
    room.save()
    ban.create(room, "ip", "192.0.2.7", by=moderator)

    response = enter(guest_client, room)

    assert answer_of(response) == (403, {"error": "ban"})


def test_a_room_that_is_not_open_comes_before_the_ban(guest_client):
    moderator = AttendeeFactory(owner=True, room=RoomFactory(type=RoomType.GROUP))
    ban.create(moderator.room, "ip", "192.0.2.7", by=moderator)

    response = enter(guest_client, moderator.room)

    assert answer_of(response) == (404, None)


def test_nobody_is_banned_by_leaving(guest_client, room, moderator):
    enter(guest_client, room)
    guest = room.attendees.exclude(pk=moderator.pk).get()
    participant.remove(guest, by=moderator)

    response = enter(guest_client, room)

    assert response.status_code == 200
