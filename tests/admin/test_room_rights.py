"""Permissions of a room and its people as named boxes, and groups that are added."""

import pytest
from django.contrib.auth.models import Group

from talk.constants import ActorType, RoomType
from talk.models import Attendee, Room
from tests.admin.staff import errors_of
from tests.factories import AttendeeFactory, RoomFactory, UserFactory


def a_group(*users, name="members"):
    group = Group.objects.create(name=name)
    group.user_set.set(users)
    return group


def ids(room):
    return sorted(room.attendees.values_list("actor_type", "actor_id"))


# Permissions.


def test_default_permissions_are_ticked_by_name(boss, told):
    room = RoomFactory()

    events = told(boss.save, room, default_permissions=["4", "16"])

    room.refresh_from_db()
    assert (room.default_permissions, events) == (21, ["room_changed"])


def test_without_a_tick_the_site_decides(boss):
    room = RoomFactory(default_permissions=21)

    boss.save(room, default_permissions=None)

    room.refresh_from_db()
    assert room.default_permissions == 0


def test_saving_without_a_change_leaves_everybodys_own(boss):
    seat = AttendeeFactory(permissions=17, room__default_permissions=21)

    boss.save(seat.room, name="Another name")

    seat.refresh_from_db()
    assert (seat.permissions, seat.room.default_permissions) == (17, 21)


def test_a_change_resets_everybodys_own(boss):
    seat = AttendeeFactory(permissions=17)

    boss.save(seat.room, default_permissions=["4"])

    seat.refresh_from_db()
    assert seat.permissions == 0


def test_an_attendees_permissions_are_told(boss, told):
    seat = AttendeeFactory()

    events = told(boss.save, seat, permissions=["16"])

    seat.refresh_from_db()
    assert (seat.permissions, events) == (17, ["attendee_permissions_changed"])


def test_a_guests_new_name_is_told(boss, told):
    seat = AttendeeFactory(guest=True, display_name="Ada")

    events = told(boss.save, seat, display_name="Ada Lovelace")

    seat.refresh_from_db()
    assert (seat.display_name, events) == ("Ada Lovelace", ["attendee_renamed"])


def test_who_may_not_change_the_room_reads_words(staff):
    room = RoomFactory(default_permissions=21)

    page = staff("view_room").open(room).content.decode()

    assert page.count('<div class="readonly">join calls, audio</div>') == 1
    assert page.count('name="default_permissions"') == 0


# Groups.


def test_a_group_is_added_with_its_members(boss, told):
    ada, bob = UserFactory(), UserFactory()
    room = RoomFactory()

    events = told(boss.save, room, groups=[a_group(ada, bob).pk])

    assert ids(room) == [
        (ActorType.GROUPS, "members"),
        (ActorType.USERS, ada.username),
        (ActorType.USERS, bob.username),
    ]
    assert events == ["attendee_added"] * 3


def test_a_room_is_made_with_owner_moderators_users_and_groups_in_one_form(boss):
    owner, moderator, member = UserFactory(), UserFactory(), UserFactory()
    people = {"attendees-TOTAL_FORMS": "2"}
    for number, (user, role) in enumerate([(owner, 1), (moderator, 2)]):
        people[f"attendees-{number}-user"] = user.pk
        people[f"attendees-{number}-participant_type"] = role

    boss.save(
        Room,
        name="Chess club",
        type="2",
        groups=[a_group(member).pk],
        default_permissions=["4"],
        **people,
    )

    room = Room.objects.get()
    assert room.default_permissions == 5
    assert dict(room.attendees.values_list("actor_id", "participant_type")) == {
        owner.username: 1,
        moderator.username: 2,
        member.username: 3,
        "members": 3,
    }


def test_a_group_takes_those_along_who_came_with_it(boss):
    ada = UserFactory()
    room = RoomFactory()
    boss.save(room, groups=[a_group(ada).pk])
    seat = Attendee.objects.get(actor_type=ActorType.GROUPS)

    boss.act("remove", seat)

    assert ids(room) == []


@pytest.mark.parametrize(
    "permissions",
    [
        ["change_room", "view_group"],
        ["change_room", "add_attendee"],
        ["view_room", "add_attendee", "view_group"],
    ],
)
def test_groups_are_added_by_who_may_add_people_and_knows_groups(staff, permissions):
    room = RoomFactory()
    group = a_group(UserFactory())
    member = staff(*permissions)

    page = member.open(room)
    member.post(f"/admin/talk/room/{room.pk}/change/", {"name": room.name, "groups": group.pk})

    assert page.content.decode().count('name="groups"') == 0
    assert ids(room) == []


def test_groups_are_looked_up_while_typing(boss):
    page = boss.open(RoomFactory()).content.decode()

    assert page.count('data-field-name="groups"') == 1


def test_a_one_to_one_takes_no_groups(boss):
    page = boss.open(RoomFactory(type=RoomType.FORMER_ONE_TO_ONE)).content.decode()

    assert page.count('name="groups"') == 0


def test_a_group_that_there_is_not_is_refused(boss):
    page = boss.save(RoomFactory(), groups=["4711"])

    assert list(errors_of(page)) == ["groups"]
