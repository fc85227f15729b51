"""``manage.py talk_demo``, in this process: the tour and what it leaves behind."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session as BrowserSession
from django.core.management import CommandError
from django.core.management.base import OutputWrapper
from django.core.management.color import no_style
from django.utils import timezone

from talk import call
from talk.constants import Permission
from talk.demo import fixture, server
from talk.demo.server import DemoServer
from talk.demo.table import WIDTH, Table
from talk.demo.tour import TOLD, Tour
from talk.models import Attendee, Room, Session
from tests.demo.conftest import table_of
from tests.factories import SessionFactory

TOUR = [
    ("guest", "GET /ocs/v2.php/cloud/capabilities", "200"),
    ("guest", "GET room", "401/997"),
    ("alice", "GET /accounts/login/", "200"),
    ("alice", "POST /accounts/login/", "302"),
    ("alice", "GET room", "200"),
    ("bob", "GET room", "200"),
    ("alice", "POST room", "201"),
    ("alice", "POST room/{t}/participants", "200"),
    ("alice", "POST room/{t}/participants", "200"),
    ("alice", "POST room/{t}/participants", "200"),
    ("alice", "GET room/{t}/participants", "200"),
    ("guest", "POST call/{t}", "404"),
    ("bob", "POST call/{t}", "404"),
    ("alice", "POST room/{t}/participants/active", "200"),
    ("bob", "POST room/{t}/participants/active", "200"),
    ("guest", "POST room/{t}/participants/active", "403"),
    ("guest", "POST room/{t}/participants/active", "200"),
    ("alice", "POST call/{t}", "200"),
    ("bob", "GET ~/notifications/api/v2/notifications", "200"),
    ("bob", "GET call/{t}/notification-state", "200"),
    ("bob", "POST call/{t}", "200"),
    ("bob", "GET call/{t}/notification-state", "404"),
    ("bob", "GET ~/notifications/api/v2/notifications", "200"),
    ("guest", "POST call/{t}", "200"),
    ("alice", "GET call/{t}", "200"),
    ("bob", "PUT call/{t}", "200"),
    ("alice", "GET room/{t}/participants", "200"),
    ("bob", "POST call/{t}/ring/{carol}", "403"),
    ("alice", "POST call/{t}/ring/{carol}", "200"),
    ("carol", "GET call/{t}/notification-state", "200"),
    ("guest", "DELETE call/{t}", "200"),
    ("alice", "DELETE call/{t}?all=true", "200"),
    ("carol", "GET call/{t}/notification-state", "201"),
    ("carol", "GET ~/notifications/api/v2/notifications", "200"),
    ("alice", "GET call/{t}", "200"),
    ("alice", "POST ~/spreed/api/v1/ban/{t}", "200"),
    ("carol", "POST room/{t}/participants/active", "403"),
    ("alice", "GET ~/spreed/api/v1/ban/{t}", "200"),
    ("alice", "DELETE ~/spreed/api/v1/ban/{t}/{ban}", "200"),
    ("carol", "POST room/{t}/participants/active", "200"),
    ("bob", "POST call/demoreadonly", "403"),
    ("bob", "POST call/demolobby", "412"),
    ("alice", "GET call/demolobby", "200"),
    ("alice", "POST call/{t}", "412"),
    ("guest", "GET ~/spreed/api/v3/room", "404/998"),
    ("alice", "DELETE room/{t}", "200"),
    ("alice", "GET room/{t}", "404"),
]


class InterruptedAt(StringIO):
    """A terminal whose reader presses Ctrl-C upon reading some words."""

    def __init__(self, words):
        super().__init__()
        self.words = words

    def write(self, text):
        super().write(text)
        if self.words in text:
            raise KeyboardInterrupt


def plain_table():
    output = StringIO()
    return output, Table(OutputWrapper(output), no_style())


def test_tour_shows_every_request_and_its_answer(talk_demo):
    output = talk_demo()

    assert table_of(output) == [("ok", *row) for row in TOUR]


def test_tour_is_the_same_without_uvicorn(talk_demo, monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda name: None)

    output = talk_demo()

    assert table_of(output) == [("ok", *row) for row in TOUR]


def test_tour_fits_into_its_width_and_has_no_colour_codes(talk_demo):
    output = talk_demo()

    assert [line for line in output.splitlines() if len(line) > WIDTH] == []
    assert "\x1b" not in output


def test_tour_tells_which_signals_a_host_receives(talk_demo):
    output = talk_demo()

    heard = output.split("Django signals that a host site receives\n")[1].split("\n\n")[0]
    counted = dict(pair.rstrip(")").split(" (") for pair in heard.replace("\n", " ").split(", "))
    several = {
        "attendee_added": "7",
        "call_joined": "3",
        "notification_created": "7",
        "session_started": "4",
    }
    assert counted == {**dict.fromkeys(TOLD, "1"), **several}


def test_tour_with_colour_says_the_same(talk_demo):
    coloured = talk_demo("--force-color")

    assert "\x1b[32;1mok\x1b[0m  guest  GET room" in coloured


def test_tour_leaves_only_the_fixture(talk_demo):
    talk_demo()

    assert Room.objects.exclude(token__startswith="demo").count() == 0
    assert (Attendee.objects.count(), Session.objects.count()) == (29, 3)
    assert BrowserSession.objects.count() == 0


def test_running_call_began_now(talk_demo):
    before = timezone.now()

    talk_demo()

    room = Room.objects.get(token="democall")
    assert room.call_started_at > before
    assert all(before < session.last_ping <= timezone.now() for session in room.sessions.all())
    assert len(call.joined_since_start(room)) == 3


def test_running_call_is_kept_alive(demo_rows):
    Session.objects.update(last_ping=timezone.now() - timedelta(minutes=5))

    fixture.keep_fresh()

    assert Session.objects.fresh().count() == 3


def test_only_the_demo_is_kept_alive(demo_rows):
    silent = SessionFactory(age=300)

    fixture.keep_fresh()

    assert Session.objects.get(pk=silent.pk).is_dead


def test_second_run_puts_the_demo_back(talk_demo):
    talk_demo()
    Room.objects.filter(token="demoreadonly").update(read_only=False)
    Room.objects.get(token="democall").delete()
    get_user_model().objects.filter(username="bob").update(password="!")

    output = talk_demo()

    assert table_of(output) == [("ok", *row) for row in TOUR]
    assert Room.objects.get(token="democall").has_call


def test_rows_of_the_site_stay_as_they_are(talk_demo):
    session = SessionFactory(calling=True)
    call.join(session)
    models = (get_user_model(), Room, Attendee, Session)
    before = {model: model.objects.values().get() for model in models}

    talk_demo()

    for model, row in before.items():
        assert model.objects.values().get(pk=row["id"]) == row


def test_unexpected_answers_are_marked_and_fail(talk_demo, settings):
    settings.TALK_START_CALLS = 3

    with pytest.raises(CommandError, match="Not as it should be: 18, out of 47 requests"):
        talk_demo()

    marked = [row[1:] for row in table_of(talk_demo.output) if row[0] == "!!"]
    assert marked[0] == ("guest", "POST call/{t}", "403")
    assert len(marked) == 17
    assert [line for line in talk_demo.output.splitlines() if len(line) > WIDTH] == []
    assert "Missing: call_started, call_joined" in talk_demo.output


def test_tour_stops_where_nothing_can_follow(talk_demo, settings):
    settings.TALK_POLICY = "tests.demo.policy.NobodyCreatesRooms"

    with pytest.raises(CommandError, match="Not as it should be"):
        talk_demo()

    assert table_of(talk_demo.output)[-1] == ("!!", "alice", "POST room", "403")
    assert "The tour ends here" in talk_demo.output


def test_answer_that_says_something_else_is_marked(talk_demo, settings):
    settings.TALK_START_CALLS = 3

    with pytest.raises(CommandError):
        talk_demo()

    wrong = [row for row in table_of(talk_demo.output) if row[0] == "!!" and row[3] == "200"]
    told = "GET ~/notifications/api/v2/notifications"
    assert wrong == [
        ("!!", "bob", told, "200"),
        ("!!", "alice", "GET room/{t}/participants", "200"),
        ("!!", "carol", told, "200"),
    ]
    assert "and everybody sees it (this is not so)" in " ".join(talk_demo.output.split())


def test_missing_signal_fails(talk_demo, settings):
    # Bob has nothing to mute, so nothing changes: every status is right, a signal is missing.
    settings.TALK_DEFAULT_PERMISSIONS = Permission.CALL_START | Permission.CALL_JOIN

    with pytest.raises(CommandError, match="Not as it should be: 1, out of 47 requests"):
        talk_demo()

    assert table_of(talk_demo.output) == [("ok", *row) for row in TOUR]
    assert "Missing: call_flags_changed" in talk_demo.output


def test_interrupted_tour_leaves_nothing_behind(talk_demo):
    with pytest.raises(CommandError) as refusal:
        talk_demo(output=InterruptedAt("peers: Alice, Bob"))

    assert (str(refusal.value), refusal.value.returncode) == (
        "Stopped before the end of the tour.",
        130,
    )
    assert Room.objects.exclude(token__startswith="demo").count() == 0


def test_interrupted_serving_ends_well(talk_demo):
    output = talk_demo(output=InterruptedAt("Serving"), serve=True)

    assert output.endswith("Serving; Ctrl-C stops it.\n\nStopped.\n")


def test_silent_server_is_marked(db):
    output, table = plain_table()
    server = DemoServer("127.0.0.1", 0)
    server.close()

    tour = Tour(server.url, table, [])
    tour.run()

    assert (tour.requests, tour.surprises) == (1, 1)
    assert "no answer" in output.getvalue()


def test_signals_that_were_not_heard_count(db):
    output, table = plain_table()
    tour = Tour("http://127.0.0.1", table, ["call_started"])

    tour.listen()

    assert tour.surprises == 1
    missing = [name for name in TOLD if name != "call_started"]
    assert f"Missing: {', '.join(missing)}" in " ".join(output.getvalue().split())
