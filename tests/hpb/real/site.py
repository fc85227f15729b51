"""The demo host in a process of its own, told of real signaling servers."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from http.cookiejar import CookieJar
from pathlib import Path

from tests.hpb.real.servers import cpu_of
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "talk"
STARTS_WITHIN = 60
SERVER = [sys.executable, "-m", "uvicorn", "project.asgi:application", "--log-level", "warning"]


class Site:
    """The demo site with its fixture. Its address is fixed before it runs: servers ask for it."""

    def __init__(self, folder, name="site"):
        self.port = free_port()
        self.name = name
        self.url = f"http://127.0.0.1:{self.port}/"
        self.log = folder / f"{name}.log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.hpb.real.settings",
            "DATABASE_URL": f"sqlite:///{folder / name}.sqlite3",
            "TALK_SITE_URL": self.url,
        }
        self._process = None

    def prepare(self, servers, key, **settings):
        """Make the database, and tell the site of its servers."""
        self.environment |= {
            "TALK_SIGNALING_SERVERS": json.dumps(servers.settings_for(self.name)),
            "TALK_HELLO_KEY": key,
            **settings,
        }
        for command in (["migrate"], ["loaddata", "demo"]):
            self.manage(*command, "-v", "0", check=True)

    def manage(self, *command, check=False):
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=check,
            capture_output=True,
            text=True,
        )

    def start(self):
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*SERVER, "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            try:
                return urllib.request.urlopen(f"{self.url}accounts/login/").close()
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(self.log.read_text())

    def cpu(self):
        """Seconds of CPU that it has taken so far."""
        return cpu_of(self._process.pid)

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def pass_time(self, seconds, then=""):
        """As if nobody had been heard of for so long; then a command, before anybody is again."""
        code = f"""
from django.core.management import call_command
from datetime import timedelta
from django.db.models import F
from talk.models import Session
Session.objects.update(last_ping=F("last_ping") - timedelta(seconds={seconds}))
if {then!r}:
    call_command({then!r})
"""
        self.manage("shell", "-c", code, check=True)

    def visitor(self, user=None):
        return Visitor(self, user)


class Visitor:
    """Somebody with a cookie jar: a user of the demo site, or a guest."""

    def __init__(self, site, user=None):
        self.site, self.user = site, user
        handler = urllib.request.HTTPCookieProcessor(CookieJar())
        self._open = urllib.request.build_opener(handler).open

    def api(self, verb, path, /, **body):
        """What the API answers: (status, data)."""
        headers = {
            "OCS-APIRequest": "true",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        if self.user:
            pair = b64encode(f"{self.user}:{PASSWORD}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        request = urllib.request.Request(
            f"{self.site.url}ocs/v2.php/apps/spreed/api/{path}",
            data=json.dumps(body).encode() if body else None,
            method=verb,
            headers=headers,
        )
        try:
            with self._open(request) as answer:
                return answer.status, json.load(answer)["ocs"]["data"]
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)["ocs"]["data"]

    def room(self, *people):
        """A new public room, with these people in it; returns its token."""
        status, room = self.api("POST", "v4/room", roomType=3, roomName="Tea time")
        assert status == 201, room
        for person in people:
            path = f"v4/room/{room['token']}/participants"
            assert self.api("POST", path, newParticipant=person)[0] == 200
        return room["token"]

    def forbid(self, token, person, permission):
        """Take a right away from somebody in the room."""
        _, people = self.api("GET", f"v4/room/{token}/participants")
        attendee = next(each["attendeeId"] for each in people if each["actorId"] == person)
        body = {"attendeeId": attendee, "method": "remove", "permissions": permission}
        status, _ = self.api("PUT", f"v4/room/{token}/attendees/permissions", **body)
        assert status == 200

    def enter(self, token):
        """Join the room on the site; returns the Talk session id."""
        status, room = self.api("POST", f"v4/room/{token}/participants/active")
        assert status == 200, room
        return room["sessionId"]

    def settings(self, token):
        status, settings = self.api("GET", f"v3/signaling/settings?token={token}")
        assert status == 200, settings
        return settings

    def peers(self, token):
        return self.api("GET", f"v4/call/{token}")[1]
