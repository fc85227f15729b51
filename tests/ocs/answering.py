"""A host's URLs with one endpoint of its own, which answers or fails as it is told."""

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.urls import re_path
from rest_framework import exceptions

from talk import errors
from talk.api.envelope import Answer, OCSViewSet

FAILURES = {
    "Http404": Http404,
    "NotFound": exceptions.NotFound,
    "PermissionDenied of Django": PermissionDenied,
    "PermissionDenied of DRF": exceptions.PermissionDenied,
    "NotAuthenticated": exceptions.NotAuthenticated,
    "AuthenticationFailed": exceptions.AuthenticationFailed,
    "SuspiciousOperation": SuspiciousOperation,
    "BadRequest": BadRequest,
    "ParseError": exceptions.ParseError,
    "LobbyActive": errors.LobbyActive,
}


class Answering(OCSViewSet):
    """Answers with the code in its path, and ``["data"]``; or raises what the path names."""

    public = frozenset({"answer"})

    def answer(self, request, code="", failure=""):
        if failure:
            raise FAILURES[failure]
        return Answer(["data"], code=int(code), message="why not")


urlpatterns = [
    re_path(
        r"ocs/v(?P<ocs_version>[12])\.php/(?:code/(?P<code>-?\d+)|raise/(?P<failure>.+))",
        Answering.as_view({"get": "answer"}),
    )
]
