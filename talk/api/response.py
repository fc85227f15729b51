"""What an endpoint answers, at once or later, and how it becomes an HTTP response (ocs.md §5)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from talk import errors
from talk.api.renderers import EnvelopeRenderer
from talk.signaling import watch
from talk.signaling.hub import Key, Waiter, hub, shared

Conclude = Callable[[frozenset[Key] | None], "Answer"]
"""Makes the answer after a wait, from the keys that were woken; from None, if nobody waited."""

Glance = Callable[[Waiter], "Answer | None"]
"""The same without a query, from who waited; None if it takes one."""

logger = logging.getLogger("talk.api")

OK = 200
LOGIN_NEEDED = 997
NOT_FOUND_ROUTE = 998
V1_OK = 100


class Answer(HttpResponse):
    """What a view answers: the code is the envelope's, the HTTP status follows from it.

    Django's plain response, filled in at the end of the view. DRF's own is a template response:
    it would be rendered later, at some cost, and hold on to everything that made it.
    """

    def __init__(
        self, data: Any = None, code: int = OK, *, message: str = "", entry_level: bool = False
    ) -> None:
        super().__init__()
        self.data = data
        self.code, self.message, self.entry_level = code, message, entry_level
        self.meta: dict[str, Any] = {}

    @classmethod
    def refusing(cls, refusal: errors.TalkError) -> Answer:
        """The answer that a refusal stands for."""
        return cls(
            refusal.data,
            refusal.status,
            message=refusal.message,
            entry_level=refusal.entry_level,
        )

    def address(self, version: int) -> None:
        """Give the answer the meta block and the HTTP status of an API version."""
        self.meta = meta(self.code, self.message, version=version)
        self.status_code = http_status(self.code, version=version)

    def wrap(self, renderer: EnvelopeRenderer, version: int) -> None:
        """Fill in the envelope for an API version."""
        self.address(version)
        self.content = renderer.render(self.data, renderer_context={"response": self})
        if self.content:
            media_type = f"{renderer.media_type}; charset={renderer.charset}"
            self.headers["Content-Type"] = media_type
        else:
            del self.headers["Content-Type"]


class Held(HttpResponse):
    """An answer that is waited for: at most ``seconds``, or until one of ``keys`` is woken.

    Without news a little less, if others can be answered then as well, unless ``exactly``.

    It leaves the view empty, on its way through the site's middleware, and is filled in by
    whoever waits: ``talk.asgi``, or else the view's own thread. Nothing of the request stays in
    it, so that a wait costs next to nothing.
    """

    is_held = True

    def __init__(
        self,
        keys: tuple[Key, ...],
        conclude: Conclude,
        glance: Glance,
        *,
        since: int,
        seconds: float,
        exactly: bool = False,
    ) -> None:
        super().__init__()
        self.seconds, self.exactly = seconds, exactly
        self.shared_keys = shared(keys)
        self._keys, self._since = keys, since
        self._conclude, self._glance = conclude, glance
        self._renderer: EnvelopeRenderer | None = None
        self._version = 2

    def wrap_later(self, renderer: EnvelopeRenderer, version: int) -> None:
        """Remember how the answer is to be written."""
        self._renderer, self._version = renderer, version

    def wait_with(self, waiter: Waiter) -> None:
        """Wake the waiter when there is something to answer."""
        watch.ensure_running()
        hub.wait_for(self._keys, waiter, since=self._since)

    def stop_waiting(self, waiter: Waiter) -> None:
        """Nobody waits any more, whether woken or not."""
        hub.forget(self._keys, waiter)

    def fill(self, waiter: Waiter | None) -> None:
        """Write the answer, as it is by now, into this response.

        ``waiter`` has waited for it; None if nobody has.
        """
        try:
            answer = None if waiter is None else self._glance(waiter)
            if answer is None:
                answer = self._conclude(None if waiter is None else waiter.woken_by)
        except errors.TalkError as refusal:
            answer = Answer.refusing(refusal)
        except Exception:
            # As in a view: whatever nobody expected must not end the connection.
            logger.exception("Answering a held request failed")
            answer = Answer.refusing(errors.ServerError())
        self._write(answer)

    def fill_at_once(self, waiter: Waiter) -> bool:
        """The same if it takes no query, so that an event loop can do it; whether it was done."""
        answer = self._glance(waiter)
        if answer is not None:
            self._write(answer)
        return answer is not None

    def _write(self, answer: Answer) -> None:
        if self._renderer is not None:
            answer.wrap(self._renderer, self._version)
        self.status_code, self.content = answer.status_code, answer.content
        self.headers.pop("Content-Type", None)
        self.headers.pop("Content-Length", None)
        if "Content-Type" in answer.headers:
            self.headers["Content-Type"] = answer.headers["Content-Type"]


def meta(code: int, message: str, *, version: int) -> dict[str, Any]:
    """The meta block for a code that an endpoint chose (ocs.md §5)."""
    succeeded = code == OK if version == 1 else OK <= code < 300
    block: dict[str, Any] = {
        "status": "ok" if succeeded else "failure",
        "statuscode": V1_OK if version == 1 and code == OK else code,
        "message": "OK" if succeeded else message,
    }
    if version == 1:
        block |= {"totalitems": "", "itemsperpage": ""}
    return block


def http_status(code: int, *, version: int) -> int:
    """The HTTP status that goes with a code (ocs.md §5)."""
    if code == LOGIN_NEEDED:
        return 401
    if version == 1:
        return OK
    mapped = {NOT_FOUND_ROUTE: 404, 996: 500, 999: 500}.get(code, code)
    return mapped if OK <= mapped <= 600 else 400
