"""For a site's ``asgi.py``: polls that wait without holding a thread (docs/deployment.md).

::

    from talk.asgi import TalkASGI

    application = TalkASGI(get_asgi_application())

Requests to Talk's API run through the site's whole ordinary stack (middleware, authentication,
view) in one piece, on a few threads that keep their database connections. A poll without news
leaves its thread, waits as a future of the event loop, and comes back to a thread only if its
answer takes a query. Every other request goes to the wrapped application, which may be anything.
"""

from __future__ import annotations

import asyncio
import io
import re
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache, partial
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections, connections, router
from django.http import HttpResponse
from django.urls import Resolver404, resolve, set_script_prefix

from talk.signaling.bursts import Bursts
from talk.signaling.crew import Crew
from talk.signaling.hub import Key, WaitingTask, hub

if TYPE_CHECKING:
    # Cannot be imported before Django is set up, and this module has to be.
    from talk.api.response import Held

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS = 4

PATIENCE = 0.25
"""Seconds for which one of several waits for what another is asking for all of them."""

_ENTRY = re.compile(r"/ocs/v[12]\.php(?=/|\Z)")


class TalkASGI:
    """An ASGI application in front of the site's own one."""

    def __init__(self, application: Application, *, threads: int = THREADS) -> None:
        # Usually done by now; not where the site's own application is none of Django's.
        django.setup(set_prefix=False)
        self._application = application
        self._stack = _Stack()
        self._crew = Crew(threads, at_once=_at_once())
        self._bursts = Bursts()
        self._finishing: dict[frozenset[Key], asyncio.Future[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_ours(scope):
            await self._application(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            return
        client = (scope.get("client") or ("",))[0]
        response: Any = await self._crew.run(partial(self._stack.begin, scope, body), client=client)
        del body
        if getattr(response, "is_held", False):
            waiter = await self._wait(response, receive)
            if waiter is None:
                return
            await self._finish(response, waiter, client)
        await _send(response, send)

    async def _wait(self, response: Held, receive: Receive) -> WaitingTask | None:
        """Wait for what the response waits for; None if the client has gone meanwhile."""
        waiter = WaitingTask()
        if not response.seconds:
            return waiter
        _answer_everybody_at_the_end()
        response.wait_with(waiter)
        # Nothing but the end of the connection can come after the body.
        gone = asyncio.ensure_future(receive())
        seconds = response.seconds
        if not response.exactly:
            now = asyncio.get_running_loop().time()
            seconds = self._bursts.seconds(
                seconds, room=response.shared_keys, now=now, waiting=hub.size()
            )
        try:
            await asyncio.wait(
                (waiter.future, gone),
                timeout=seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            return None if gone.done() else waiter
        finally:
            response.stop_waiting(waiter)
            gone.cancel()

    async def _finish(self, response: Held, waiter: WaitingTask, client: str) -> None:
        """Fill in a response that was held, in a thread if it takes one.

        A change of a room wakes everybody in it, and waits without news end together: one of
        them asks the database, and the others tell the same.
        """
        reason: frozenset[Key] = frozenset()
        if response.seconds:
            reason = waiter.woken_by or response.shared_keys
        running = self._finishing.get(reason)
        if running is not None:
            await asyncio.wait((running,), timeout=PATIENCE)
        if response.seconds and response.fill_at_once(waiter):
            return
        task = self._crew.run(partial(self._stack.finish, response, waiter), client=client)
        if reason and reason not in self._finishing:
            self._finishing[reason] = task
            task.add_done_callback(lambda _: self._finishing.pop(reason))
        await task

    async def _read(self, receive: Receive) -> IO[bytes] | None:
        """The request's body; None if the client has gone. Long ones are kept in a file."""
        first = await receive()
        if first["type"] == "http.disconnect":
            return None
        if not first.get("more_body", False):
            return io.BytesIO(first.get("body", b""))
        parts = [first]

        async def again() -> Message:
            return parts.pop() if parts else await receive()

        try:
            body: IO[bytes] = await self._stack.read_body(again)
        except RequestAborted:
            return None
        return body


class _Stack(ASGIHandler):
    """Django's handler with the site's middleware, run from beginning to end in one thread."""

    def __init__(self) -> None:
        self.load_middleware(is_async=False)

    def begin(self, scope: Scope, body: IO[bytes]) -> Any:
        """The response; one that is held has given back whatever the request used."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal
        if request is None:
            body.close()
        else:
            request.__dict__["may_be_held"] = True
            response = self.get_response(request)
        if response.streaming:
            response = _whole(response)
        response._handler_class = type(self)
        response.close()
        return response

    @staticmethod
    def finish(response: Held, waiter: WaitingTask) -> None:
        """Fill in a response that was held."""
        close_old_connections()
        try:
            response.fill(waiter if response.seconds else None)
        finally:
            close_old_connections()


def _at_once() -> int:
    """How many threads may compute at the same time: two, if their statements go to a server."""
    database = connections[router.db_for_write(apps.get_model("talk", "Room"))]
    return 1 if database.vendor == "sqlite" else 2


def _is_ours(scope: Scope) -> bool:
    """Whether a request is one to Talk's API, wherever the site has mounted it."""
    path: str = scope["path"]
    found = _ENTRY.search(path)
    if found is None:
        return False
    below = path[: found.start()].removeprefix(get_script_prefix(scope).rstrip("/"))
    return _is_mounted(settings.ROOT_URLCONF, below)


@lru_cache(maxsize=256)
def _is_mounted(_urls: str, below: str) -> bool:
    """Whether Talk answers there; all of its paths do, so any of them can be asked for."""
    try:
        match = resolve(f"{below}/ocs/v2.php/")
    except Resolver404:
        return False
    return "talk" in match.app_names


def _whole(stream: Any) -> HttpResponse:
    """A streaming response at once: this thread is the one that has the database connection."""
    response = HttpResponse(b"".join(stream), status=stream.status_code, headers=stream.headers)
    response.cookies = stream.cookies
    stream.close()
    return response


async def _send(response: HttpResponse, send: Send) -> None:
    content = response.content
    headers = [
        (name.lower().encode("ascii"), value.encode("latin-1"))
        for name, value in response.items()
        if name.lower() != "content-length"
    ]
    headers += [
        (b"set-cookie", cookie.OutputString().encode("ascii"))
        for cookie in response.cookies.values()
    ]
    if response.status_code not in {204, 304}:
        headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": content})


# The end of the process -------------------------------------------------------------------

_following: set[int] = set()


def _answer_everybody_at_the_end() -> None:
    """Servers let requests finish when they are told to stop: then nobody is to wait any more."""
    if _following or threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        previous = signal.getsignal(number)
        if callable(previous):
            _following.add(number)
            signal.signal(number, partial(_stop, previous))


def _stop(previous: Callable[[int, FrameType | None], Any], number: int, frame: Any) -> None:
    hub.close()
    previous(number, frame)
