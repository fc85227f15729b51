"""A group of 2,000 people: seconds, and queries that count batches rather than people."""

import time
from contextlib import contextmanager
from math import ceil

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from talk import group
from talk.models import Attendee, Notification
from tests.conftest import data_of
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db

CROWD = 2000
BATCH = 500
DELETED_AT_ONCE = 100
"""How many rows Django deletes with one query, when others may point to them."""

POINTING = 3
"""Tables whose rows point to a seat, and are looked at by the batch: sessions, and traces."""

FEW = 30
"""Queries that do not depend on how many people there are."""

SECONDS = 20

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants"


@pytest.fixture
def crowd(make_group):
    model = get_user_model()
    people = [model(username=f"person{n}") for n in range(CROWD)]
    return make_group(people=model.objects.bulk_create(people))


@pytest.fixture
def in_time(django_capture_on_commit_callbacks):
    """What happens inside takes at most so many queries, and not too long."""

    @contextmanager
    def measure(most):
        queries = []

        def count(execute, sql, *arguments):
            queries.append(sql)
            return execute(sql, *arguments)

        start = time.monotonic()
        with connection.execute_wrapper(count), django_capture_on_commit_callbacks(execute=True):
            yield
        assert len(queries) <= most
        assert time.monotonic() - start < SECONDS

    return measure


def inserts(model):
    """Queries that it takes to insert a crowd; SQLite takes few values at a time."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    size = connection.ops.bulk_batch_size(fields, range(CROWD))
    return ceil(CROWD / min(BATCH, size))


def test_a_crowd_is_added(sign_in, crowd, in_time):
    owner = AttendeeFactory(owner=True)
    client = sign_in(owner)

    with in_time(FEW + inserts(Attendee) + inserts(Notification)):
        response = client.post(
            URL.format(owner.room.token), {"newParticipant": "Choir", "source": "groups"}
        )

    assert (response.status_code, data_of(response)) == (200, [])
    assert owner.room.attendees.users().exclude(pk=owner.pk).count() == CROWD
    assert Notification.objects.filter(room=owner.room, kind="room").count() == CROWD


def test_a_crowd_joins_a_group(crowd, in_time):
    people, seat = list(crowd.user_set.all()), AttendeeFactory()
    crowd.user_set.clear()
    group.add(seat.room, crowd)

    with in_time(FEW + inserts(Attendee) + ceil(CROWD / BATCH)):
        crowd.user_set.add(*people)

    assert seat.room.attendees.users().exclude(pk=seat.pk).count() == CROWD


GOING = {
    "members go": lambda crowd, seat: crowd.user_set.clear(),
    "the group is deleted": lambda crowd, seat: crowd.delete(),
    "the group is removed": lambda crowd, seat: group.remove(seat),
}


@pytest.mark.parametrize("way", GOING)
def test_a_crowd_goes(crowd, in_time, way, heard):
    owner = AttendeeFactory(owner=True)
    seat = group.add(owner.room, crowd, by=owner)
    heard.clear()

    with in_time(FEW + ceil(CROWD / DELETED_AT_ONCE) + POINTING * ceil(CROWD / BATCH)):
        GOING[way](crowd, seat)

    assert list(owner.room.attendees.users()) == [owner]
    gone = [said["attendee"] for name, said in heard if name == "attendee_removed"]
    users = [attendee for attendee in gone if attendee.actor_type == "users"]
    assert (len(users), {attendee.pk for attendee in users}) == (CROWD, {None})
