"""One person with one browser or app: a cookie jar that sends real requests."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from talk.demo.server import TOUR_AGENT

TIMEOUT = 30


@dataclass(frozen=True)
class Reply:
    """An answer: its HTTP status, the code in its envelope (or the same again), its data."""

    status: int
    code: int
    data: Any = None

    def __str__(self) -> str:
        return str(self.status) if self.status == self.code else f"{self.status}/{self.code}"


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer like any other."""

    def redirect_request(self, *args: Any) -> None:
        return None


class Visitor:
    """Keeps cookies as a browser does. ``password`` is sent with each request, as Talk's apps
    do; without it the visitor is a guest until a login form says otherwise."""

    def __init__(self, name: str, *, password: str = "") -> None:
        self.name = name
        self._jar = CookieJar()
        self._opener: OpenerDirector = build_opener(
            # Whatever proxy the environment names, it cannot know of this machine's own port.
            ProxyHandler({}),
            HTTPCookieProcessor(self._jar),
            _NoRedirect(),
        )
        self._headers = {"Accept": "application/json", "User-Agent": TOUR_AGENT}
        if password:
            pair = base64.b64encode(f"{name}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {pair}"

    def cookie(self, name: str) -> str:
        """The value of a cookie, or ``""``."""
        return next((cookie.value or "" for cookie in self._jar if cookie.name == name), "")

    def ask(self, method: str, url: str, fields: dict[str, Any], *, forged: bool = False) -> Reply:
        """Send a request to the API. ``forged``: as a page of another site could.

        :raises OSError: nobody answers; or HTTPException, if not to the end.
        """
        headers = {"Content-Type": "application/json"}
        if not forged:
            headers["OCS-APIRequest"] = "true"
        return self._send(method, url, json.dumps(fields).encode() if fields else None, headers)

    def submit(self, url: str, fields: dict[str, str]) -> Reply:
        """Send a form of the site.

        :raises OSError: nobody answers; or HTTPException, if not to the end.
        """
        return self._send("POST", url, urlencode(fields).encode(), {})

    def _send(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        request = Request(url, body, self._headers | headers, method=method)  # noqa: S310  the server of this process
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                return _reply(response.status, response.read())
        except HTTPError as refusal:
            with refusal:
                return _reply(refusal.code, refusal.read())


def _reply(status: int, body: bytes) -> Reply:
    try:
        envelope = json.loads(body)["ocs"]
        return Reply(status, envelope["meta"]["statuscode"], envelope["data"])
    except (ValueError, LookupError, TypeError):
        return Reply(status, status)
