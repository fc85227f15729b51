"""Members follow their group: people who come, go, and groups that disappear."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from talk import group
from talk.constants import ParticipantType
from talk.models import Attendee, Ban, Notification
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

COMING = {
    "user.groups.add": lambda user, choir: user.groups.add(choir),
    "user.groups.add(pk)": lambda user, choir: user.groups.add(choir.pk),
    "user.groups.set": lambda user, choir: user.groups.set([choir]),
    "group.user_set.add": lambda user, choir: choir.user_set.add(user),
    "group.user_set.add(pk)": lambda user, choir: choir.user_set.add(user.pk),
    "group.user_set.set": lambda user, choir: choir.user_set.set([user]),
}
GOING = {
    "user.groups.remove": lambda user, choir: user.groups.remove(choir),
    "user.groups.remove(pk)": lambda user, choir: user.groups.remove(choir.pk),
    "user.groups.set": lambda user, choir: user.groups.set([]),
    "user.groups.clear": lambda user, choir: user.groups.clear(),
    "group.user_set.remove": lambda user, choir: choir.user_set.remove(user),
    "group.user_set.set": lambda user, choir: choir.user_set.set([]),
    "group.user_set.set(clear=True)": lambda user, choir: choir.user_set.set([], clear=True),
    "group.user_set.clear": lambda user, choir: choir.user_set.clear(),
}


def users_of(room):
    return sorted(room.attendees.users().values_list("actor_id", flat=True))


@pytest.fixture
def choir(make_group):
    return make_group(people=0)


# Coming.


@pytest.mark.parametrize("way", COMING)
def test_whoever_comes_gets_a_seat(choir, way, told_names):
    rooms = [RoomFactory(), RoomFactory(public=True)]
    for room in rooms:
        group.add(room, choir)
    user = UserFactory()

    names = told_names(COMING[way], user, choir)

    assert [users_of(room) for room in rooms] == [[user.username]] * 2
    assert names == ["attendee_added"] * 2
    assert set(Attendee.objects.users().values_list("participant_type", flat=True)) == {3}


@pytest.mark.parametrize("way", COMING)
def test_rooms_without_the_group_do_not_care(choir, way, make_group):
    room = RoomFactory()
    group.add(room, make_group("Band", people=0))

    COMING[way](UserFactory(), choir)

    assert users_of(room) == []


def test_nobody_is_invited_by_nobody(choir):
    group.add(RoomFactory(), choir)

    choir.user_set.add(UserFactory())

    assert Notification.objects.count() == 0


def test_banned_people_are_not_seated(choir):
    room, user = RoomFactory(), UserFactory()
    group.add(room, choir)
    Ban.objects.create(room=room, actor_type="users", actor_id=user.username)

    choir.user_set.add(user)

    assert users_of(room) == []


def test_inactive_people_are_not_seated(choir):
    room = RoomFactory()
    group.add(room, choir)

    choir.user_set.add(UserFactory(is_active=False))

    assert users_of(room) == []


def test_whoever_followed_the_link_becomes_a_user(choir):
    visitor = AttendeeFactory(
        room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
    )
    group.add(visitor.room, choir)

    choir.user_set.add(visitor.user)

    visitor.refresh_from_db()
    assert visitor.participant_type == ParticipantType.USER


# Going.


@pytest.mark.parametrize("way", GOING)
def test_whoever_goes_loses_the_seat(choir, way, told_names):
    rooms, user = [RoomFactory(), RoomFactory(public=True)], UserFactory()
    choir.user_set.add(user)
    for room in rooms:
        group.add(room, choir)
        AttendeeFactory(room=room)

    names = told_names(GOING[way], user, choir)

    assert Attendee.objects.filter(user=user).count() == 0
    assert [room.attendees.count() for room in rooms] == [2, 2]
    assert names == ["attendee_removed"] * 2


@pytest.mark.parametrize("way", GOING)
def test_seats_in_rooms_without_the_group_stay(choir, way):
    seat = AttendeeFactory()
    choir.user_set.add(seat.user)

    GOING[way](seat.user, choir)

    assert Attendee.objects.get() == seat


@pytest.mark.parametrize("way", GOING)
def test_moderators_stay(choir, way):
    room, user = RoomFactory(), UserFactory()
    choir.user_set.add(user)
    group.add(room, choir)
    room.attendees.users().update(participant_type=ParticipantType.MODERATOR)

    GOING[way](user, choir)

    assert users_of(room) == [user.username]


@pytest.mark.parametrize("way", [way for way in GOING if way.startswith("group.")])
def test_whoever_is_in_another_group_of_the_room_stays(choir, way, make_group):
    room, user = RoomFactory(), UserFactory()
    choir.user_set.add(user)
    group.add(room, choir)
    group.add(room, make_group("Band", people=[user]))

    GOING[way](user, choir)

    assert users_of(room) == [user.username]


def test_whoever_leaves_all_groups_goes(choir, make_group):
    room, user = RoomFactory(), UserFactory()
    choir.user_set.add(user)
    group.add(room, choir)
    group.add(room, make_group("Band", people=[user]))

    user.groups.clear()

    assert users_of(room) == []


def test_others_of_the_group_stay(choir):
    room, user, other = RoomFactory(), UserFactory(), UserFactory()
    choir.user_set.add(user, other)
    group.add(room, choir)

    choir.user_set.remove(user)

    assert users_of(room) == [other.username]


def test_whoever_goes_drops_out_of_the_call(choir, told_names):
    room, user = RoomFactory(with_call=True), UserFactory()
    choir.user_set.add(user)
    group.add(room, choir)
    SessionFactory(attendee=room.attendees.users().get(), calling=True)

    names = told_names(choir.user_set.remove, user)

    room.refresh_from_db()
    assert names == ["call_left", "call_ended", "attendee_removed"]
    assert (room.call_started_at, room.sessions.count()) == (None, 0)


def test_exchanging_people_exchanges_seats(choir):
    room, before, after, both = RoomFactory(), UserFactory(), UserFactory(), UserFactory()
    choir.user_set.set([before, both])
    group.add(room, choir)
    kept = room.attendees.get(user=both)

    choir.user_set.set([after, both])

    assert users_of(room) == sorted([after.username, both.username])
    assert room.attendees.get(user=both) == kept


# The group itself.


@pytest.mark.parametrize(
    "delete",
    [
        lambda choir: choir.delete(),
        lambda choir: Group.objects.filter(pk=choir.pk).delete(),
    ],
    ids=["one", "many"],
)
def test_a_deleted_group_takes_its_members_along(make_group, delete, told_names):
    room, choir = RoomFactory(), make_group()
    group.add(room, choir)
    kept = AttendeeFactory(room=room, owner=True)

    names = told_names(delete, choir)

    assert list(room.attendees.all()) == [kept]
    assert names == ["attendee_removed"] * 3


def test_members_of_another_group_survive_a_deleted_one(make_group):
    room, user = RoomFactory(), UserFactory()
    choir = make_group(people=[user])
    group.add(room, choir)
    group.add(room, make_group("Band", people=[user]))

    choir.delete()

    assert sorted(room.attendees.values_list("actor_id", flat=True)) == ["Band", user.username]


def test_a_deleted_group_without_rooms_changes_nothing(make_group):
    seat = AttendeeFactory()

    make_group(people=[seat.user]).delete()

    assert Attendee.objects.get() == seat


def test_a_renamed_group_keeps_its_seats(make_group):
    room, choir = RoomFactory(), make_group(people=1)
    seat = group.add(room, choir)

    choir.name = "Singers"
    choir.save()

    seat.refresh_from_db()
    assert (seat.actor_id, seat.display_name) == ("Singers", "Singers")


def test_members_still_follow_a_renamed_group(make_group):
    room, choir = RoomFactory(), make_group(people=1)
    group.add(room, choir)
    choir.name = "Singers"
    choir.save()
    newcomer = UserFactory()

    choir.user_set.set([newcomer])

    assert users_of(room) == [newcomer.username]


def test_a_group_saved_without_another_name_changes_nothing(make_group, django_assert_num_queries):
    room, choir = RoomFactory(), make_group(people=1)
    group.add(room, choir)
    before = list(Attendee.objects.order_by("pk").values())

    with django_assert_num_queries(2):
        choir.save()

    assert list(Attendee.objects.order_by("pk").values()) == before


def test_an_account_that_is_deleted_leaves_the_group_alone(make_group):
    room, choir = RoomFactory(), make_group(people=2)
    group.add(room, choir)
    first, second = choir.user_set.order_by("pk")

    get_user_model().objects.filter(pk=first.pk).delete()

    assert sorted(room.attendees.values_list("actor_id", flat=True)) == ["Choir", second.username]


def test_a_renamed_group_is_told(make_group, heard, django_capture_on_commit_callbacks):
    room, choir = RoomFactory(), make_group(people=1)
    seat = group.add(room, choir)
    before = seat.display_name
    heard.clear()

    choir.name = "Singers"
    with django_capture_on_commit_callbacks(execute=True):
        choir.save()

    assert [(name, facts["previous"]) for name, facts in heard] == [("attendee_renamed", before)]
