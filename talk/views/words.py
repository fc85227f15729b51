"""The words of talk's scripts in a language, as a script of its own."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from django.views.i18n import JavaScriptCatalog

ONE_HOUR = 60 * 60


# Guests read, too, and so does a site that wants a login everywhere else.
@method_decorator(login_not_required, name="dispatch")
class Words(JavaScriptCatalog):
    """Django's catalogue of the domain ``djangojs``, of this app alone.

    The language is part of the URL, so that whoever stands in between may keep the answer.
    """

    packages = ["talk"]

    def get(self, request: HttpRequest, language: str, **kwargs: Any) -> HttpResponse:
        try:
            known = translation.get_supported_language_variant(language)
        except LookupError:
            raise Http404("No such language") from None
        with translation.override(known):
            response = super().get(request, **kwargs)
        digest = md5(response.content, usedforsecurity=False).hexdigest()
        response["ETag"] = f'"{digest}"'
        patch_cache_control(response, public=True, max_age=ONE_HOUR)
        return get_conditional_response(request, response["ETag"], None, response) or response
