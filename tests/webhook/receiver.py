"""The far end of a hook: a small server that keeps what it was sent."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook as Verifier


class Receiver:
    """Answers with ``status`` and ``headers``; ``letters`` are (headers, body) as they came."""

    def __init__(self):
        self.status, self.headers, self.body = 200, {}, b"thank you"
        self.letters = []
        self.url = ""

    @property
    def types(self):
        return [json.loads(body)["type"] for _headers, body in self.letters]

    @property
    def ids(self):
        return [headers["webhook-id"] for headers, _body in self.letters]

    def verified(self, secret):
        """What the letters say, if the Standard Webhooks library accepts their signatures."""
        return [Verifier(secret).verify(body, headers) for headers, body in self.letters]


@contextmanager
def receiving():
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.letters.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/talk?key=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
