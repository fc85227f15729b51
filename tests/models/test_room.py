"""Room: what can be asked of one, and of many."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from talk.actor import Actor
from talk.constants import Listable, RoomType
from talk.models import Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

GUEST = Actor(None, "browser")


@pytest.mark.parametrize(
    ("room", "user_ids"),
    [
        ({"type": RoomType.ONE_TO_ONE, "name": '["ada", "bob"]'}, ["ada", "bob"]),
        ({"type": RoomType.ONE_TO_ONE, "name": '["1", 2]'}, ["1", "2"]),
        ({"type": RoomType.ONE_TO_ONE, "name": "no list"}, []),
        ({"type": RoomType.ONE_TO_ONE, "name": '{"a": 1}'}, []),
        ({"type": RoomType.ONE_TO_ONE, "name": ""}, []),
        ({"type": RoomType.GROUP, "name": '["ada", "bob"]'}, []),
        ({"type": RoomType.FORMER_ONE_TO_ONE, "name": "Bob"}, []),
    ],
)
def test_whom_a_one_to_one_belongs_to(room, user_ids):
    assert Room(**room).user_ids == user_ids


@pytest.mark.parametrize(
    ("reader", "peer"), [("ada", "bob"), ("bob", "ada"), ("eve", ""), ("", "")]
)
def test_who_the_other_one_is(reader, peer):
    room = Room(type=RoomType.ONE_TO_ONE, name=Room.pair_name(["bob", "ada"]))

    assert room.peer_of(reader) == peer


def test_a_pair_is_sorted_and_readable():
    assert Room.pair_name(["ü", "bob"]) == '["bob", "ü"]'


def test_a_pair_has_one_digest_whoever_comes_first():
    assert Room.pair_digest(["ada", "bob"]) == Room.pair_digest(["bob", "ada"])
    assert Room.pair_digest(["ada", "bob"]) != Room.pair_digest(["ada", "bo"])
    assert Room.pair_digest(['a", "b', "c"]) != Room.pair_digest(["a", 'b", "c'])


@pytest.mark.parametrize(
    ("room", "takes_calls"),
    [
        ({}, True),
        ({"read_only": True}, False),
        ({"type": RoomType.CHANGELOG}, False),
        ({"type": RoomType.NOTE_TO_SELF}, True),
    ],
)
def test_which_rooms_take_calls(room, takes_calls):
    assert Room(**room).takes_calls is takes_calls


@pytest.mark.parametrize(("name", "text"), [("Lounge", "Lounge"), ("", "lounge77")])
def test_a_room_reads_as_its_name_or_token(name, text):
    assert str(Room(name=name, token="lounge77")) == text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "x" * 256}, "name"),
        ({"type": RoomType.ONE_TO_ONE, "lobby_state": 1}, "lobby_state"),
        ({"type": RoomType.NOTE_TO_SELF, "lobby_state": 1}, "lobby_state"),
    ],
)
def test_what_forms_refuse(fields, wrong):
    with pytest.raises(ValidationError) as refusal:
        Room(**fields).clean()

    assert list(refusal.value.message_dict) == [wrong]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 255},
        {"type": RoomType.ONE_TO_ONE, "name": Room.pair_name(["x" * 150, "y" * 150])},
        {"type": RoomType.PUBLIC, "lobby_state": 1},
    ],
)
def test_what_forms_accept(fields):
    Room(**fields).clean()


# Many --------------------------------------------------------------------------------------


@pytest.fixture
def guest_account(db):
    user = UserFactory()
    user.groups.add(Group.objects.create(name="guest_app"))
    return Actor(user)


@pytest.fixture
def all_rooms(db):
    """One room of each kind that is seen by somebody else."""
    rooms = {
        "private": RoomFactory(),
        "public": RoomFactory(public=True),
        "for users": RoomFactory(listable=Listable.USERS),
        "for everyone": RoomFactory(listable=Listable.EVERYONE),
        "pair": RoomFactory(type=RoomType.ONE_TO_ONE, listable=Listable.EVERYONE),
    }
    for room in rooms.values():
        AttendeeFactory.create_batch(2, room=room)
    return rooms


def named(found, all_rooms):
    return [name for name, room in all_rooms.items() if room in found]


def test_what_a_guest_sees(all_rooms):
    assert named(Room.objects.visible_to(GUEST), all_rooms) == ["public"]
    assert list(Room.objects.attended_by(GUEST)) == []
    assert list(Room.objects.listed_for(GUEST)) == []


def test_what_a_user_sees(all_rooms):
    actor = Actor(AttendeeFactory(room=all_rooms["private"]).user)

    assert named(Room.objects.visible_to(actor), all_rooms) == [
        "private",
        "public",
        "for users",
        "for everyone",
    ]
    assert named(Room.objects.attended_by(actor), all_rooms) == ["private"]
    assert named(Room.objects.listed_for(actor), all_rooms) == ["for users", "for everyone"]


def test_what_a_guest_account_sees(all_rooms, guest_account):
    assert named(Room.objects.visible_to(guest_account), all_rooms) == ["public", "for everyone"]
    assert named(Room.objects.listed_for(guest_account), all_rooms) == ["for everyone"]


def test_no_room_is_found_twice(all_rooms):
    actor = Actor(UserFactory())

    found = list(Room.objects.visible_to(actor))

    assert len(found) == len(set(found))


@pytest.mark.parametrize("listable", Listable)
@pytest.mark.parametrize("type_", RoomType)
@pytest.mark.parametrize("reader", ["guest", "user", "guest account"])
def test_one_room_and_many_agree_about_who_finds_them(guest_account, listable, type_, reader):
    room = RoomFactory(type=type_, listable=listable)
    actor = {"guest": GUEST, "user": Actor(UserFactory()), "guest account": guest_account}[reader]

    found = Room.objects.listed_for(actor).filter(pk=room.pk).exists()

    assert room.is_listed_for(actor) is found


@pytest.mark.django_db
def test_rooms_with_a_call_now():
    running, over = RoomFactory(with_call=True), RoomFactory(with_call=True)
    SessionFactory(attendee__room=running, calling=True)
    SessionFactory(attendee__room=over, calling=True, age=101)
    SessionFactory()

    assert list(Room.objects.in_call()) == [running]
