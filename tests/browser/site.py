"""The demo host in a process of its own, and its API as a moderator's script uses it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "talk"
STARTS_WITHIN = 30


class Site:
    """The demo site with its fixture, served by uvicorn on a free port."""

    def __init__(self, folder):
        self.log = folder / "server.log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        }
        for command in (["migrate"], ["loaddata", "demo"]):
            subprocess.run(
                [sys.executable, "manage.py", *command, "-v", "0"],
                cwd=ROOT,
                env=self.environment,
                check=True,
            )
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        uvicorn = [sys.executable, "-m", "uvicorn", "project.asgi:application"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*uvicorn, f"--port={self.port}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            try:
                return urllib.request.urlopen(f"{self.url}/accounts/login/").close()
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(self.log.read_text())

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def api(self, method, path, /, *, user="alice", **body):
        """What the API answers: (status, data)."""
        credentials = b64encode(f"{user}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/ocs/v2.php/apps/spreed/api/{path}",
            data=json.dumps(body).encode() if body else None,
            method=method,
            headers={
                "Authorization": f"Basic {credentials}",
                "OCS-APIRequest": "true",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)["ocs"]["data"]
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)["ocs"]["data"]

    def room(self, *people, name="Tea time", room_type=3, **wishes):
        """A new room of alice's, with these people in it; returns its token."""
        status, room = self.api("POST", "v4/room", roomType=room_type, roomName=name, **wishes)
        assert status == 201, room
        for person in people:
            status, _ = self.api(
                "POST", f"v4/room/{room['token']}/participants", newParticipant=person
            )
            assert status == 200
        return room["token"]
