"""Signaling servers keep sessions alive, those of all rooms at once (signaling.md §3.2)."""

import sqlite3
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from talk.models import Session
from tests.factories import AttendeeFactory, SessionFactory

pytestmark = pytest.mark.django_db

DONE = {"type": "room", "room": {"version": "1.0"}}


def ping(*ids, roomid=""):
    entries = [{"userid": "somebody", "sessionid": session_id} for session_id in ids]
    return {"type": "ping", "ping": {"version": "1.0", "roomid": roomid, "entries": entries}}


def is_just_now(session):
    session.refresh_from_db()
    return session.last_ping > timezone.now() - timedelta(seconds=20)


def test_sessions_of_all_rooms_are_kept_alive(hpb):
    sessions = [SessionFactory(age=50), SessionFactory(age=80)]
    other = SessionFactory(age=50)

    answer = hpb(ping(*[session.session_id for session in sessions]))

    assert answer == DONE
    assert [is_just_now(session) for session in [*sessions, other]] == [True, True, False]


def test_a_call_outlives_a_site_that_was_down(hpb):
    session = SessionFactory(calling=True, attendee__room__with_call=True, age=600)

    hpb(ping(session.session_id))

    assert is_just_now(session)
    assert session.room.has_call


@pytest.mark.parametrize(
    "ids", [[], ["0"], [""], ["unknown"], [None], [7], [[]], [{}], ["\x00"], ["\ud800"]]
)
def test_what_is_no_session_is_passed_over(hpb, ids):
    session = SessionFactory(age=50)

    assert hpb(ping(*ids, session.session_id)) == DONE

    assert is_just_now(session)


@pytest.mark.parametrize("entries", [None, {}, "all", 7])
def test_without_a_list_there_is_nobody_to_keep_alive(hpb, entries):
    answer = hpb({"type": "ping", "ping": {"version": "1.0", "entries": entries}})

    assert answer["error"]["code"] == "invalid_request"


def test_there_is_no_number_of_sessions_that_a_database_refuses(hpb):
    session = SessionFactory(age=50)
    if connection.vendor == "sqlite":
        # As it is where nobody has raised it.
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)
    ids = [*(f"session {number}" for number in range(40_000)), session.session_id]
    entries = [{"sessionid": session_id} for session_id in ids]

    assert hpb({"type": "ping", "ping": {"version": "1.0", "entries": entries}}) == DONE

    assert is_just_now(session)


def test_a_thousand_sessions_cost_one_query(hpb, django_assert_num_queries):
    seat = AttendeeFactory()
    past = timezone.now() - timedelta(seconds=50)
    sessions = Session.objects.bulk_create(
        [
            Session(room=seat.room, attendee=seat, holder=str(number), last_ping=past)
            for number in range(1000)
        ]
    )
    request = ping(*[session.session_id for session in sessions])
    began = time.process_time()

    with django_assert_num_queries(1):
        hpb(request)

    print(f"CPU of a ping of 1000 sessions: {(time.process_time() - began) * 1000:.1f} ms")
    assert all(is_just_now(session) for session in sessions[::100])
