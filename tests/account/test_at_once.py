"""Accounts that are deleted at the same moment, and groups that are added at the same moment."""

import threading
from functools import partial

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, connections

from talk import group
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Attendee, Notification, Room
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

PATIENCE = 60


def together(*jobs):
    """Run functions at the same moment, one thread each; what went wrong, in any order."""
    start, failures = threading.Barrier(len(jobs)), []

    def work(job):
        try:
            start.wait(PATIENCE)
            job()
        except Exception as error:
            # Whatever went wrong is the outcome.
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [thread for thread in threads if thread.is_alive()] == [], "deadlocked"
    return failures


def delete(person):
    """As a site does; MariaDB, where scans of small tables may cross, asks to be asked again."""
    for attempt in range(20):
        try:
            person.delete()
        except OperationalError:
            if connection.vendor != "mysql" or attempt == 19:
                raise
        else:
            return


def test_people_who_share_rooms_are_deleted_at_once():
    people, kept = [UserFactory() for _ in range(4)], UserFactory()
    for turn in range(4):
        # Each pair's room is older than some of the others', and younger than the rest.
        rooms.create_one_to_one(people[turn], people[(turn + 1) % 4])
        room = RoomFactory(with_call=True)
        AttendeeFactory(room=room, user=kept)
        for person in people[turn:] + people[:turn]:
            seat = AttendeeFactory(room=room, user=person)
            SessionFactory(attendee=seat, calling=True, holder=f"{room.token}-{person.pk}")

    failures = together(*(partial(delete, person) for person in people))

    assert failures == []
    assert set(Attendee.objects.values_list("user", flat=True)) == {kept.pk}
    left = Room.objects.values_list("type", "call_started_at")
    assert sorted(left) == [(RoomType.GROUP, None)] * 4


def test_a_group_added_by_several_at_once_is_there_once():
    choir = Group.objects.create(name="Choir")
    choir.user_set.set(UserFactory() for _ in range(20))
    room = RoomFactory()
    moderators = [AttendeeFactory(room=room, owner=True) for _ in range(5)]

    failures = together(*(lambda by=by: group.add(room, choir, by=by) for by in moderators))

    assert failures == []
    assert room.attendees.count() == 5 + 1 + 20
    assert Notification.objects.count() == 20
