"""The benchmarks' site, with as many threads as people and a few connections for all of them."""

from tests.benchmarks.settings import *  # noqa: F403  settings modules extend one another like this
from tests.benchmarks.settings import DATABASES

if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Two hundred threads with a connection each are more than a server allows.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 8, "max_size": 8, "timeout": 60}
