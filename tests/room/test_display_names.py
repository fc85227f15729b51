"""name.for_actor: what a room is called, for whom (rooms.md §6)."""

import pytest

from talk import name as naming
from talk.actor import Actor
from talk.constants import ActorType, Listable, RoomType
from talk.models import Room
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

pytestmark = pytest.mark.django_db

GUEST = Actor(None, "browser")


def name_for(actor, room, *, attended=False):
    return naming.for_actor([room], actor, attended=[room.pk] if attended else [])[room.pk]


@pytest.fixture
def ada():
    return UserFactory(username="ada", first_name="Ada", last_name="Lovelace")


@pytest.fixture
def pair(ada):
    UserFactory(username="bob", first_name="Bob", last_name="Baker")
    return RoomFactory(type=RoomType.ONE_TO_ONE, name='["ada", "bob"]')


def test_1_a_password_request_has_a_prefix(ada):
    room = RoomFactory(public=True, object_type="share:password", object_id="x", name="plan.pdf")

    assert name_for(Actor(ada), room) == "Password request: plan.pdf"


def test_2_the_changelog_has_a_name_of_its_own(ada):
    room = RoomFactory(type=RoomType.CHANGELOG, name="x")

    assert name_for(Actor(ada), room, attended=True) == "Talk updates"


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.GROUP, RoomType.NOTE_TO_SELF])
@pytest.mark.parametrize("attended", [False, True])
def test_3_a_guest_reads_no_name_of_a_private_room(type_, attended):
    room = RoomFactory(type=type_, name="Secret")

    assert name_for(GUEST, room, attended=attended) == "Private conversation"


def test_4_a_room_without_name_is_named_after_its_users(ada):
    room = RoomFactory(name="")
    AttendeeFactory(room=room, user=ada)
    AttendeeFactory(room=room, user__first_name="Bob", user__last_name="Baker")
    AttendeeFactory(room=room, guest=True, display_name="Eve")
    AttendeeFactory(
        room=room, user=None, actor_type=ActorType.GROUPS, actor_id="staff", display_name="Staff"
    )

    assert name_for(Actor(ada), room, attended=True) == "Ada Lovelace, Bob Baker"
    assert Room.objects.get().name == "Ada Lovelace, Bob Baker"


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (["x" * 31, "y" * 31], "x" * 31 + ", " + "y" * 31),
        (["x" * 31, "y" * 32], "x" * 31 + ", " + "y" * 27 + "…"),
        (["x" * 64], "x" * 64),
        (["x" * 65], "x" * 60 + "…"),
    ],
)
def test_4_a_long_name_is_cut_to_60_characters(ada, names, made):
    room = RoomFactory(name="")
    for name in names:
        AttendeeFactory(room=room, display_name=name)

    assert name_for(Actor(ada), room, attended=True) == made
    assert Room.objects.get().name == made


def test_4_a_room_without_name_and_people_has_none(ada):
    assert name_for(Actor(ada), RoomFactory(name=""), attended=True) == ""


@pytest.mark.parametrize(("reader", "name"), [("ada", "Bob Baker"), ("bob", "Ada Lovelace")])
def test_5_a_pair_is_named_after_the_other_one(ada, pair, reader, name):
    user = ada if reader == "ada" else type(ada).objects.get(username="bob")

    assert name_for(Actor(user), pair, attended=True) == name


def test_5_a_pair_is_named_after_the_id_of_one_who_is_gone(ada, pair):
    type(ada).objects.get(username="bob").delete()

    assert name_for(Actor(ada), pair, attended=True) == "bob"


def test_5_nobody_else_reads_the_name_of_a_pair(pair):
    assert name_for(Actor(UserFactory()), pair) == "Private conversation"


@pytest.mark.parametrize("listable", [Listable.PARTICIPANTS, Listable.USERS])
def test_6_strangers_read_only_names_of_listed_rooms(ada, listable):
    room = RoomFactory(name="Lounge", listable=listable)

    assert name_for(Actor(ada), room) == ("Lounge" if listable else "Private conversation")


def test_7_members_read_the_stored_name(ada):
    room = RoomFactory(name="Lounge")

    assert name_for(Actor(ada), room, attended=True) == "Lounge"


def test_7_a_former_one_to_one_keeps_the_name_of_the_one_who_is_gone(ada):
    room = RoomFactory(type=RoomType.FORMER_ONE_TO_ONE, name="Bob Baker")

    assert name_for(Actor(ada), room, attended=True) == "Bob Baker"


def test_7_guests_of_a_public_room_read_the_stored_name():
    room = RoomFactory(public=True, name="Lounge")

    assert name_for(GUEST, room, attended=True) == "Lounge"


def test_a_made_name_is_never_made_again(ada):
    room = RoomFactory(name="")
    AttendeeFactory(room=room, user=ada)
    name_for(Actor(ada), room, attended=True)
    AttendeeFactory(room=room)

    assert name_for(Actor(ada), Room.objects.get(), attended=True) == "Ada Lovelace"


def test_stored_names_of_many_rooms_cost_one_query(ada, django_assert_num_queries):
    found = RoomFactory.create_batch(30)
    for number in range(30):
        UserFactory(username=f"peer{number}")
        ids = Room.pair_name(["ada", f"peer{number}"])
        found.append(RoomFactory(type=RoomType.ONE_TO_ONE, name=ids))

    with django_assert_num_queries(1):
        names = naming.for_actor(found, Actor(ada), attended=[room.pk for room in found])

    assert len(names) == 60
