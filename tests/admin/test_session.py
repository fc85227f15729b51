"""Sessions: looked at, and ended."""

import pytest

from talk.constants import ParticipantType
from talk.models import Attendee, Session
from tests.admin.rooms import one_to_one
from tests.factories import SessionFactory, UserFactory


@pytest.fixture
def sessions():
    ages = {"fresh": 0, "silent": 60, "dead": 100}
    return {
        name: SessionFactory(age=age, calling=True, attendee__room__with_call=True)
        for name, age in ages.items()
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"presence": "fresh"}, {"fresh"}),
        ({"presence": "silent"}, {"silent"}),
        ({"presence": "dead"}, {"dead"}),
        ({"in_call": "yes"}, {"fresh", "silent"}),
        ({"in_call": "no"}, {"dead"}),
        ({}, {"fresh", "silent", "dead"}),
    ],
)
def test_list_is_filtered(boss, sessions, query, found):
    rows = boss.rows(Session, **query)

    assert {row.pk for row in rows} == {sessions[name].pk for name in found}


@pytest.mark.parametrize("field", ["display_name", "actor_id"])
def test_search_finds_the_sessions_of_a_person(boss, sessions, field):
    wanted = sessions["fresh"]

    rows = boss.rows(Session, q=getattr(wanted.attendee, field))

    assert [row.pk for row in rows] == [wanted.pk]


def test_session_can_only_be_looked_at(boss, sessions):
    page = boss.open(sessions["fresh"])

    assert page.context["has_change_permission"] is False
    assert page.context["adminform"].form.fields == {}


def test_session_cannot_be_made(boss):
    assert boss.get("/admin/talk/session/add/").status_code == 403


def test_deleting_a_session_ends_it(boss, heard, django_capture_on_commit_callbacks):
    session = SessionFactory(
        attendee__room__with_call=True,
        attendee__participant_type=ParticipantType.SELF_JOINED,
        calling=True,
    )

    with django_capture_on_commit_callbacks(execute=True):
        boss.delete(session)

    assert not Attendee.objects.exists()
    assert [name for name, _facts in heard] == ["call_left", "call_ended", "attendee_removed"]


def test_end_sessions(boss):
    room = SessionFactory(attendee__room__with_call=True, calling=True).room
    other = SessionFactory(attendee__room=room, attendee__display_name="Bo", calling=True)

    page = boss.ask("end_sessions", *Session.objects.exclude(pk=other.pk))
    messages = boss.act("end_sessions", *Session.objects.exclude(pk=other.pk))

    assert page.context["count"] == 1
    assert messages == [("success", "1 session was ended.")]
    assert list(Session.objects.all()) == [other]


@pytest.mark.parametrize("number", [3, 30])
def test_list_costs_the_same_for_many(boss, django_assert_num_queries, number):
    for _each in range(number):
        SessionFactory(attendee__room=one_to_one(UserFactory(), UserFactory()))

    # Session, account, two counts, sessions, names of the one-to-ones.
    with django_assert_num_queries(6):
        boss.list(Session)
