"""One way in and one way out: what every endpoint shares (ocs.md).

A request is read, authenticated and checked in a fixed order; an answer, also a refusal,
leaves through one envelope. The host's ``REST_FRAMEWORK`` settings change none of it.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import set_rollback
from rest_framework.viewsets import ViewSet

from talk import errors, host
from talk.actor import Actor
from talk.api.authentication import (
    authentication_classes,
    is_same_site,
    without_broken_cookie,
)
from talk.api.negotiation import FormatNegotiation, format_parameter
from talk.api.parameters import FormBody, JSONBody, MultiPartBody, NoBody
from talk.api.renderers import JSONEnvelope, XMLEnvelope
from talk.api.response import Answer as Answer  # noqa: PLC0414  where endpoints look for it
from talk.api.response import Held
from talk.signaling import hold

logger = logging.getLogger("talk.api")


class Forged(Exception):
    """The request may have been made by another site's page."""


class OCSViewSet(ViewSet):
    """Base of all endpoints. ``public`` actions are open to visitors without an account."""

    public: ClassVar[frozenset[str]] = frozenset()
    without_csrf: ClassVar[frozenset[str]] = frozenset()
    part_of_talk: ClassVar[bool] = True
    """Whether accounts that may not use Talk are turned away."""
    waits: ClassVar[bool] = False
    """Whether answers may be held; such views run outside of the site's transactions."""

    renderer_classes = [JSONEnvelope, XMLEnvelope]
    parser_classes = [JSONBody, FormBody, MultiPartBody, NoBody]
    content_negotiation_class = FormatNegotiation
    permission_classes = []
    throttle_classes = []
    versioning_class = None
    metadata_class = None
    schema = None

    ocs_version = 2
    action: str

    def dispatch(
        self, request: HttpRequest, *args: Any, ocs_version: str = "2", **kwargs: Any
    ) -> HttpResponseBase:
        self.ocs_version = int(ocs_version)
        response = super().dispatch(request, *args, **kwargs)
        # DRF's view and request refer to each other in rings, and the view to the answer. Unless
        # these are cut, a thousand peers stay in memory until the garbage collector comes by,
        # and requests take longer, as each is made in memory that is new to the processor.
        self.request.parser_context.clear()
        vars(self).clear()
        if isinstance(response, Held) and not getattr(request, "may_be_held", False):
            waiter = hold.in_this_thread(response, response.seconds, server=request.META)
            response.fill(waiter)
        return response

    def get_authenticators(self) -> list[Any]:
        return [authentication() for authentication in authentication_classes()]

    @property
    def default_response_headers(self) -> dict[str, str]:
        # DRF lists the allowed methods here, in every answer; only a 405 has to.
        return {}

    # In ----------------------------------------------------------------------------------

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check in the order of the contract: entry, login, CSRF, then the endpoint's rules."""
        self.format_kwarg = None
        malformed = _read(request)
        renderer, media_type = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = renderer, media_type
        if malformed is not None:
            raise malformed
        if (request.method or "").lower() not in self.action_map:
            raise exceptions.MethodNotAllowed(request.method or "")
        without_broken_cookie(request._request)
        self.perform_authentication(request)
        if self.actor.user is None and self.action not in self.public:
            raise errors.NotLoggedIn
        if self.action not in self.without_csrf and not is_same_site(request):
            raise Forged
        if self.part_of_talk and not self.may_use_talk:
            raise errors.TalkForbidden
        self.check_permissions(request)

    @cached_property
    def actor(self) -> Actor:
        """Who is asking."""
        return actor_of(self.request)

    @cached_property
    def may_use_talk(self) -> bool:
        """Whether Talk is there for whoever is asking; it is for every visitor."""
        return self.actor.user is None or host.policy().may_use_talk(self.actor.user)

    # Out ---------------------------------------------------------------------------------

    def handle_exception(self, exc: Exception) -> Any:
        """Every refusal as its answer; whatever nobody expected as 996."""
        if isinstance(exc, Forged):
            return self._forged()
        if isinstance(exc, exceptions.MethodNotAllowed):
            return self._method_not_allowed()
        refusal = self._as_refusal(exc)
        if isinstance(refusal, errors.NotLoggedIn) and _wants_html(self.request):
            return redirect_to_login(self.request.get_full_path())
        response = Answer.refusing(refusal)
        if isinstance(refusal, errors.WrongCredentials):
            response["WWW-Authenticate"] = self.get_authenticate_header(self.request)
        return response

    def _as_refusal(self, exc: Exception) -> errors.TalkError:
        match exc:
            case errors.TalkError():
                return exc
            case exceptions.AuthenticationFailed():
                return errors.WrongCredentials()
            case exceptions.NotAuthenticated():
                return errors.NotLoggedIn()
            case exceptions.PermissionDenied() | PermissionDenied():
                return errors.PermissionMissing()
            case exceptions.NotFound() | Http404():
                return errors.RoomNotFound()
            case exceptions.APIException() | SuspiciousOperation() | BadRequest():
                return errors.MalformedRequest()
        # Refusals have undone what they had begun; here nobody knows.
        set_rollback()
        logger.error("Answering a request failed", exc_info=exc)
        got_request_exception.send(sender=type(self), request=self.request._request)
        return errors.ServerError()

    def get_authenticate_header(self, request: Request) -> str:
        from talk.api.authentication import Basic

        return Basic().authenticate_header(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Write the answer into its envelope, with the HTTP status of its API version."""
        if isinstance(response, Answer | Held):
            renderer: Any = getattr(request, "accepted_renderer", None)
            if renderer is None:  # something failed before anybody asked for the format
                renderer, _media_type = self.perform_content_negotiation(request)
            if isinstance(response, Held):
                response.wrap_later(renderer, self.ocs_version)
            else:
                response.wrap(renderer, self.ocs_version)
                if response.entry_level and isinstance(renderer, XMLEnvelope):
                    response.headers["Content-Type"] = _entry_level_type(request)
        response.headers.setdefault("Cache-Control", "no-cache, no-store, must-revalidate")
        response.headers.setdefault("Vary", "Accept")
        return response

    def _method_not_allowed(self) -> HttpResponse:
        response = HttpResponse(
            status=405, content_type=f"{self.request.accepted_renderer.media_type}; charset=utf-8"
        )
        response["Allow"] = ", ".join(sorted(method.upper() for method in self.action_map))
        return response

    def _forged(self) -> HttpResponse:
        if _wants_html(self.request):
            return HttpResponse(render_to_string("talk/csrf_failed.html"), status=412)
        return JsonResponse({"message": "CSRF check failed"}, status=412)


class UnknownRoute(OCSViewSet):
    """Whatever no endpoint answers: unknown paths, malformed tokens, old API versions."""

    public = frozenset({"answer"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = None
        malformed = _read(request)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request
        )
        raise malformed or errors.UnknownRoute

    def answer(self, request: Request) -> Answer:
        """Never reached: nothing here can be asked for."""
        raise errors.UnknownRoute


def actor_of(request: Request) -> Actor:
    """The actor behind a DRF request, with whatever authentication the view uses."""
    probe = request._request
    without_broken_cookie(probe)
    user: Any = request.user
    if user is None or not user.is_authenticated or not user.is_active:
        user = None
    return Actor(
        user=user,
        holder=Actor.of_browser(probe),
        address=host.policy().client_address(probe),
    )


def _read(request: Request) -> errors.TalkError | None:
    """Take the body in, within the site's limits; what is wrong with it is told later."""
    try:
        if not _has_body(request):
            # What parsing nothing would come to, without the way there.
            _forget_body(request)
        elif not request._request._read_started:  # type: ignore[attr-defined]  # of all request classes
            _ = request._request.body
        _ = request.data, request.query_params
    except RequestDataTooBig:
        # Nothing may ask for the body again, not even to find the format parameter.
        _forget_body(request)
        return errors.RequestTooLarge()
    except (
        exceptions.APIException,
        SuspiciousOperation,
        BadRequest,
        UnreadablePostError,
        ValueError,
        LookupError,  # a charset that is no charset
    ):
        _forget_body(request)
        return errors.MalformedRequest()
    return None


def _has_body(request: Request) -> bool:
    # What comes in chunks, without a length, neither WSGI nor DRF would read.
    return request.META.get("CONTENT_LENGTH") not in {None, "", "0"}


def _forget_body(request: Any) -> None:
    request._full_data = request._data = {}


def _wants_html(request: Request) -> bool:
    return "html" in request.META.get("HTTP_ACCEPT", "")


def _entry_level_type(request: Request) -> str:
    """What XML is called that is written before any endpoint is reached."""
    if format_parameter(request) in {None, "xml"}:
        return "text/xml; charset=UTF-8"
    return "application/octet-stream; charset=utf-8"
