"""As little HTTP client as possible: it must cost next to nothing beside the server."""

import asyncio
import re

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Unexpected(Exception):
    """An answer that no benchmark should get; the figures would mean nothing."""


class Client(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self):
        self._transport = self._answer = self._length = None
        self._received = bytearray()

    @classmethod
    async def connect(cls, port):
        loop = asyncio.get_running_loop()
        _transport, client = await loop.create_connection(cls, "127.0.0.1", port)
        return client

    def ask(self, request):
        """Send the bytes of a request. Returns a future of the answer's body."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self):
        self._transport.close()

    # What asyncio calls -------------------------------------------------------------------

    def connection_made(self, transport):
        self._transport = transport

    def connection_lost(self, exc):
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unexpected(f"the server hung up: {exc!r}"))

    def data_received(self, data):
        self._received += data
        if self._length is None:
            head = self._received.find(_END)
            if head < 0:
                return
            length = _LENGTH.search(self._received, 0, head)
            self._length = head + len(_END) + (int(length[1]) if length else 0)
        if len(self._received) >= self._length:
            self._done(bytes(self._received))

    def _done(self, answer):
        self._received, self._length = bytearray(), None
        future, self._answer = self._answer, None
        if future is None or future.done():
            return
        if answer.startswith(b"HTTP/1.1 200 "):
            future.set_result(answer.partition(_END)[2])
        else:
            future.set_exception(Unexpected(answer[:2000].decode(errors="replace")))


def request(method, path, *, cookie="", body=b""):
    """The bytes of a request, made once and sent often."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Accept: application/json",
        "OCS-APIRequest: true",
        f"Cookie: sessionid={cookie}",
    ]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
