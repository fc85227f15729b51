"""The attendance of rooms as a file."""

import csv
import io

import pytest

from talk.admin.attendance import harmless
from talk.constants import ActorType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, utc

HEAD = [
    "room token",
    "room name",
    "actor type",
    "actor id",
    "display name",
    "role",
    "in call now",
    "last joined the call",
]


def rows_of(response):
    return list(csv.reader(io.StringIO(response.content.decode())))


def test_export_lists_everybody_in_the_chosen_rooms(boss):
    half_past_nine = utc(2030, 5, 17, 9, 30)
    room = RoomFactory(name="Chess club", token="chess", public=True, with_call=True)
    ada = AttendeeFactory(
        room=room, owner=True, actor_id="ada", display_name="Ada",
        last_joined_call=half_past_nine,
    )  # fmt: skip
    SessionFactory(attendee=ada, calling=True)
    SessionFactory(attendee=ada, calling=True, holder="another device")
    AttendeeFactory(room=room, actor_id="bo", display_name="Bo")
    AttendeeFactory(room=room, guest=True, actor_id="f00d", display_name="Guest of honour")
    AttendeeFactory(actor_id="elsewhere")

    response = boss.ask("export_attendance", room)

    assert rows_of(response) == [
        HEAD,
        ["chess", "Chess club", "users", "ada", "Ada", "owner", "yes", half_past_nine.isoformat()],
        ["chess", "Chess club", "users", "bo", "Bo", "user", "no", ""],
        ["chess", "Chess club", "guests", "f00d", "Guest of honour", "guest", "no", ""],
    ]


@pytest.mark.parametrize(
    ("age", "started", "in_call"),
    [(0, True, "yes"), (60, True, "yes"), (100, True, "no"), (0, False, "no")],
    ids=["fresh", "silent", "dead", "no call"],
)
def test_export_agrees_with_whether_there_is_a_call(boss, age, started, in_call):
    session = SessionFactory(attendee__room__with_call=started, age=age, calling=True)

    response = boss.ask("export_attendance", session.room)

    assert [row[6] for row in rows_of(response)[1:]] == [in_call]
    assert session.room.has_call == (in_call == "yes")


def test_export_is_a_file_to_save(boss):
    response = boss.ask("export_attendance", RoomFactory())

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="attendance-2')


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Ada", "Ada"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_cell_is_no_formula(cell, written):
    assert harmless(cell) == written


def test_export_disarms_names(boss):
    attendee = AttendeeFactory(
        room__name="=1+1",
        display_name="@cmd",
        actor_id="-x",
        actor_type=ActorType.EMAILS,
        user=None,
    )

    response = boss.ask("export_attendance", attendee.room)

    [_head, row] = rows_of(response)
    assert (row[1], row[3], row[4]) == ("'=1+1", "'-x", "'@cmd")


@pytest.mark.parametrize("number", [3, 30])
def test_export_costs_the_same_for_many(boss, django_assert_num_queries, number):
    rooms = [
        SessionFactory(attendee__room__with_call=True, calling=True).room for _ in range(number)
    ]

    # Session, account; two counts, rooms and callers for the list; again for the file; people.
    with django_assert_num_queries(9):
        boss.ask("export_attendance", *rooms)
