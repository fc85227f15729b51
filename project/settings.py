"""Settings of the demo host site: an ordinary Django project that includes ``talk``.

Everything that differs from place to place comes from the environment.
"""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
import django

BASE_DIR = Path(__file__).resolve().parent.parent


def env_bool(name: str, *, default: bool) -> bool:
    """``1``, ``true``, ``yes`` and ``on`` are true, anything else that is set is false."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def prepared(options: dict[str, Any]) -> dict[str, Any]:
    """psycopg's options, so that PostgreSQL plans the same few statements once per connection.

    What ``DATABASE_URL`` says otherwise is kept (docs/deployment.md).
    """
    return {"server_side_binding": True, "prepare_threshold": 5, **options}


DEBUG = env_bool("DEBUG", default=True)
# Without one, and without DEBUG, Django refuses to serve.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if DEBUG and not SECRET_KEY:
    SECRET_KEY = "only-for-the-demo-on-your-own-machine-0123456789"
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "talk",
    "project",
]
# The API's documentation, where the extra "openapi" is installed.
if find_spec("drf_spectacular"):
    INSTALLED_APPS += ["drf_spectacular"]
    SPECTACULAR_SETTINGS = {"DEFAULT_GENERATOR_CLASS": "talk.openapi.document.TalkDocument"}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
ASGI_APPLICATION = "project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue instead of failing, and readers never wait for them.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql" and find_spec("psycopg"):
    DATABASES["default"]["OPTIONS"] = prepared(DATABASES["default"].get("OPTIONS", {}))

if not DEBUG:
    # One for all processes of the machine: a password that one of them verified, all know of.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": os.environ.get("CACHE_DIR", BASE_DIR / "project" / "cache"),
        }
    }

# Mails show up where the server runs; in production the machine's own mail server gets them.
_mail = os.environ.get(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'console' if DEBUG else 'smtp'}.EmailBackend"
)
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": _mail}}
else:
    EMAIL_BACKEND = _mail

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "project" / "static-root"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# Behind TLS, as `manage.py check --deploy` wants it.
if not DEBUG:
    SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = int(os.environ.get("SECURE_HSTS_SECONDS", "31536000"))
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # Anybody can send this header: believe it only behind a proxy that sets it itself.
    if env_bool("TRUST_X_FORWARDED_PROTO", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def from_text(value: str) -> object:
    """Whole numbers, lists, ``true`` and ``false`` as JSON spells them; anything else is text."""
    try:
        return json.loads(value, parse_float=str, parse_constant=str)
    except ValueError:
        return value


# Every TALK_* variable of the environment is a setting.
globals().update(
    {name: from_text(value) for name, value in os.environ.items() if name.startswith("TALK_")}
)
