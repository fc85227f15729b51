"""The ways of asking for the peers of a call, each through Django's real WSGI handler."""

import base64
import io
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from talk.actor import HOLDER_KEY
from talk.api import renderers
from tests.benchmarks.people import CALLER, PASSWORD, caller

try:
    import orjson
except ImportError:
    orjson = None

BARE, MODEL_SERIALIZER = "bare view", "ModelSerializer"
INJECTED, SESSION, BASIC = "ours, no authentication", "ours, session", "ours, HTTP Basic"
WITH_ORJSON = " (orjson)"

_API = "/ocs/v2.php/apps/spreed/api/v4/call/"
_CLIENT = {"accept": "application/json", "ocs-apirequest": "true"}


@dataclass(frozen=True)
class Way:
    """One way of asking: what is asked, under which path, and as which client."""

    name: str
    application: Callable
    path: str
    headers: dict[str, str]
    dumps: Callable[[object], bytes] | None = None

    def environ(self, token):
        return RequestFactory(headers=self.headers).get(self.path + token).environ

    @contextmanager
    def chosen_json(self):
        """Let our renderer use this way's JSON library; the two others have their own."""
        usual = renderers.dumps
        renderers.dumps = self.dumps or usual
        try:
            yield
        finally:
            renderers.dumps = usual


class _Injected(WSGIHandler):
    """No middleware: who asks, and with which browser, is simply set."""

    def __init__(self, user, session):
        super().__init__()
        self._user, self._session = user, session

    def get_response(self, request):
        request.user, request.session = self._user, self._session
        return super().get_response(request)


class _Browser(dict):
    """As much of Django's session as our views look at."""

    session_key = "benchmark"


def ways():
    """All of them; those with orjson only where it is installed."""
    user = caller()
    holder = {HOLDER_KEY: f"browser-of-{CALLER}"}
    with override_settings(MIDDLEWARE=[]):
        plain, injected = WSGIHandler(), _Injected(user, _Browser(holder))
    site = WSGIHandler()
    credentials = base64.b64encode(f"{CALLER}:{PASSWORD}".encode()).decode()
    ours = [
        (INJECTED, injected, {}),
        (SESSION, site, {"cookie": _login_cookie(user, holder)}),
        (BASIC, site, {"authorization": f"Basic {credentials}"}),
    ]
    libraries = {"": renderers.dumps_without_orjson}
    if orjson is not None:
        libraries[WITH_ORJSON] = orjson.dumps
    return [
        Way(BARE, plain, "/bare/", _CLIENT),
        Way(MODEL_SERIALIZER, plain, "/model-serializer/", _CLIENT),
        *(
            Way(name + suffix, application, _API, _CLIENT | headers, dumps)
            for name, application, headers in ours
            for suffix, dumps in libraries.items()
        ),
    ]


def _login_cookie(user, extra):
    browser = Client()
    browser.force_login(user)
    store = browser.session
    store.update(extra)
    store.save()
    return f"sessionid={store.session_key}"


def ask(application, environ):
    """One request, as a server would make it. Returns status and body."""
    status = []
    environ = environ | {"wsgi.input": io.BytesIO()}
    answer = application(environ, lambda line, _headers: status.append(line))
    body = b"".join(answer)
    answer.close()
    return status[0], body


def count_queries(way, environ):
    """How many queries the request makes through Django; the bare view goes past it."""
    made = []

    def note(execute, sql, params, many, context):
        made.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask(way.application, environ)
    return len(made)
