"""``manage.py talk_demo`` where it must not run: one sentence, and nothing is written."""

import socket

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from talk.demo.server import DemoServer
from talk.models import Room
from tests.factories import AttendeeFactory, UserFactory


def test_account_of_the_site_with_a_demo_name_stops_the_demo(talk_demo):
    alice = UserFactory(username="alice", email="alice@example.org")

    with pytest.raises(CommandError, match="an account alice of its own"):
        talk_demo()

    assert get_user_model().objects.get().password == alice.password
    assert Room.objects.count() == 0


def test_rows_that_contradict_the_demo_stop_it(talk_demo):
    pair = Room.pair_digest(["alice", "bob"])
    AttendeeFactory(room__pair=pair, room__token="elsewhere")

    with pytest.raises(CommandError, match="contradict"):
        talk_demo()

    assert [room.token for room in Room.objects.all()] == ["elsewhere"]


def test_taken_port_is_told_before_anything_is_written(talk_demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError) as refusal:
            talk_demo("--port", str(port))

    assert str(refusal.value) == (
        f"Port {port} of 127.0.0.1 is taken. Choose another one:"
        f" manage.py talk_demo --port {port + 1}"
    )
    assert get_user_model().objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "changed", "says"),
    [
        ([], {"DEBUG": False}, "talk_demo runs only with DEBUG=True"),
        (
            [],
            {"AUTH_USER_MODEL": "talk.Attendee"},
            "The demo's people are accounts of Django's own user model, and this site has another.",
        ),
        ([], {"FIXTURE_DIRS": []}, "This site has no fixtures/demo.json"),
        (["--host", "192.0.2.1"], {}, "The site does not answer to 192.0.2.1"),
        (
            ["--host", "192.0.2.1"],
            {"ALLOWED_HOSTS": ["192.0.2.1"]},
            "Cannot listen at 192.0.2.1, port 0: ",
        ),
        (["--port", "65536"], {}, "Error: argument --port: ports are numbers from 0 to 65535"),
        (["--port", "http"], {}, "Error: argument --port: invalid _port value: 'http'"),
    ],
)
def test_demo_is_refused_in_a_sentence(talk_demo, settings, arguments, changed, says):
    for name, value in changed.items():
        setattr(settings, name, value)

    with pytest.raises(CommandError) as refusal:
        talk_demo(*arguments)

    assert str(refusal.value)[: len(says)] == says
    assert get_user_model().objects.count() == 0


@pytest.mark.parametrize(
    ("host", "name"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")]
)
def test_server_says_where_it_is(host, name):
    server = DemoServer(host, 0)
    server.close()

    assert server.url == f"http://{name}:{server.port}"
