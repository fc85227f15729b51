"""A real server of every kind, on a database of its own, with clients that really wait.

Slow, and not part of the suite: ``REAL_SERVERS=1 python -m pytest tests/waiting``.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.ports import free_port

collect_ignore_glob = [] if os.environ.get("REAL_SERVERS") else ["test_*.py"]

ROOT = Path(__file__).resolve().parents[2]
V3 = "/ocs/v2.php/apps/spreed/api/v3/signaling/{}"
V4 = "/ocs/v2.php/apps/spreed/api/v4"
PATIENCE = 60

ASGI = ["-m", "uvicorn", "project.asgi:application", "--port", "{port}", "--log-level", "warning"]
GUNICORN = ["-m", "gunicorn", "project.wsgi", "-b", "127.0.0.1:{port}", "--log-level", "warning"]
GRANIAN = ["--port", "{port}", "--log-level", "warning", "--no-access-log"]
SERVERS = {
    "uvicorn": ASGI,
    "granian": ["-m", "granian", "--interface", "asginl", "project.asgi:application", *GRANIAN],
    "daphne": ["-m", "daphne", "-p", "{port}", "-v", "0", "project.asgi:application"],
    "gunicorn with threads": [*GUNICORN, "--threads", "8"],
    "gunicorn without threads": [*GUNICORN, "-w", "2"],
    "granian with threads": [
        *["-m", "granian", "--interface", "wsgi", "project.wsgi:application"],
        *["--blocking-threads", "8", *GRANIAN],
    ],
    "runserver": ["manage.py", "runserver", "--noreload", "127.0.0.1:{port}"],
}


class Site:
    """The demo site, in as many processes as a test starts."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        self.processes = []

    def start(self, server="uvicorn", **environment):
        """Start one more process, and give back its address."""
        port = free_port()
        command = [part.format(port=port) for part in SERVERS[server]]
        with (self.folder / "server.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment | environment,
                stdout=log,
                stderr=log,
            )
        process.address = f"http://127.0.0.1:{port}"
        self.processes.append(process)
        until(lambda: answers(process.address))
        return process

    def stop(self):
        for process in self.processes:
            workers = workers_of(process)
            process.kill()
            process.wait()
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)

    @property
    def log(self):
        return (self.folder / "server.log").read_text()


def workers_of(process):
    """The processes of a server that runs: Granian's would outlive it."""
    if process.poll() is not None:
        return []
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(child) for child in children.read_text().split()]


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """What servers find in their environment: a database with the demo's accounts."""
    database = f"sqlite:///{tmp_path_factory.mktemp('site') / 'db.sqlite3'}"
    environment = os.environ | {
        "DATABASE_URL": os.environ.get("DATABASE_URL", database),
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "PYTHONUNBUFFERED": "1",
    }
    prepare(environment)
    return environment


def prepare(environment):
    """Make the tables, and people."""
    for command in ("migrate", "loaddata demo"):
        subprocess.run(
            [sys.executable, "manage.py", *command.split(), "-v0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )


@pytest.fixture
def site(tmp_path, environment):
    """Servers on that database; rooms are each test's own."""
    site = Site(tmp_path, environment)
    yield site
    site.stop()


class Browser:
    """Somebody who joined a room with a cookie, at one of the servers."""

    def __init__(self, address, name=None):
        self.address = address
        self.http = requests.Session()
        self.http.headers.update({"OCS-APIRequest": "true", "Accept": "application/json"})
        if name:
            self.http.auth = (name, "talk")

    def ask(self, method, path, **options):
        return self.http.request(method, self.address + path, timeout=PATIENCE, **options)

    def make_room(self):
        return data_of(self.ask("POST", f"{V4}/room", data={"roomType": 3, "roomName": "Room"}))[
            "token"
        ]

    def enter(self, token):
        self.token = token
        joined = self.ask("POST", f"{V4}/room/{token}/participants/active")
        self.session_id = data_of(joined)["sessionId"]
        return self

    def call(self, flags=3):
        assert self.ask("POST", f"{V4}/call/{self.token}", data={"flags": flags}).ok

    def pull(self):
        response = self.ask("GET", V3.format(self.token))
        return response.status_code, data_of(response)

    def poll(self):
        """Poll in the background."""
        return Background(self.pull)

    def send(self, *messages):
        """Post (recipient, content) pairs."""
        entries = [
            {
                "ev": "message",
                "fn": json.dumps({"to": to.session_id, "type": "candidate", **content}),
                "sessionId": self.session_id,
            }
            for to, content in messages
        ]
        response = self.ask("POST", V3.format(self.token), data={"messages": json.dumps(entries)})
        assert response.status_code == 200, response.text


class Background:
    """Something that takes its time; ``result()`` waits for it."""

    def __init__(self, job):
        self._job, self._outcome = job, []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            self._outcome.append(self._job())
        except Exception as error:
            self._outcome.append(error)

    @property
    def is_over(self):
        return bool(self._outcome)

    def result(self, patience=PATIENCE):
        self._thread.join(patience)
        assert self._outcome, "still waiting"
        if isinstance(self._outcome[0], Exception):
            raise self._outcome[0]
        return self._outcome[0]


@pytest.fixture
def pair():
    """Two people in a room, each at an address, who have heard of each other."""

    def make(address, other_address=None):
        alice = Browser(address, "alice")
        bob = Browser(other_address or address, "bob")
        token = alice.make_room()
        alice.enter(token)
        bob.enter(token)
        for browser in (alice, bob):
            browser.pull()
        return alice, bob

    return make


def data_of(response):
    return response.json()["ocs"]["data"]


def kinds_of(answer):
    """The status of a poll, and the kinds of its entries."""
    status, entries = answer
    return status, [entry["type"] for entry in entries]


def until(condition):
    """Wait for something that must become so."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


def answers(address):
    try:
        requests.get(f"{address}/ocs/v2.php/cloud/capabilities", timeout=5)
    except requests.RequestException:
        return False
    return True


def stop(process):
    """Ask a server to stop, as a deployment does."""
    process.send_signal(signal.SIGTERM)
