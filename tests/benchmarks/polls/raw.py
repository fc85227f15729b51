"""The floor: an ASGI application without a framework, doing the same database work.

Four threads with a connection each; a poll waits on a future. Served by uvicorn like ours.
"""

import asyncio
import gc
import json
from concurrent.futures import ThreadPoolExecutor

import django

from talk.api.renderers import dumps
from talk.conf import settings

django.setup()

# Only now: it needs the apps.
from tests.benchmarks.polls.floor import Seat  # noqa: E402  after django.setup()
from tests.benchmarks.polls.original import users_in_room  # noqa: E402  after django.setup()

_THREADS = 4


class Raw:
    """``shared``: the list of people is made once for all who ask, until somebody changes it.

    Otherwise each poll makes its own, as in the way of the original.
    """

    def __init__(self, *, shared):
        self._shared = shared
        self._pool = ThreadPoolExecutor(_THREADS)
        self._waiting, self._lists, self._recent, self._wakes = {}, {}, {}, 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        body = await _body_of(receive)
        cookie = dict(scope["headers"])[b"cookie"].partition(b"=")[2].decode()
        token = scope["path"].rpartition("/")[2]
        answer = getattr(self, f"_{scope['method'].lower()}")
        content = await answer(cookie, token, body, receive)
        if content is None:
            return
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", b"%d" % len(content)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _get(self, cookie, token, _body, receive):
        wakes = self._wakes
        seat, content = await self._in_thread(self._begin, cookie, token)
        if content is None and await self._wait(seat, receive, since=wakes):
            content = await self._in_thread(self._answer, seat)
        return content

    async def _post(self, cookie, token, body, _receive):
        messages = json.loads(json.loads(body)["messages"])
        woken = await self._in_thread(_send, cookie, token, messages)
        for session in woken:
            self._wake(session)
        return _envelope(None)

    async def _put(self, cookie, token, body, _receive):
        room = await self._in_thread(_change, cookie, token, json.loads(body)["flags"])
        for session, (_future, where) in list(self._waiting.items()):
            if where == room:
                self._wake(session)
        return _envelope(None)

    async def _wait(self, seat, receive, *, since):
        """Whether somebody is still there to be answered."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[seat.session] = future, seat.room
        # If somebody wrote while we looked, look again at once.
        if self._recent.get(seat.session, 0) > since:
            future.set_result(None)
        gone = asyncio.ensure_future(receive())
        try:
            await asyncio.wait(
                (future, gone),
                timeout=settings.TALK_SIGNALING_HOLD,
                return_when=asyncio.FIRST_COMPLETED,
            )
            return not gone.done()
        finally:
            gone.cancel()
            self._waiting.pop(seat.session, None)

    def _wake(self, session):
        self._wakes += 1
        self._recent[session] = self._wakes
        future, _room = self._waiting.get(session, (None, None))
        if future is not None and not future.done():
            future.set_result(None)

    async def _in_thread(self, function, *arguments):
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def _begin(self, cookie, token):
        """The seat, and an answer if there is something to say already."""
        seat = Seat(cookie, token)
        messages = seat.messages()
        return seat, self._told(seat, messages) if messages else None

    def _answer(self, seat):
        return self._told(seat, seat.messages())

    def _told(self, seat, messages):
        told = [dumps({"type": "message", "data": message}) for message in messages]
        return b'{"ocs":{"meta":{"status":"ok","statuscode":200,"message":"OK"},"data":[%s]}}' % (
            b",".join([*told, self._list(seat)])
        )

    def _list(self, seat):
        if not self._shared:
            return dumps({"type": "usersInRoom", "data": users_in_room(seat.room)})
        revision = seat.revision()
        known = self._lists.get(seat.room)
        if known is None or known[0] != revision:
            made = dumps({"type": "usersInRoom", "data": seat.people()})
            known = self._lists[seat.room] = revision, made
        return known[1]


def _send(cookie, token, messages):
    return Seat(cookie, token).send(messages)


def _change(cookie, token, flags):
    seat = Seat(cookie, token)
    seat.change_flags(flags)
    return seat.room


async def _body_of(receive):
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


def _envelope(data):
    meta = {"status": "ok", "statuscode": 200, "message": "OK"}
    return dumps({"ocs": {"meta": meta, "data": data}})


application = Raw(shared=True)
query_per_poll = Raw(shared=False)
gc.freeze()
