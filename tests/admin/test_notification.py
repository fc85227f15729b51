"""Notifications in the admin: for reading."""

import pytest

from talk.constants import NotificationKind
from talk.models import Notification
from tests.factories import AttendeeFactory, RoomFactory, UserFactory


def a_notification(**facts):
    facts = {"user": UserFactory(), "room": RoomFactory(), "kind": NotificationKind.CALL, **facts}
    return Notification.objects.create(**facts)


def test_they_are_listed_newest_first(boss):
    old, new = a_notification(), a_notification(kind=NotificationKind.ROOM)

    assert boss.rows(Notification) == [new, old]


def test_nobody_adds_or_changes_one(boss):
    notification = a_notification()

    add = boss.get("/admin/talk/notification/add/")
    change = boss.post(f"/admin/talk/notification/{notification.pk}/change/", {"kind": "room"})

    assert (add.status_code, change.status_code) == (403, 403)
    assert Notification.objects.get().kind == NotificationKind.CALL


def test_who_was_told_can_be_deleted(boss):
    seat = AttendeeFactory()
    a_notification(user=seat.user, room=seat.room)

    response = boss.post(f"/admin/auth/user/{seat.user_id}/delete/", {"post": "yes"})

    assert response.status_code == 302
    assert not Notification.objects.exists()


def test_deleting_one_dismisses_it(boss):
    response = boss.delete(a_notification())

    assert (response.status_code, Notification.objects.exists()) == (302, False)


@pytest.mark.parametrize(("permission", "status"), [("view_notification", 200), ("view_room", 403)])
def test_who_may_look(staff, permission, status):
    a_notification()

    assert staff(permission).list(Notification).status_code == status


@pytest.mark.parametrize("number", [1, 20])
def test_list_costs_the_same_for_many(boss, django_assert_num_queries, number):
    for _each in range(number):
        a_notification()

    with django_assert_num_queries(5):
        boss.list(Notification)
