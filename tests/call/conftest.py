"""What the tests of the call share."""

import pytest
from django.db import connection
from django.utils import timezone

from talk.models import Attendee, Room, Session


@pytest.fixture
def told(db, heard, django_capture_on_commit_callbacks):
    """Do something and return what a host was told of it: (signal, arguments), in order.

    Also an act that raises is over before this returns, so ``heard`` can be read afterwards.
    """

    def do(act, *arguments, **named):
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments, **named)
        return list(heard)

    return do


@pytest.fixture
def told_names(told):
    """The same, but only the names of the signals."""

    def do(act, *arguments, **named):
        return [name for name, _arguments in told(act, *arguments, **named)]

    return do


@pytest.fixture
def stored(db):
    """Read every row of ours, to compare what was before with what is after.

    But for the revision of rooms, which follows the changes and has tests of its own.
    """

    def rows():
        tables = [
            list(model.objects.order_by("pk").values()) for model in (Room, Attendee, Session)
        ]
        for room in tables[0]:
            del room["revision"]
        return tables

    return rows


@pytest.fixture
def now(monkeypatch):
    """The present moment, which does not pass while the test runs."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture
def assert_writing_costs(django_assert_num_queries):
    """Pin the number of queries of something that locks the room once."""

    def costs(queries, *, tells_browsers=True):
        # Where there are row locks, locking is reading; elsewhere it is writing, then reading.
        locks_by_writing = not connection.features.has_select_for_update
        # Other processes are told through the database, where it can tell them.
        tells = tells_browsers and connection.vendor == "postgresql"
        return django_assert_num_queries(queries + locks_by_writing + tells)

    return costs
