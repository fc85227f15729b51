"""The demo host without time zones; ``pytest --ds=tests.hosts.naive`` runs the whole suite."""

from tests.settings import *  # noqa: F403  settings modules extend one another like this

USE_TZ = False
TIME_ZONE = "Europe/Berlin"
