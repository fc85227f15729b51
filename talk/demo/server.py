"""A web server in a thread of this process, so that the signals of the site can be heard here.

uvicorn where it is installed: its polls hold no threads. Django's development server elsewhere.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
import warnings
from collections.abc import MutableMapping
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Protocol

from django.conf import settings
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)
from django.db import connections
from django.utils.module_loading import import_string

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  to be recognised, not bound
"""Where this machine reaches a server that listens on all of its addresses."""

TOUR_AGENT = "talk-demo"
"""How the tour's own requests call themselves."""

log = logging.getLogger("django.server")


class _Engine(Protocol):
    """What listens already, and answers between ``run`` and ``stop``."""

    port: int

    def run(self) -> None: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...


class DemoServer:
    """The site without a reloader. It listens from the beginning, and answers inside a ``with``
    block.

    :raises OSError: the address cannot be had.
    """

    def __init__(self, host: str, port: int) -> None:
        for database in connections.settings.values():
            # A server that stops has no way to close what its threads keep.
            database["CONN_MAX_AGE"] = 0
        engine = _Uvicorn if _can_be_asynchronous() else _Threads
        self._engine: _Engine = engine(host, port)
        self._thread = threading.Thread(target=self._engine.run, daemon=True)
        self.host = ANY_ADDRESS.get(host, host)
        self.port = self._engine.port

    @property
    def url(self) -> str:
        """The site's root as seen from this machine, without a slash at its end."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def close(self) -> None:
        """Give the port back."""
        self._engine.close()

    def __enter__(self) -> DemoServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.stop()
        self._thread.join()
        self.close()


def _can_be_asynchronous() -> bool:
    return find_spec("uvicorn") is not None and bool(getattr(settings, "ASGI_APPLICATION", None))


# Django's own ------------------------------------------------------------------------------


class _Handler(WSGIRequestHandler):
    """The tour writes its own table: the log is for everybody else's requests."""

    def log_message(self, format: str, *args: Any) -> None:
        headers = getattr(self, "headers", None)
        if headers is None or headers.get("User-Agent") != TOUR_AGENT:
            super().log_message(format, *args)


class _Threads:
    """One thread for each request, polls included."""

    def __init__(self, host: str, port: int) -> None:
        self._httpd = ThreadedWSGIServer((host, port), _Handler, ipv6=":" in host)
        self._httpd.set_app(get_internal_wsgi_application())
        self.port: int = self._httpd.server_port

    def run(self) -> None:
        self._httpd.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        self._httpd.shutdown()

    def close(self) -> None:
        self._httpd.server_close()


# uvicorn -----------------------------------------------------------------------------------


class _Uvicorn:
    """The site's own ``ASGI_APPLICATION``."""

    def __init__(self, host: str, port: int) -> None:
        import uvicorn

        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=128)
        self.port: int = self._socket.getsockname()[1]
        # Files come in pieces that were not made for waiting; a demo may wait for them.
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume")
        config = uvicorn.Config(
            _Logged(import_string(settings.ASGI_APPLICATION)),
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        self._server.should_exit = True

    def close(self) -> None:
        self._socket.close()


class _Logged:
    """Writes down requests as Django's own server does, but for those of the tour."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        status = 0

        async def note(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await self._application(scope, receive, note)
        if (b"user-agent", TOUR_AGENT.encode()) in scope["headers"]:
            return
        path = scope["raw_path"].decode("ascii", "replace")
        query = scope["query_string"].decode("ascii", "replace")
        request = f"{scope['method']} {path}{'?' if query else ''}{query} HTTP/1.1"
        extra = {"server_time": time.strftime("%d/%b/%Y %H:%M:%S")}
        log.info('"%s" %s', request, status, extra=extra)
