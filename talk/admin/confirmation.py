"""Actions that say what they are about to do to what, and then report what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from talk.admin.refusals import explain
from talk.errors import TalkError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from talk.admin.operations import OperationsAdmin

LISTED = 100
"""So many objects are named on the page; the others are counted."""

NAMED = 5
"""So many objects are named in a message."""


@dataclass(frozen=True)
class ConfirmedAction:
    """An admin action that asks first.

    ``act`` is called with each chosen object and answers how many things it changed;
    ``done`` reports their sum (``ngettext_lazy`` with ``%(count)d``). Admin calls it as it
    calls any action function, and reads name, description and permissions from it.
    """

    act: Callable[[Any], int]
    short_description: _StrPromise
    question: _StrPromise
    done: Any
    allowed_permissions: tuple[str, ...] = ("change",)
    deletes: bool = False

    @property
    def __name__(self) -> str:
        return self.act.__name__

    def __call__(
        self, admin: OperationsAdmin, request: HttpRequest, chosen: QuerySet[Any]
    ) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            return self.ask(admin, request, chosen)
        # Exactly those that were shown, also if the filter finds others by now.
        keys = [key for key in request.POST["confirmed"].split(",") if key.isdecimal()]
        self.carry_out(admin, request, chosen.filter(pk__in=keys))
        return None

    def ask(
        self, admin: OperationsAdmin, request: HttpRequest, chosen: QuerySet[Any]
    ) -> HttpResponse:
        """The page that names the objects concerned."""
        objects = list(chosen)
        request.current_app = admin.admin_site.name
        context = {
            **admin.admin_site.each_context(request),
            "title": self.short_description,
            "question": self.question,
            "opts": admin.opts,
            "lines": admin.describe(objects[:LISTED]),
            "count": len(objects),
            "unlisted": max(len(objects) - LISTED, 0),
            "keys": ",".join(str(instance.pk) for instance in objects),
            "action": self.__name__,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "media": admin.media,
        }
        return TemplateResponse(request, "admin/talk/confirm_action.html", context)

    def carry_out(
        self, admin: OperationsAdmin, request: HttpRequest, chosen: QuerySet[Any]
    ) -> None:
        """Act on each object by itself: one refusal does not keep the others from happening."""
        changes = idle = 0
        refused: dict[str, list[str]] = defaultdict(list)
        objects = list(chosen)
        for instance, (name, _detail) in zip(objects, admin.describe(objects), strict=True):
            try:
                changed = int(self.act(instance))
            except TalkError as refusal:
                refused[explain(refusal)].append(name)
            except (ProtectedError, RestrictedError):
                refused[gettext("other records of this site depend on it")].append(name)
            else:
                changes += changed
                idle += not changed
                if changed:
                    self.log(admin, request, instance)
        self.report(admin, request, changes=changes, idle=idle, refused=refused)

    def log(self, admin: OperationsAdmin, request: HttpRequest, instance: Any) -> None:
        if self.deletes:
            admin.log_deletions(request, [instance])  # type: ignore[arg-type]  # a list, as Django itself passes
        else:
            admin.log_change(request, instance, str(self.short_description))

    def report(
        self,
        admin: OperationsAdmin,
        request: HttpRequest,
        *,
        changes: int,
        idle: int,
        refused: dict[str, list[str]],
    ) -> None:
        if changes:
            admin.message_user(request, self.done % {"count": changes}, messages.SUCCESS)
        if idle:
            words = ngettext(
                "%(count)d of them needed no change.", "%(count)d of them needed no change.", idle
            )
            admin.message_user(request, words % {"count": idle}, messages.INFO)
        for reason, refused_names in refused.items():
            names = "; ".join(islice(refused_names, NAMED))
            unnamed = len(refused_names) - NAMED
            if unnamed > 0:
                more = ngettext("and %(count)d more", "and %(count)d more", unnamed)
                names = f"{names} {more % {'count': unnamed}}"
            words = gettext("Left as it was: %(names)s (%(reason)s).")
            admin.message_user(
                request, words % {"names": names, "reason": reason}, messages.WARNING
            )


def confirmed(**facts: Any) -> Callable[[Callable[[Any], int]], ConfirmedAction]:
    """Make a :class:`ConfirmedAction` of a function that acts on one object."""

    def decorate(act: Callable[[Any], int]) -> ConfirmedAction:
        return ConfirmedAction(act=act, **facts)

    return decorate
