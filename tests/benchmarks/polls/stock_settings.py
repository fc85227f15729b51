"""The benchmarks' site where each request has a database connection of its own."""

from tests.benchmarks.settings import *  # noqa: F403  settings modules extend one another like this
from tests.benchmarks.settings import DATABASES

# As Django's documentation says of ASGI: those that are kept would soon be too many.
DATABASES["default"]["CONN_MAX_AGE"] = 0
