"""``GET /call/{token}/download`` (call.md §8)."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from talk.constants import ActorType, LobbyState, ParticipantType
from tests.call.endpoints import V1, V2
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, utc

STARTED_AT = utc(2026, 3, 1, 12)
REFUSED = (400, b"")


def download(client, room, base=V2, **parameters):
    return client.get(f"{base}{room.token}/download", parameters)


def rows_of(response):
    return list(csv.reader(io.StringIO(response.content.decode())))


@pytest.fixture
def room(db):
    return RoomFactory(public=True, call_started_at=STARTED_AT, call_flags=7)


@pytest.fixture
def moderator(room):
    """In the call since its start."""
    return SessionFactory(
        attendee__room=room,
        attendee__user__username="alice",
        attendee__user__email="alice@example.org",
        attendee__display_name="Alice",
        attendee__moderator=True,
        attendee__last_joined_call=STARTED_AT,
        calling=True,
    )


def joined(room, **fields):
    return AttendeeFactory(**{"room": room, "last_joined_call": timezone.now()} | fields)


def test_download_lists_whoever_joined_since_the_start(sign_in, room, moderator):
    bob = {"user__username": "bob", "user__email": "", "display_name": "Bob"}
    joined(room, **bob)
    joined(room, guest=True, actor_id="5" * 40, display_name="Eve")
    joined(room, guest=True, actor_id="6" * 40)
    joined(
        room,
        guest=True,
        actor_type=ActorType.EMAILS,
        actor_id="7" * 64,
        invited_address="fay@example.org",
        display_name="Fay",
    )
    joined(room, last_joined_call=STARTED_AT - timedelta(microseconds=1))
    joined(room, last_joined_call=None)
    joined(RoomFactory())

    response = download(sign_in(moderator), room)

    assert rows_of(response) == [
        ["name", "email", "type", "identifier"],
        ["Alice", "alice@example.org", "users", "alice"],
        ["Bob", "", "users", "bob"],
        ["Eve", "", "guests", "5" * 40],
        ["", "", "guests", "6" * 40],
        ["Fay", "fay@example.org", "emails", "7" * 64],
    ]


def test_download_is_a_csv_file_without_envelope(sign_in, room, moderator):
    response = download(sign_in(moderator), room)

    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == "text/csv"
    assert response["Content-Disposition"].partition(";")[0] == "attachment"


@pytest.mark.parametrize("format_parameter", [{}, {"format": "csv"}])
@pytest.mark.parametrize("base", [V1, V2])
def test_download_knows_one_format(sign_in, room, moderator, base, format_parameter):
    response = download(sign_in(moderator), room, base, **format_parameter)

    assert (response.status_code, len(rows_of(response))) == (200, 2)


@pytest.mark.parametrize("wanted", ["json", "xml", "CSV", "xlsx", "", "csv ", "\x00", "csv\x00"])
@pytest.mark.parametrize("base", [V1, V2])
def test_download_refuses_other_formats(sign_in, room, moderator, base, wanted):
    response = download(sign_in(moderator), room, base, format=wanted)

    assert (response.status_code, response.content) == REFUSED


def test_download_without_a_call_is_refused(sign_in):
    session = SessionFactory(attendee__moderator=True, attendee__last_joined_call=timezone.now())

    response = download(sign_in(session), session.room)

    assert (response.status_code, response.content) == REFUSED


def test_download_of_a_call_whose_people_are_dead_is_refused(sign_in, room):
    SessionFactory(
        attendee__room=room, attendee__last_joined_call=STARTED_AT, calling=True, age=101
    )
    session = SessionFactory(attendee__room=room, attendee__moderator=True)

    response = download(sign_in(session), room)

    assert (response.status_code, response.content) == REFUSED


def test_download_of_a_call_that_nobody_joined_is_refused(sign_in, room):
    session = SessionFactory(attendee__room=room, attendee__moderator=True, calling=True)

    response = download(sign_in(session), room)

    assert (response.status_code, response.content) == REFUSED


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (ParticipantType.OWNER, 200),
        (ParticipantType.MODERATOR, 200),
        (ParticipantType.USER, 403),
        (ParticipantType.GUEST, 403),
        (ParticipantType.SELF_JOINED, 403),
        (ParticipantType.GUEST_MODERATOR, 200),
    ],
)
def test_download_is_for_moderators(sign_in, room, moderator, kind, status):
    guest = kind in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    attendee = AttendeeFactory(room=room, guest=guest, participant_type=kind, permissions=255)

    response = download(sign_in(SessionFactory(attendee=attendee)), room)

    assert response.status_code == status


def test_download_needs_no_session(sign_in, room, moderator):
    attendee = AttendeeFactory(room=room, owner=True)

    assert download(sign_in(attendee), room).status_code == 200


def test_download_is_open_to_a_link(room, moderator):
    browser = TalkClient(headers={})
    browser.force_login(moderator.attendee.user)

    assert download(browser, room).status_code == 200


def test_download_asks_neither_lobby_nor_read_only_nor_the_start_rule(
    sign_in, settings, room, moderator
):
    settings.TALK_START_CALLS = 3
    room.read_only, room.lobby_state = True, LobbyState.NON_MODERATORS_WAIT
    room.save()

    assert download(sign_in(moderator), room).status_code == 200


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_download_disarms_formulas(sign_in, room, moderator, start):
    name = f"{start}1+1"
    joined(room, user__username="bob", user__email=name, display_name=name)

    response = download(sign_in(moderator), room)

    text = io.StringIO(response.content.decode(), newline="")
    assert list(csv.reader(text))[2] == [f"'{name}", f"'{name}", "users", "bob"]


@pytest.mark.parametrize("name", ['say "hi", then', "two\nlines", "a=b", "Ünal 🎉", "'", "1-1"])
def test_download_keeps_other_names(sign_in, room, moderator, name):
    joined(room, display_name=name)

    response = download(sign_in(moderator), room)

    text = io.StringIO(response.content.decode(), newline="")
    assert list(csv.reader(text))[2][0] == name


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Team", "Team"),
        ("Team call", "Team-call"),
        ("a/b\\c:d*e?f<g>h|i-j", "a-b-c-d-e-f-g-h-i-j"),
        (" a - / b ", "-a-b-"),
        ("x" * 120, "x" * 100),
        ("../../etc/passwd", "..-..-etc-passwd"),
    ],
)
def test_download_is_named_after_room_and_day(sign_in, room, moderator, name, stem):
    room.name = name
    room.save()

    response = download(sign_in(moderator), room)

    day = timezone.now().date().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="{stem} {day}.csv"'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Büro", "attachment; filename*=utf-8''B%C3%BCro%20{day}.csv"),
        ("ü" * 60, "attachment; filename*=utf-8''" + "%C3%BC" * 50 + "%20{day}.csv"),
        ("x" + "ü" * 60, "attachment; filename*=utf-8''x" + "%C3%BC" * 49 + "%20{day}.csv"),
        ("'; x=\"y", 'attachment; filename="\';-x=-y {day}.csv"'),
        ("line\r\nSet-Cookie: a=b", 'attachment; filename="lineSet-Cookie-a=b {day}.csv"'),
    ],
)
def test_download_of_any_name_is_one_safe_header(sign_in, room, moderator, name, value):
    room.name = name
    room.save()

    response = download(sign_in(moderator), room)

    day = timezone.now().date().isoformat()
    assert response["Content-Disposition"] == value.format(day=day)


def test_download_of_a_nameless_room_is_named_after_its_token(sign_in, room, moderator):
    room.name = ""
    room.save()

    response = download(sign_in(moderator), room)

    day = timezone.now().date().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="{room.token} {day}.csv"'


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", "2026-03-01"), ("Pacific/Auckland", "2026-03-02")]
)
@override_settings(USE_TZ=True, TIME_ZONE="UTC")
def test_download_bears_the_day_of_the_users_time_zone(sign_in, monkeypatch, moderator, zone, day):
    evening = utc(2026, 3, 1, 20)
    moderator.last_ping = evening
    moderator.save(update_fields=["last_ping"])
    client = sign_in(moderator)
    monkeypatch.setattr(timezone, "now", lambda: evening)

    with timezone.override(zone):
        response = download(client, moderator.room)

    assert response["Content-Disposition"].endswith(f' {day}.csv"')


@pytest.mark.parametrize("count", [3, 30])
def test_download_costs_the_same_however_many_joined(
    sign_in, django_assert_num_queries, room, moderator, count
):
    for _ in range(count):
        joined(room)
    client = sign_in(moderator)

    with django_assert_num_queries(5):
        response = download(client, room)

    assert len(rows_of(response)) == count + 2
