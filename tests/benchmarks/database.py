"""A database of our own, made for one run and removed after it."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection


@contextmanager
def throwaway():
    """Create and migrate an empty database beside the one that DATABASE_URL names."""
    with tempfile.TemporaryDirectory(prefix="talk-benchmark-") as folder:
        name = f"talk_benchmark_{os.getpid()}"
        if connection.vendor == "sqlite":
            name = str(Path(folder) / "talk.sqlite3")
        usual = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(usual, verbosity=0)


def version():
    """The database and its version, for the heading."""
    number = ".".join(str(part) for part in connection.get_database_version())
    return f"{connection.display_name} {number}"


def url():
    """Where the throwaway database is, for a process that reads DATABASE_URL."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
