"""JSON or XML (ocs.md §2): the ``format`` parameter, else ``Accept``, else XML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FormatNegotiation(BaseContentNegotiation):
    """Never refuses: whatever is asked for, the answer is one of the two."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        for parser in parsers:
            if parser.media_type in {content_type, "*/*"}:
                return parser
        return None

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        wanted = wanted_format(request)
        by_format = {renderer.format: renderer for renderer in renderers}
        renderer = by_format.get(wanted) or by_format["xml"]
        return renderer, str(renderer.media_type)


def wanted_format(request: Request) -> str:
    """What the request asks for, as written: ``json``, ``xml``, or something unknown."""
    parameter = format_parameter(request)
    if parameter is not None:
        return parameter
    accept = request.META.get("HTTP_ACCEPT", "")
    for item in accept.lower().split(","):
        media_type = item.partition(";")[0].strip()
        if media_type.startswith("application/"):
            return str(media_type.removeprefix("application/"))
    return "xml"


def format_parameter(request: Request) -> str | None:
    """The parameter ``format``, from body or query; None when it was not given."""
    for source in (_body, _query):
        try:
            parameters = source(request)
        except (APIException, BadRequest, SuspiciousOperation, ValueError):
            # The answer will be about that; here only its format is of interest.
            continue
        value = parameters.get("format")
        if value is not None:
            return value if isinstance(value, str) else ""
    return None


def _body(request: Request) -> Any:
    return request.data if isinstance(request.data, dict) else {}


def _query(request: Request) -> Any:
    return request.query_params
