"""The demo host as the tests with real signaling servers use it: quick about passwords."""

from project.settings import *  # noqa: F403  settings modules extend one another like this

DEBUG = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    # The fixture's own.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
TALK_THROTTLE = "off"
