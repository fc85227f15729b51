"""The document, as a file and as a page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from talk.openapi.document import TalkDocument, mount_point
from talk.openapi.page import Page


@lru_cache(maxsize=8)
def document_at(path: str) -> dict[str, Any]:
    """The document of a site that has talk below ``path``; making it takes a moment."""
    document: dict[str, Any] = TalkDocument().get_schema()
    return document


# It tells no more than the source does, and clients ask for it before anybody logs in.
@method_decorator(login_not_required, name="dispatch")
class AsYAML(View):
    """``openapi.yaml``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = yaml.safe_dump(document_at(mount_point()), sort_keys=False, allow_unicode=True)
        return HttpResponse(text, content_type="application/yaml; charset=utf-8")


@method_decorator(login_not_required, name="dispatch")
class AsJSON(View):
    """``openapi.json``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(document_at(mount_point()))


@method_decorator(login_not_required, name="dispatch")
class AsPage(View):
    """Everything on one page: no script, nothing from elsewhere."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Page(document_at(mount_point()))
        return render(request, "talk/openapi.html", {"page": page})
