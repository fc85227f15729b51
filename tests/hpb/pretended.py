"""A signaling server that notes what it is told, and answers as a test wants it to."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from talk.signaling import checksum


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever was made to wait has hung up, which is what the test is about."""


class PretendedServer:
    """``answers`` are used up one after the other: (status, body), a delay, or an odd end."""

    def __init__(self, secret):
        self.secret = secret
        self.answers = []
        self.told = []
        self.tokens = []
        self.headers = []
        self.version = {"nextcloud-spreed-signaling": "Welcome", "version": "1.2.4"}
        self.date = ""
        self.features = "audio-video-permissions, mcu, hello-v2, incall-all"
        self._http = _Listener(("127.0.0.1", 0), self._handler())

    @property
    def settings(self):
        return {"url": f"http://127.0.0.1:{self._http.server_port}", "secret": self.secret}

    @property
    def types(self):
        return [content["type"] for content in self.told]

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc):
        self._http.shutdown()
        self._http.server_close()

    def _handler(self):
        pretended = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer(200, json.dumps(pretended.version).encode())

            def date_time_string(self, timestamp=None):
                return pretended.date or super().date_time_string(timestamp)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = pretended.answers.pop(0) if pretended.answers else (200, b"{}")
                if answer == "hang up":
                    self.close_connection = True
                    return
                if answer == "trickle":
                    self._trickle()
                    return
                if isinstance(answer, float):
                    time.sleep(answer)
                    answer = (200, b"{}")
                expected = checksum.of(
                    pretended.secret, self.headers["Spreed-Signaling-Random"], body
                )
                if expected != self.headers["Spreed-Signaling-Checksum"]:
                    answer = (403, b"Authentication check failed")
                if answer[0] == 200 and answer[1] == b"{}":
                    pretended.headers.append(dict(self.headers))
                    pretended.tokens.append(self.path.rpartition("/")[2])
                    pretended.told.append(json.loads(body))
                self._answer(*answer)

            def _answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Spreed-Signaling-Features", pretended.features)
                self.end_headers()
                self.wfile.write(body)

            def _trickle(self):
                """A refusal, a letter at a time, that never ends."""
                self.send_response(500)
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                with suppress(OSError):
                    for _letter in range(200):
                        self.wfile.write(b"x")
                        # More often than a reader's time-out for each part, so that none ends it.
                        time.sleep(0.08)
                self.close_connection = True

            def log_message(self, *args):
                pass

        return Handler
