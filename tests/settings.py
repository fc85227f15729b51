"""The demo host's settings, made quick and quiet for tests. DATABASE_URL chooses the database."""

import os

from project.settings import *  # noqa: F403  settings modules extend one another like this
from project.settings import BASE_DIR, DATABASES, MIDDLEWARE

SECRET_KEY = "tests-need-a-key-but-no-secret-0123456789abcdef"
DEBUG = False
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
MIDDLEWARE = [entry for entry in MIDDLEWARE if "whitenoise" not in entry]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in real life: several threads and processes can use it.
    DATABASES["default"]["TEST"] = {
        "NAME": os.environ.get("TEST_DATABASE", str(BASE_DIR / "test-db.sqlite3"))
    }
elif "postgresql" in DATABASES["default"]["ENGINE"] and os.environ.get("PLAIN_POSTGRESQL"):
    # As Django connects unless it is told otherwise.
    DATABASES["default"]["OPTIONS"] = {}
# A test client would sit in every poll for as long.
TALK_SIGNALING_HOLD = 0
# Servers in threads of a test end without a word: nothing of theirs may stay open.
DATABASES["default"]["CONN_MAX_AGE"] = 0
