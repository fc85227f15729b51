"""The demo host as the browser tests visit it: strict about content, quick about passwords."""

from project.settings import *  # noqa: F403  settings modules extend one another like this
from project.settings import MIDDLEWARE

DEBUG = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    # The fixture's own.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
MIDDLEWARE = ["tests.browser.strict.ContentSecurityPolicy", *MIDDLEWARE]
TALK_THROTTLE = "off"
