"""One signed request to a signaling server (signaling.md §4)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from talk.conf import SignalingServer, settings
from talk.signaling import checksum

if TYPE_CHECKING:
    import requests

TIMEOUT = (1.0, 3.0)
"""Seconds to connect, and to wait for each part of the answer."""

OF_INTEREST = 256
"""Bytes of an answer: enough to know whose it is, or what is wrong."""

_NEVER = frozenset({400, 411, 413, 415})
"""Statuses that the same request will get however often it is sent."""


class Unreachable(Exception):
    """The server did not take it now; later it may."""


class Refused(Exception):
    """The server will never take this."""


class Wire:
    """Connections to signaling servers, kept open from one request to the next."""

    def __init__(self) -> None:
        self._sessions: dict[str, requests.Session] = {}

    def post(self, server: SignalingServer, token: str, body: bytes) -> None:
        """Tell a server something about a room.

        :raises Unreachable: it is down, slow, does not believe us, or is no signaling server.
        :raises Refused: it does not understand this.
        """
        headers = checksum.headers(server, body) | {"Content-Type": "application/json"}
        if settings.TALK_SITE_URL:
            headers["Spreed-Signaling-Backend"] = settings.TALK_SITE_URL
        url = f"{address(server)}/api/v1/room/{token}"
        status, answer = self._exchange(server, url, headers, body)
        if status in _NEVER:
            raise Refused(f"{status} {answer[:200].decode(errors='replace')}")
        if status != 200:
            raise Unreachable(f"{status} {answer[:100].decode(errors='replace')}".strip())
        if not answer.lstrip().startswith(b"{"):
            raise Unreachable("something answers that is no signaling server")

    def _exchange(
        self, server: SignalingServer, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        try:
            import requests
        except ImportError as reason:
            raise Unreachable('install "django-talk[hpb]"') from reason
        session = self._sessions.setdefault(server.url, requests.Session())
        try:
            with session.post(
                url,
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                verify=server.verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code, beginning(response, OF_INTEREST)
        except requests.RequestException as reason:
            raise Unreachable(_said(reason)) from reason

    def close(self) -> None:
        """Give the connections back."""
        while self._sessions:
            self._sessions.popitem()[1].close()


def beginning(response: requests.Response, most: int) -> bytes:
    """The first bytes of an answer, or those that came in time: it may go on for ever."""
    until, content = time.monotonic() + TIMEOUT[1], b""
    # One by one, as asking for more means waiting for more.
    for byte in response.iter_content(1):
        content += byte
        if len(content) >= most or time.monotonic() > until:
            break
    return content


def address(server: SignalingServer) -> str:
    """Where a server is reached over HTTP, without a slash at the end."""
    scheme, _, rest = server.url.partition("://")
    return f"{scheme.replace('ws', 'http')}://{rest}".rstrip("/")


def _said(reason: Exception) -> str:
    """What went wrong, without the addresses of objects."""
    return type(reason).__name__
