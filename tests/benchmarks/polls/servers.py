"""The servers that are measured, each a process of its own on a free port."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from tests.benchmarks import database
from tests.benchmarks.polls import usage
from tests.ports import free_port

_FOLDER = "tests.benchmarks.polls"
_PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int

    @cached_property
    def pids(self):
        """Itself and its workers; there are no others once it answers."""
        return usage.tree(self.pid)

    def cpu(self):
        return usage.cpu(self.pids)

    def memory(self):
        return usage.memory(self.pids)


def ours():
    """The demo host with ``talk.asgi``, as the documentation says that a site should serve it."""
    return _uvicorn("talk.asgi", "project.asgi:application")


def deaf():
    """The same where no database tells other processes of changes."""
    return _uvicorn("talk.asgi, tail query alone", f"{_FOLDER}.deaf:application")


def keeping():
    """The same where a message is kept in the database even if its recipient waits here."""
    return _uvicorn("talk.asgi, all kept", f"{_FOLDER}.keeping:application")


def stock():
    """The same site behind Django's own ASGI handler."""
    return _uvicorn(
        "Django's ASGI handler",
        f"{_FOLDER}.stock:application",
        DJANGO_SETTINGS_MODULE=f"{_FOLDER}.stock_settings",
    )


def raw(variant="application"):
    """The floor."""
    return _uvicorn("raw ASGI", f"{_FOLDER}.raw:{variant}")


def original(*, threads):
    """A worker thread for each poll, which looks into the database once a second."""
    command = [
        *(sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(threads)),
        *("--keep-alive", "75", "--timeout", "0", "--log-level", "warning", "--bind"),
    ]
    return _running(
        "once a second",
        lambda port: [*command, f"127.0.0.1:{port}"],
        DJANGO_SETTINGS_MODULE=f"{_FOLDER}.original_settings",
    )


def _uvicorn(name, application, **environment):
    command = [
        *(sys.executable, "-m", "uvicorn", application, "--loop", "uvloop", "--http", "httptools"),
        *("--lifespan", "auto", "--no-access-log", "--log-level", "warning"),
        *("--timeout-keep-alive", "75"),
    ]
    return _running(name, lambda port: [*command, "--port", str(port)], **environment)


@contextmanager
def _running(name, command, **environment):
    port = free_port()
    environment = os.environ | {"DATABASE_URL": database.url()} | environment
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command(port), env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(process, port, log)
            yield Server(name, port, process.pid)
        finally:
            # With its workers, which may be in the middle of anything.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(process, port, log):
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"the server does not answer:\n{log.read().decode(errors='replace')}")
