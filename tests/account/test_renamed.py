"""An account that takes another name keeps its rooms (design: the host's people on the wire)."""

import pytest

from talk import ban, errors
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.models import Attendee, Ban, Notification, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4"


def rename(user, username, **fields):
    user.username = username
    for field, value in fields.items():
        setattr(user, field, value)
    user.save()


def ids_and_names():
    return list(Attendee.objects.order_by("pk").values_list("actor_id", "display_name"))


def test_seats_follow_the_display_name():
    user = UserFactory(username="ada", first_name="Ada")
    for _ in range(2):
        AttendeeFactory(user=user)
    other = AttendeeFactory()

    rename(user, "ada", first_name="Augusta")

    assert ids_and_names() == [
        ("ada", "Augusta Last"),
        ("ada", "Augusta Last"),
        (other.actor_id, other.display_name),
    ]


def test_without_a_full_name_the_user_name_is_shown():
    user = AttendeeFactory(user__username="ada").user

    rename(user, "ada", first_name="", last_name="")

    assert ids_and_names() == [("ada", "ada")]


def test_seats_follow_the_user_name(sign_in):
    session = SessionFactory(attendee__user__username="ada")
    client = sign_in(session)

    rename(session.attendee.user, "lovelace")

    assert ids_and_names()[0][0] == "lovelace"
    shown = data_of(client.get(f"{BASE}/room/{session.room.token}"))
    assert (shown["actorId"], shown["sessionId"]) == ("lovelace", session.session_id)


def test_a_change_of_case_is_a_change():
    user = AttendeeFactory(user__username="ada").user

    rename(user, "Ada")

    assert ids_and_names()[0][0] == "Ada"


@pytest.mark.parametrize("length", [254, 255, 300])
def test_a_name_that_no_column_holds_is_cut(length):
    user = AttendeeFactory().user

    rename(user, "ada", first_name="A" * 150, last_name="B" * (length - 151))

    assert ids_and_names() == [("ada", ("A" * 150 + " " + "B" * 149)[: min(length, 255)])]


def test_a_one_to_one_stays_the_one_of_the_two():
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(bob, ada)

    rename(ada, "zoe")

    room.refresh_from_db()
    assert room.name == '["bob", "zoe"]'
    assert rooms.create_one_to_one(ada, bob) == (room, False)
    assert rooms.create_one_to_one(bob, ada) == (room, False)


def test_a_one_to_one_shows_the_new_name_of_the_other(sign_in):
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(bob, ada)

    rename(ada, "zoe", first_name="Zoe")

    shown = data_of(sign_in(bob).get(f"{BASE}/room/{room.token}"))
    assert (shown["name"], shown["displayName"]) == ("zoe", "Zoe Last")


def test_rooms_of_similar_names_stay_as_they_are():
    bob, ada = UserFactory(username="bob"), UserFactory(username="a_a")
    similar = ["aba", "a_a2", "xa_a", "A_A.", "a-a"]
    for name in similar:
        rooms.create_one_to_one(bob, UserFactory(username=name))
    before = list(Room.objects.order_by("pk").values_list("name", "pair"))

    rename(ada, "zoe")

    assert list(Room.objects.order_by("pk").values_list("name", "pair")) == before


@pytest.mark.parametrize("name", ["ünïcödé", "o'neil", 'quo"te', "back\\slash", "per%cent", "日本"])
def test_every_name_can_be_left(name):
    user, bob = UserFactory(username=name), UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(bob, user)

    rename(user, "zoe")

    room.refresh_from_db()
    assert room.user_ids == ["bob", "zoe"]


def test_a_former_name_can_be_taken_by_somebody_else():
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    first, _created = rooms.create_one_to_one(bob, ada)
    rename(ada, "zoe")

    second, created = rooms.create_one_to_one(bob, UserFactory(username="ada"))

    assert (created, second.pk == first.pk) == (True, False)


def test_two_can_change_names():
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(ada, bob)
    participants = [AttendeeFactory(user=user) for user in (ada, bob)]

    rename(ada, "interim")
    rename(bob, "ada")
    rename(ada, "bob")

    room.refresh_from_db()
    assert room.user_ids == ["ada", "bob"]
    assert rooms.create_one_to_one(bob, ada) == (room, False)
    assert [Attendee.objects.get(pk=each.pk).actor_id for each in participants] == ["bob", "ada"]


def test_a_ban_follows_the_account():
    moderator, user = AttendeeFactory(owner=True, room=RoomFactory(public=True)), UserFactory()
    ban.create(moderator.room, "users", user.username, by=moderator)

    rename(user, "zoe")

    with pytest.raises(errors.JoinBanned):
        sessions.enter(moderator.room, Actor(user, holder="browser"))


def test_a_name_that_was_banned_before_is_banned_once():
    moderator, user = AttendeeFactory(owner=True), UserFactory(username="ada")
    ban.create(moderator.room, "users", "ada", by=moderator)
    kept = ban.create(moderator.room, "users", "zoe", by=moderator)

    rename(user, "zoe")

    assert [each for each in Ban.objects.all() if each.concerns(Actor(user))] == [kept]


def test_the_ban_of_a_guest_with_that_id_stays():
    moderator, user = AttendeeFactory(owner=True), UserFactory(username="ada")
    ban.create(moderator.room, "guests", "ada", by=moderator)

    rename(user, "zoe")

    assert Ban.objects.get().actor_id == "ada"


def test_whoever_banned_is_still_known():
    moderator = AttendeeFactory(owner=True)
    ban.create(moderator.room, "users", "eve", by=moderator)

    rename(moderator.user, "zoe")

    assert Ban.objects.get().moderator_id == "zoe"


def test_what_somebody_was_told_still_names_the_sender(sign_in):
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(bob, ada)
    Notification.objects.create(user=bob, room=room, kind="call", sender_id="ada")

    rename(ada, "zoe", first_name="Zoe")

    listed = data_of(sign_in(bob).get("/ocs/v2.php/apps/notifications/api/v2/notifications"))
    assert [each["subjectRichParameters"]["user"] for each in listed] == [
        {"type": "user", "id": "zoe", "name": "Zoe Last"}
    ]


# What it costs.


def test_saving_an_account_as_it_was_costs_two_more_queries(django_assert_num_queries):
    seat = AttendeeFactory()
    before = list(Attendee.objects.values())

    with django_assert_num_queries(3):
        seat.user.save()

    assert list(Attendee.objects.values()) == before


@pytest.mark.parametrize("field", ["last_login", "password"])
def test_a_login_costs_nothing(django_assert_num_queries, field):
    user = AttendeeFactory().user

    with django_assert_num_queries(1):
        user.save(update_fields=[field])


def test_a_new_account_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(1):
        UserFactory()


def test_the_host_is_told_of_each_seat_and_each_pair(heard, django_capture_on_commit_callbacks):
    ada, bob = UserFactory(username="ada", first_name="Ada"), UserFactory(username="bob")
    pair, _created = rooms.create_one_to_one(ada, bob)
    AttendeeFactory(user=ada, display_name="Ada Last")
    heard.clear()

    with django_capture_on_commit_callbacks(execute=True):
        rename(ada, "lovelace")

    told = [(name, facts.get("previous") or facts.get("changes")) for name, facts in heard]
    assert told == [
        ("room_changed", {"name": '["ada", "bob"]'}),
        ("attendee_renamed", "Ada Last"),
        ("attendee_renamed", "Ada Last"),
    ]
    assert {facts["attendee"].actor_id for _name, facts in heard[1:]} == {"lovelace"}
    pair.refresh_from_db()
    assert pair.user_ids == ["bob", "lovelace"]
