"""A host that differs from the demo in everything that a host may choose.

``pytest tests/hosts --ds=tests.hosts.hostile`` shows that the wire does not care.
"""

from tests.settings import *  # noqa: F403  settings modules extend one another like this
from tests.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*(app for app in INSTALLED_APPS if app != "project"), "tests.hosts.people"]
AUTH_USER_MODEL = "people.Person"
ROOT_URLCONF = "tests.hosts.urls"
LOGIN_URL = "/community/door/"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/welcome"

MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    *MIDDLEWARE,
    "tests.hosts.people.middleware.ReadsForms",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "visit"
SESSION_SAVE_EVERY_REQUEST = True
CSRF_USE_SESSIONS = True
CSRF_HEADER_NAME = "HTTP_X_COMMUNITY_TOKEN"

LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
USE_THOUSAND_SEPARATOR = True
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.SmallAutoField"

DATABASES["default"]["ATOMIC_REQUESTS"] = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "1/day", "user": "1/day"},
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rest_framework.negotiation.DefaultContentNegotiation",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.AcceptHeaderVersioning",
    "ALLOWED_VERSIONS": ["2031-01-01"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 1,
    "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.SearchFilter"],
    "EXCEPTION_HANDLER": "tests.hosts.people.rest.refuse",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": "shape",
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_FORMAT": "%d.%m.%Y",
}
