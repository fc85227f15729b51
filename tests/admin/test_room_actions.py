"""Actions on rooms: asked first, done by operations, reported."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.utils import timezone

from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

WAIT = LobbyState.NON_MODERATORS_WAIT
CONFIRMED = [
    "end_call",
    "close_lobby",
    "open_lobby",
    "make_read_only",
    "make_writable",
    "remove_stale_sessions",
    "delete_rooms",
]
KIND = "this kind of room does not allow it"


def test_list_offers_the_actions(boss):
    RoomFactory()

    page = boss.list(Room)

    choices = page.context["action_form"].fields["action"].choices
    assert [name for name, _label in choices if name] == [*CONFIRMED, "export_attendance"]


@pytest.mark.parametrize("action", CONFIRMED)
def test_action_asks_first(boss, action):
    session = SessionFactory(
        attendee__room=RoomFactory(name="Chess club", with_call=True),
        attendee__display_name="Ada",
        calling=True,
    )
    RoomFactory(name="Not chosen")
    before = list(Room.objects.values())

    page = boss.ask(action, session.room)

    assert page.status_code == 200
    assert page.context["lines"] == [("Chess club", "group, in the call: Ada")]
    assert list(Room.objects.values()) == before
    assert Session.objects.in_call().exists()


def test_question_is_about_all_rooms_of_the_list_if_all_are_chosen(boss):
    rooms = [RoomFactory(name=f"Room {number:03}") for number in range(102)]

    page = boss.post(
        "/admin/talk/room/?o=1",
        {"action": "end_call", "index": "0", "select_across": "1", "_selected_action": rooms[0].pk},
    )

    assert (page.context["count"], len(page.context["lines"])) == (102, 100)
    assert page.context["unlisted"] == 2


def test_only_what_was_shown_is_acted_on(boss):
    shown = RoomFactory()
    page = boss.ask("make_read_only", shown)
    RoomFactory(name="Came later")

    boss.post("/admin/talk/room/", {**page_values(page), "select_across": "1"})

    assert list(Room.objects.filter(read_only=True)) == [shown]


def page_values(page):
    return {
        "action": page.context["action"],
        "_selected_action": "0",
        "confirmed": page.context["keys"],
    }


def test_end_call(boss):
    room = SessionFactory(attendee__room__with_call=True, calling=True).room
    quiet = RoomFactory()

    messages = boss.act("end_call", room, quiet)

    assert messages == [("success", "1 call was ended."), ("info", "1 of them needed no change.")]
    assert not Session.objects.in_call().exists()


def test_end_call_sends_its_signals(boss, heard, django_capture_on_commit_callbacks):
    room = SessionFactory(attendee__room__with_call=True, calling=True).room

    with django_capture_on_commit_callbacks(execute=True):
        boss.act("end_call", room)

    assert [(name, facts.get("reason")) for name, facts in heard] == [
        ("call_ended", "ended_everyone")
    ]


def test_close_lobby(boss):
    room = RoomFactory(with_call=True)
    caller = SessionFactory(attendee__room=room, calling=True)
    SessionFactory(
        attendee__room=room, attendee__participant_type=ParticipantType.MODERATOR, calling=True
    )
    until = timezone.now() + timedelta(hours=1)
    closed = RoomFactory(lobby_state=WAIT, lobby_timer=until)
    pair = RoomFactory(type=RoomType.FORMER_ONE_TO_ONE, name="Ada")

    messages = boss.act("close_lobby", room, closed, pair)

    assert messages == [
        ("success", "1 lobby was closed."),
        ("info", "1 of them needed no change."),
        ("warning", f"Left as it was: Ada ({KIND})."),
    ]
    assert not Session.objects.in_call().filter(pk=caller.pk).exists()
    assert set(Room.objects.with_lobby()) == {room, closed}
    closed.refresh_from_db()
    assert closed.lobby_timer == until


def test_open_lobby(boss):
    closed = RoomFactory(lobby_state=WAIT)
    is_open = RoomFactory()
    pair = RoomFactory(type=RoomType.FORMER_ONE_TO_ONE, name="Ada")

    messages = boss.act("open_lobby", closed, is_open, pair)

    assert messages == [
        ("success", "1 lobby was opened."),
        ("info", "1 of them needed no change."),
        ("warning", f"Left as it was: Ada ({KIND})."),
    ]
    assert not Room.objects.with_lobby().exists()


def test_make_read_only(boss):
    room = SessionFactory(attendee__room__with_call=True, calling=True).room
    archive = RoomFactory(read_only=True)
    pair = RoomFactory(type=RoomType.FORMER_ONE_TO_ONE, name="Ada")

    messages = boss.act("make_read_only", room, archive, pair)

    assert messages == [
        ("success", "1 room is read-only now."),
        ("info", "1 of them needed no change."),
        ("warning", f"Left as it was: Ada ({KIND})."),
    ]
    assert set(Room.objects.filter(read_only=True)) == {room, archive}
    assert not Session.objects.in_call().exists()


def test_make_writable(boss):
    archives = [RoomFactory(read_only=True) for _each in range(2)]
    room = RoomFactory()

    messages = boss.act("make_writable", *archives, room)

    assert messages == [
        ("success", "2 rooms are writable now."),
        ("info", "1 of them needed no change."),
    ]
    assert not Room.objects.filter(read_only=True).exists()


def test_remove_stale_sessions(boss):
    room = RoomFactory(public=True, with_call=True)
    SessionFactory(attendee__room=room, age=100, calling=True)
    silent = SessionFactory(attendee__room=room, age=60)
    SessionFactory(attendee__guest=True, attendee__room=room, age=200)

    messages = boss.act("remove_stale_sessions", room)

    # Two sessions, the call that nobody is in, the nameless guest.
    assert messages == [("success", "4 leftovers were removed.")]
    assert list(Session.objects.all()) == [silent]
    assert Attendee.objects.count() == 2
    room.refresh_from_db()
    assert room.call_started_at is None


def test_delete_rooms(boss):
    room = AttendeeFactory().room
    pair = RoomFactory(type=RoomType.FORMER_ONE_TO_ONE, name="Ada")

    messages = boss.act("delete_rooms", room, pair)

    assert messages == [
        ("success", "1 room was deleted."),
        ("warning", "Left as it was: Ada (one-to-one rooms stay)."),
    ]
    assert list(Room.objects.all()) == [pair]


def test_room_that_the_site_protects_is_not_deleted(boss):
    def protect(**_facts):
        raise ProtectedError("booked", set())

    room = RoomFactory(name="Chess club")
    pre_delete.connect(protect, sender=Room)
    try:
        messages = boss.act("delete_rooms", room)
    finally:
        pre_delete.disconnect(protect, sender=Room)

    assert messages == [
        ("warning", "Left as it was: Chess club (other records of this site depend on it).")
    ]
    assert Room.objects.get() == room


def test_many_refused_rooms_are_named_and_counted(boss):
    pairs = [RoomFactory(type=RoomType.FORMER_ONE_TO_ONE, name=f"P{number}") for number in range(7)]

    [(_level, message)] = boss.act("make_read_only", *pairs)

    assert message == f"Left as it was: P6; P5; P4; P3; P2 and 2 more ({KIND})."


def test_action_is_noted_in_the_history_of_rooms_that_changed(boss):
    room, archive = RoomFactory(), RoomFactory(read_only=True)

    boss.act("make_read_only", room, archive)

    [entry] = LogEntry.objects.all()
    assert (entry.object_id, entry.change_message) == (str(room.pk), "Make read-only")


def test_deletion_is_noted(boss):
    room = RoomFactory(name="Chess club")

    boss.act("delete_rooms", room)

    [entry] = LogEntry.objects.all()
    assert (entry.object_repr, entry.is_deletion()) == ("Chess club", True)


def test_room_that_is_gone_by_now_is_no_error(boss):
    room = RoomFactory()
    page = boss.ask("make_read_only", room)
    Room.objects.all().delete()

    response = boss.post("/admin/talk/room/", {**page_values(page), "select_across": "1"})

    assert response.status_code == 302


@pytest.mark.parametrize("keys", ["", "x", "x,,-", "0"])
def test_tampered_confirmation_changes_nothing(boss, keys):
    RoomFactory()

    response = boss.post(
        "/admin/talk/room/",
        {
            "action": "delete_rooms",
            "_selected_action": "0",
            "select_across": "1",
            "confirmed": keys,
        },
    )

    assert response.status_code == 302
    assert Room.objects.count() == 1
