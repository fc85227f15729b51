"""The first command line of the README, as another process and on a new SQLite file."""

import signal
from urllib.request import urlopen

import pytest
from django.db import connection

from tests.demo.conftest import table_of
from tests.demo.test_tour import TOUR

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="whatever the suite's database, a first visit brings a SQLite file of its own",
)


def test_tour_and_a_second_one(manage):
    for _visit in range(2):
        process = manage("talk_demo", "--no-serve", "--port", "0")

        output, errors = process.communicate(timeout=120)

        assert (process.returncode, errors) == (0, "")
        assert table_of(output) == [("ok", *row) for row in TOUR]


def test_serving_until_interrupted(manage):
    process = manage("talk_demo", "--port", "0")
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "Ctrl-C" in line:
            break
    links = [line.split()[1] for line in printed if line.startswith(("   home ", "   call "))]

    statuses = []
    for link in links:
        with urlopen(link, timeout=30) as page:
            statuses.append(page.status)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=30)

    assert statuses == [200, 200]
    assert (process.returncode, rest.split()) == (0, ["Stopped."])
    assert [line.split('"')[1] for line in errors.splitlines()] == [
        "GET / HTTP/1.1",
        "GET /call/democall HTTP/1.1",
    ]
    assert [line.split()[0] for line in printed if "  demo" in line] == [
        "demopair",
        "demoteam",
        "demopublic",
        "demochangelog",
        "demoformer",
        "demonotes",
        "demolobby",
        "demotimer",
        "demoreadonly",
        "demopassword",
        "demolisted",
        "democall",
        "demogroup",
    ]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"DEBUG": "false"},
            "CommandError: talk_demo runs only with DEBUG=True: it makes accounts whose password"
            " everybody knows.\n",
        ),
        (
            {"DATABASE_URL": "sqlite://:memory:"},
            "CommandError: talk_demo needs a database in a file: see DATABASE_URL.\n",
        ),
        (
            {"TALK_START_CALLS": "3"},
            "CommandError: Not as it should be: 18, out of 47 requests and the signals; look for"
            " !! above.\n",
        ),
    ],
)
def test_refusal_is_one_sentence(manage, environment, sentence):
    process = manage("talk_demo", "--no-serve", "--port", "0", **environment)

    _output, errors = process.communicate(timeout=120)

    assert (process.returncode, errors) == (1, sentence)


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)]
)
def test_terminal_gets_colour_unless_it_wants_none(manage, terminal, environment, coloured):
    process = manage("talk_demo", "--port", "0", stdout=terminal.inside, **environment)

    titles = terminal.read_until("what it means")

    process.kill()
    assert ("\x1b[" in titles) is coloured
