"""A client of a signaling server: what a browser says and hears, without media."""

import json
import time
from contextlib import ExitStack, suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE = 15


class Client:
    """``heard`` keeps everything that was not waited for."""

    def __init__(self, server_url, site_url):
        self._url = f"{server_url.replace('http', 'ws')}/spreed"
        self.backend = f"{site_url}ocs/v2.php/apps/spreed/api/v3/signaling/backend"
        self.heard = []
        self.session_id = self.resume_id = ""
        self.features = []
        self._number = 0
        self._connect()

    def _connect(self):
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(self._url, proxy=None, max_size=None))

    def say(self, kind, **content):
        self._number += 1
        number = str(self._number)
        self._socket.send(json.dumps({"id": number, "type": kind, kind: content}))
        return number

    def ask(self, kind, **content):
        """Say something and wait for what is answered to it."""
        number = self.say(kind, **content)
        return self.wait_for(lambda told: told.get("id") == number)

    def hello(self, settings, version):
        self.wait_for(lambda told: told["type"] == "welcome")
        auth = {"url": self.backend, "params": settings["helloAuthParams"][version]}
        answer = self.ask("hello", version=version, auth=auth)
        return self._greeted(answer)

    def resume(self):
        self._connect()
        return self._greeted(self.ask("hello", version="1.0", resumeid=self.resume_id))

    def _greeted(self, answer):
        if answer["type"] == "hello":
            self.session_id = answer["hello"]["sessionid"]
            self.resume_id = answer["hello"]["resumeid"]
            self.features = answer["hello"]["server"]["features"]
        return answer

    def join(self, token, talk_session_id):
        return self.ask("room", roomid=token, sessionid=talk_session_id)

    def message(self, to, **data):
        recipient = {"type": "session", "sessionid": to}
        self.say("message", recipient=recipient, data={"roomType": "video", **data})

    def wait_for(self, is_it, seconds=PATIENCE):
        """The first thing heard, or to be heard, that is it; it is forgotten then."""
        until = time.monotonic() + seconds
        while True:
            for told in self.heard:
                if is_it(told):
                    self.heard.remove(told)
                    return told
            left = until - time.monotonic()
            try:
                self.heard.append(json.loads(self._socket.recv(timeout=max(0.0, left))))
            except (TimeoutError, ConnectionClosed) as reason:
                raise AssertionError(f"not heard, but {self.heard}") from reason

    def wait_for_event(self, target, kind, is_it=lambda content: True):
        """What an event of this kind carries."""

        def matches(told):
            event = told.get("event", {})
            return (event.get("target"), event.get("type")) == (target, kind) and is_it(event[kind])

        return self.wait_for(matches)["event"][kind]

    def wait_for_in_call(self, **flags):
        """Wait until somebody is in the call with these flags, by HPB session id."""

        def is_it(update):
            told = {user["sessionId"]: user["inCall"] for user in update.get("users", [])}
            return all(told.get(session_id) == value for session_id, value in flags.items())

        return self.wait_for_event("participants", "update", is_it)

    def is_closed_by_server(self):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self.heard.append(json.loads(self._socket.recv(timeout=1)))
            except TimeoutError:
                continue
            except ConnectionClosed:
                return True
        return False

    def drop(self):
        """The network is gone: no goodbye."""
        self._open.close()

    def close(self):
        with suppress(ConnectionClosed):
            self.say("bye")
        self._open.close()
