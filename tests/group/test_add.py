"""group.add and group.remove: a group's seat, and those of its members (participants.md §3-4)."""

import pytest

from talk import errors, group
from talk.constants import ActorType, ParticipantType, RoomType
from talk.models import Attendee, Ban, Notification, Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def seats(room, **fields):
    return sorted(room.attendees.filter(**fields).values_list("actor_type", "actor_id"))


def people(choir):
    return sorted(("users", user.username) for user in choir.user_set.all())


# Adding.


def test_a_group_and_its_members_get_seats(make_group, heard, django_capture_on_commit_callbacks):
    room, choir = RoomFactory(), make_group()
    owner = AttendeeFactory(room=room, owner=True)

    with django_capture_on_commit_callbacks(execute=True):
        seat = group.add(room, choir, by=owner)

    assert (seat.actor_type, seat.actor_id, seat.display_name) == ("groups", "Choir", "Choir")
    assert seats(room) == [
        ("groups", "Choir"),
        *sorted([*people(choir), ("users", owner.actor_id)]),
    ]
    members = room.attendees.filter(actor_type=ActorType.USERS).exclude(pk=owner.pk)
    assert {(each.participant_type, each.permissions) for each in members} == {(3, 0)}
    assert [each.display_name for each in members] == [
        each.user.get_full_name() for each in members
    ]
    added = [(said["attendee"], said["by"]) for name, said in heard if name == "attendee_added"]
    assert sorted(each.pk for each, _by in added) == sorted([seat.pk, *(m.pk for m in members)])
    assert {by for _each, by in added} == {owner}


def test_members_are_invited_by_whoever_adds_the_group(make_group):
    owner = AttendeeFactory(owner=True)
    choir = make_group(people=[owner.user, UserFactory(), UserFactory()])

    group.add(owner.room, choir, by=owner)

    invited = Notification.objects.filter(room=owner.room, kind="room", sender_id=owner.actor_id)
    assert set(invited.values_list("user", flat=True)) == set(
        choir.user_set.exclude(pk=owner.user_id).values_list("pk", flat=True)
    )


def test_an_empty_group_has_a_seat_as_well(make_group):
    room = RoomFactory()

    group.add(room, make_group(people=0))

    assert seats(room) == [("groups", "Choir")]


def test_whoever_is_there_keeps_what_they_are(make_group):
    room = RoomFactory(public=True)
    there = [
        AttendeeFactory(room=room, participant_type=role, permissions=35)
        for role in (ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.USER)
    ]
    before = list(Attendee.objects.order_by("pk").values())

    group.add(room, make_group(people=[each.user for each in there]))

    assert list(Attendee.objects.users().order_by("pk").values()) == before


def test_a_member_who_followed_the_link_becomes_a_user(make_group, told_names):
    visitor = AttendeeFactory(
        room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
    )

    names = told_names(group.add, visitor.room, make_group(people=[visitor.user]))

    visitor.refresh_from_db()
    assert visitor.participant_type == ParticipantType.USER
    assert names == ["attendee_added", "attendee_role_changed"]


def test_a_stranger_who_followed_the_link_stays_one(make_group):
    visitor = AttendeeFactory(
        room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
    )

    group.add(visitor.room, make_group())

    visitor.refresh_from_db()
    assert visitor.participant_type == ParticipantType.SELF_JOINED


def test_banned_members_are_skipped(make_group):
    room, choir = RoomFactory(), make_group(people=3)
    banned, *others = choir.user_set.order_by("pk")
    Ban.objects.create(room=room, actor_type="users", actor_id=banned.username)
    Ban.objects.create(room=RoomFactory(), actor_type="users", actor_id=others[0].username)
    Ban.objects.create(room=room, actor_type="guests", actor_id=others[1].username)

    group.add(room, choir)

    assert seats(room, actor_type="users") == sorted(("users", each.username) for each in others)


def test_inactive_members_are_skipped(make_group):
    room, inactive = RoomFactory(), UserFactory(is_active=False)

    group.add(room, make_group(people=[inactive]))

    assert seats(room) == [("groups", "Choir")]


def test_adding_a_group_again_adds_who_is_missing(make_group, told_names):
    room, choir = RoomFactory(), make_group()
    seat = group.add(room, choir)
    missing = room.attendees.users().first()
    Attendee.objects.filter(pk=missing.pk).delete()

    names = told_names(group.add, room, choir)

    assert names == ["attendee_added"]
    assert seats(room) == [("groups", "Choir"), *people(choir)]
    assert room.attendees.get(actor_type="groups") == seat


@pytest.mark.parametrize(
    "fields",
    [
        {"type": RoomType.ONE_TO_ONE},
        {"type": RoomType.FORMER_ONE_TO_ONE},
        {"type": RoomType.NOTE_TO_SELF},
        {"type": RoomType.PUBLIC, "object_type": "share:password"},
    ],
)
def test_some_rooms_are_closed(make_group, fields):
    room = RoomFactory(**fields)

    with pytest.raises(errors.WrongRoomTypeForPeople):
        group.add(room, make_group())

    assert room.attendees.count() == 0


@pytest.mark.parametrize("name", ["Nobody", "", "choir", "CHOIR", "Choir ", "Ch%", "Choi_"])
def test_another_name_is_another_group(make_group, name):
    make_group()

    with pytest.raises(errors.GroupNotFound):
        group.find(name)


def test_a_group_is_found_by_its_name(make_group):
    choir = make_group()

    assert group.find("Choir") == choir


# Removing.


def test_a_group_takes_its_members_along(make_group, heard, django_capture_on_commit_callbacks):
    owner = AttendeeFactory(owner=True)
    seat = group.add(owner.room, make_group())
    outsider = AttendeeFactory(room=owner.room)

    with django_capture_on_commit_callbacks(execute=True):
        group.remove(seat, by=owner)

    assert set(owner.room.attendees.all()) == {owner, outsider}
    assert [(name, said["by"]) for name, said in heard] == [("attendee_removed", owner)] * 3


def test_members_of_another_group_of_the_room_stay(make_group):
    room, both, one = RoomFactory(), UserFactory(), UserFactory()
    choir = make_group(people=[both, one])
    seat = group.add(room, choir)
    group.add(room, make_group("Band", people=[both]))

    group.remove(seat)

    assert seats(room) == [("groups", "Band"), ("users", both.username)]


def test_members_of_a_group_of_another_room_go(make_group):
    room, member = RoomFactory(), UserFactory()
    seat = group.add(room, make_group(people=[member]))
    group.add(RoomFactory(), make_group("Band", people=[member]))

    group.remove(seat)

    assert seats(room) == []


@pytest.mark.parametrize(
    "role",
    [ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.SELF_JOINED],
)
def test_whoever_has_another_role_stays(make_group, role):
    room = RoomFactory(public=True)
    seat = group.add(room, make_group(people=1))
    room.attendees.users().update(participant_type=role)

    group.remove(seat)

    assert [each.participant_type for each in room.attendees.all()] == [role]


def test_a_member_whose_account_is_switched_off_goes_as_well(make_group):
    room, choir = RoomFactory(), make_group(people=1)
    seat = group.add(room, choir)
    choir.user_set.update(is_active=False)

    group.remove(seat)

    assert room.attendees.count() == 0


def test_members_who_go_drop_out_of_the_call(make_group, told_names):
    room = RoomFactory(with_call=True)
    seat = group.add(room, make_group(people=1))
    SessionFactory(attendee=room.attendees.users().get(), calling=True)

    names = told_names(group.remove, seat)

    assert names == ["attendee_removed", "call_left", "call_ended", "attendee_removed"]
    assert Room.objects.get().call_started_at is None


def test_a_group_that_is_gone_cannot_be_removed(make_group):
    seat = group.add(RoomFactory(), make_group())
    Attendee.objects.filter(pk=seat.pk).delete()

    with pytest.raises(errors.AttendeeToRemoveNotFound):
        group.remove(seat)

    assert seat.room.attendees.count() == 2
