"""``manage.py talk_cleanup``: what it writes down, and what it leaves alone."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import pre_delete
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from talk.constants import ParticipantType
from talk.management.commands.talk_cleanup import PAGE
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

DEAD = 101
SILENT = 60


def clean_up(*arguments):
    out = StringIO()
    call_command("talk_cleanup", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def before_deleting():
    """Connect a receiver to Django's ``pre_delete`` of a model for the time of the test."""
    receivers = []

    def connect(model, receiver):
        pre_delete.connect(receiver, sender=model)
        receivers.append((model, receiver))

    yield connect
    for model, receiver in receivers:
        pre_delete.disconnect(receiver, sender=model)


def names(heard):
    return [name for name, _arguments in heard]


def needy_room():
    """A room with a dead session in a call that nobody is in any more, and a guest who is gone."""
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=DEAD)
    AttendeeFactory(guest=True, room=room)
    return room


def test_cleanup_says_in_one_sentence_what_it_did():
    needy_room()
    needy_room()

    assert clean_up() == "Ended 2 sessions and 2 calls, and forgot 2 guests, in 2 rooms.\n"


def test_cleanup_counts_one_in_the_singular():
    needy_room()

    assert clean_up() == "Ended 1 session and 1 call, and forgot 1 guest, in 1 room.\n"


def test_cleanup_with_nothing_to_do_says_so():
    assert clean_up() == "Ended 0 sessions and 0 calls, and forgot 0 guests, in 0 rooms.\n"


def test_cleanup_ends_dead_sessions():
    dead = SessionFactory(age=DEAD)
    alive = SessionFactory(attendee__room=dead.room, age=SILENT)

    clean_up()

    assert list(Session.objects.all()) == [alive]


def test_cleanup_ends_a_call_that_nobody_is_in(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(with_call=True)

    with django_capture_on_commit_callbacks(execute=True):
        clean_up()

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)
    assert names(heard) == ["call_ended"]


def test_cleanup_tells_of_expired_sessions(django_capture_on_commit_callbacks, heard):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True, age=DEAD)

    with django_capture_on_commit_callbacks(execute=True):
        clean_up()

    assert names(heard) == ["call_left", "call_ended", "session_expired"]
    assert heard[-1][1]["session"].session_id == session.session_id


def test_cleanup_ends_a_call_that_lasts_too_long(
    settings, django_capture_on_commit_callbacks, heard
):
    settings.TALK_MAX_CALL_DURATION = 3600
    room = RoomFactory(with_call=True, call_started_at=timezone.now() - timedelta(seconds=3601))
    session = SessionFactory(attendee__room=room, calling=True)

    with django_capture_on_commit_callbacks(execute=True):
        told = clean_up()

    room.refresh_from_db()
    session.refresh_from_db()
    assert (room.call_started_at, session.in_call) == (None, 0)
    assert [(name, said["reason"]) for name, said in heard] == [("call_ended", "ended_everyone")]
    assert told == "Ended 0 sessions and 1 call, and forgot 0 guests, in 1 room.\n"


@pytest.mark.parametrize(("limit", "age"), [(3600, 3500), (0, 1_000_000)])
def test_cleanup_leaves_a_call_that_may_last(settings, limit, age):
    settings.TALK_MAX_CALL_DURATION = limit
    room = RoomFactory(with_call=True, call_started_at=timezone.now() - timedelta(seconds=age))
    SessionFactory(attendee__room=room, calling=True)

    told = clean_up()

    assert Room.objects.filter(pk=room.pk, call_started_at=room.call_started_at).exists()
    assert told == "Ended 0 sessions and 0 calls, and forgot 0 guests, in 0 rooms.\n"


def test_cleanup_leaves_a_call_of_somebody_silent():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True, age=SILENT)

    clean_up()

    assert Room.objects.in_call().get() == room


@pytest.mark.parametrize("left", [True, False])
def test_cleanup_forgets_a_nameless_guest_who_left_or_died(left):
    guest = AttendeeFactory(guest=True)
    if not left:
        SessionFactory(attendee=guest, age=DEAD)

    clean_up()

    assert not Attendee.objects.exists()


@pytest.mark.parametrize(
    "guest",
    [
        {"display_name": "Ada"},
        {"permissions": 255},
        {"participant_type": ParticipantType.GUEST_MODERATOR},
    ],
)
def test_cleanup_keeps_guests_who_are_somebody(guest):
    kept = AttendeeFactory(guest=True, **guest)

    clean_up()

    assert list(Attendee.objects.all()) == [kept]


def test_cleanup_keeps_a_nameless_guest_who_is_there():
    kept = SessionFactory(attendee=AttendeeFactory(guest=True), age=SILENT).attendee

    clean_up()

    assert list(Attendee.objects.all()) == [kept]


def test_cleanup_removes_a_self_joined_user_whose_session_died():
    SessionFactory(
        attendee__room=RoomFactory(public=True),
        attendee__participant_type=ParticipantType.SELF_JOINED,
        age=DEAD,
    )

    clean_up()

    assert not Attendee.objects.exists()


def test_cleanup_twice_does_nothing_more(django_capture_on_commit_callbacks, heard):
    needy_room()
    clean_up()

    with django_capture_on_commit_callbacks(execute=True):
        told = clean_up()

    assert told == "Ended 0 sessions and 0 calls, and forgot 0 guests, in 0 rooms.\n"
    assert heard == []


def test_dry_run_counts_and_changes_nothing(django_capture_on_commit_callbacks, heard):
    room = needy_room()

    with django_capture_on_commit_callbacks(execute=True):
        told = clean_up("--dry-run")

    room.refresh_from_db()
    assert told == "Would end 1 session and 1 call, and forget 1 guest, in 1 room.\n"
    assert room.call_started_at is not None
    assert (Session.objects.count(), Attendee.objects.count()) == (1, 2)
    assert heard == []


def test_cleanup_skips_a_room_that_is_deleted_meanwhile(before_deleting):
    first, second = needy_room(), needy_room()

    def delete_second(instance, **kwargs):
        if instance.room_id == first.pk:
            Room.objects.filter(pk=second.pk).delete()

    before_deleting(Attendee, delete_second)
    told = clean_up()

    assert told == "Ended 1 session and 1 call, and forgot 1 guest, in 1 room.\n"
    assert list(Room.objects.all()) == [first]


def test_cleanup_goes_on_after_a_room_that_fails(before_deleting, caplog, capsys):
    broken, whole = needy_room(), needy_room()

    def break_down(instance, **kwargs):
        if instance.room_id == broken.pk:
            raise RuntimeError("out of order")

    before_deleting(Attendee, break_down)
    with pytest.raises(CommandError) as failure:
        call_command("talk_cleanup")

    assert str(failure.value) == "1 room could not be cleaned up; see the log."
    assert failure.value.returncode == 1
    assert capsys.readouterr().out == (
        "Ended 1 session and 1 call, and forgot 1 guest, in 1 room.\n"
    )
    assert [record.getMessage() for record in caplog.records] == [
        f"Cleaning up the room with the primary key {broken.pk} failed"
    ]
    assert list(Room.objects.filter(call_started_at=None)) == [whole]


def test_a_room_that_fails_is_left_as_it_was(before_deleting):
    broken = needy_room()

    def break_down(instance, **kwargs):
        raise RuntimeError("out of order")

    before_deleting(Attendee, break_down)
    with pytest.raises(CommandError):
        clean_up()

    assert broken.sessions.filter(in_call=7).count() == 1
    assert broken.attendees.count() == 2


@pytest.mark.parametrize("healthy", [3, 30])
def test_cleanup_costs_nothing_for_healthy_rooms(healthy, django_assert_num_queries):
    for room in RoomFactory.create_batch(healthy, with_call=True):
        SessionFactory(attendee__room=room, calling=True)

    with django_assert_num_queries(7):
        clean_up()


def test_cleanup_reaches_every_room_beyond_the_first_page():
    RoomFactory.create_batch(PAGE + 1, with_call=True)

    told = clean_up()

    assert told == "Ended 0 sessions and 101 calls, and forgot 0 guests, in 101 rooms.\n"
    assert not Room.objects.filter(call_started_at__isnull=False).exists()


def test_cleanup_looks_up_a_page_of_rooms_at_a_time():
    RoomFactory.create_batch(PAGE + 1, with_call=True)

    with CaptureQueriesContext(connection) as queries:
        clean_up("--dry-run")

    assert len([query for query in queries if f"LIMIT {PAGE}" in query["sql"]]) == 3
