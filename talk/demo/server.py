"""A web server in a thread of this process, so that the signals of the site can be heard here."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  to be recognised, not bound
"""Where this machine reaches a server that listens on all of its addresses."""

TOUR_AGENT = "talk-demo"
"""How the tour's own requests call themselves."""


class _Handler(WSGIRequestHandler):
    """The tour writes its own table: the log is for everybody else's requests."""

    def log_message(self, format: str, *args: Any) -> None:
        headers = getattr(self, "headers", None)
        if headers is None or headers.get("User-Agent") != TOUR_AGENT:
            super().log_message(format, *args)


class DemoServer:
    """Django's development server without its reloader. It listens from the beginning, and
    answers inside a ``with`` block.

    :raises OSError: the address cannot be had.
    """

    def __init__(self, host: str, port: int) -> None:
        self._httpd = ThreadedWSGIServer((host, port), _Handler, ipv6=":" in host)
        self._httpd.set_app(get_internal_wsgi_application())
        self._thread = threading.Thread(
            target=self._httpd.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self.host = ANY_ADDRESS.get(host, host)
        self.port: int = self._httpd.server_port

    @property
    def url(self) -> str:
        """The site's root as seen from this machine, without a slash at its end."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def close(self) -> None:
        """Give the port back."""
        self._httpd.server_close()

    def __enter__(self) -> DemoServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._httpd.shutdown()
        self._thread.join()
        self.close()
