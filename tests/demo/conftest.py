"""The demo host as a first visitor meets it, in this process and in another."""

import os
import pty
import re
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.conf import global_settings
from django.contrib.auth import hashers
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]

# A shell that starts the suite in the background makes its children deaf to Ctrl-C.
AS_A_PERSON = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "manage.py"
runpy.run_path("manage.py", run_name="__main__")
"""


# The fixture's hashes are Django's own, and slow, as they should be: each is computed once.
pbkdf2_once = cache(hashers.pbkdf2)


@pytest.fixture
def demo_host(settings, monkeypatch):
    """The demo project's own settings where the suite has others."""
    settings.DEBUG = True
    settings.USE_TZ = True
    settings.TIME_ZONE = "UTC"
    # Whatever is hashed now may be hashed quickly.
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, *global_settings.PASSWORD_HASHERS]
    monkeypatch.setattr(hashers, "pbkdf2", pbkdf2_once)
    return settings


@pytest.fixture
def demo_rows(db, demo_host):
    """The fixture, loaded."""
    call_command("loaddata", "demo", verbosity=0)


@pytest.fixture
def talk_demo(transactional_db, demo_host):
    """Run the command in this process, on a free port; returns what it prints."""

    def run(*arguments, output=None, serve=False):
        output = output or StringIO()
        after_tour = [] if serve else ["--no-serve"]
        try:
            call_command("talk_demo", "--port", "0", *after_tour, *arguments, stdout=output)
        finally:
            run.output = output.getvalue()
        return run.output

    return run


@pytest.fixture
def manage(tmp_path):
    """Start ``manage.py`` as a person does: another process, a SQLite file, a bare environment."""
    started = []
    # Only that compiled files are where this process has them.
    compiled = {"PYTHONPYCACHEPREFIX": sys.pycache_prefix} if sys.pycache_prefix else {}

    def start(*arguments, stdout=subprocess.PIPE, **environment):
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", AS_A_PERSON, *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONDONTWRITEBYTECODE": "1",
                **compiled,
                "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}",
                **environment,
            },
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Terminal:
    """Both ends of a terminal: a process writes into the one, the test reads from the other."""

    def __init__(self):
        self.outside, self.inside = pty.openpty()

    def read_until(self, words):
        """What the process wrote, up to these words; fails if it ends before."""
        os.close(self.inside)
        read = ""
        while words not in read:
            read += os.read(self.outside, 1024).decode()
        return read


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    os.close(terminal.outside)


def table_of(output):
    """The rows of the tour: mark, who, request, status; random tokens and numbers are named."""
    rows = re.findall(r"^(ok|!!)  (\w+) +([A-Z]+ \S+) +(\S+) +", output, re.MULTILINE)
    token = next((r[2].split("/")[1] for r in rows if r[2].endswith("participants")), None)
    named = [
        (re.escape(str(token)), "{t}"),
        (r"ring/\d+", "ring/{carol}"),
        (r"\bban/{t}/\d+", "ban/{t}/{ban}"),
    ]
    for pattern, name in named:
        rows = [
            (mark, who, re.sub(pattern, name, asked), status) for mark, who, asked, status in rows
        ]
    return rows
