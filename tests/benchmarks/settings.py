"""The tests' host, as a site runs it: five standard middlewares and real password hashing."""

from django.conf import global_settings

from tests.settings import *  # noqa: F403  settings modules extend one another like this
from tests.settings import DATABASES, INSTALLED_APPS

PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "django.contrib.admin"]
ROOT_URLCONF = "tests.benchmarks.urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
# A connection that is renewed in the middle would be counted to whoever came next.
DATABASES["default"]["CONN_MAX_AGE"] = None
# The floor asks for nothing but the facts either.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
# As long as on a site; tests wait for nothing.
TALK_SIGNALING_HOLD = 25
