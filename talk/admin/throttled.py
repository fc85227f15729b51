"""Addresses that guessed wrong too often, and how they are released."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from talk import throttle
from talk.admin.confirmation import confirmed
from talk.admin.operations import OperationsAdmin
from talk.admin.presence import short_time
from talk.conf import settings
from talk.models import ThrottledAddress

_REMEMBERED = "wrong_guesses"


class AddressList(ChangeList):
    """The list of addresses, with what the cache holds against each of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        _count(self.result_list)


def _count(rows: Iterable[ThrottledAddress]) -> None:
    rows = list(rows)
    counted = throttle.attempts_of(rows)
    for row in rows:
        vars(row)[_REMEMBERED] = counted[row.pk]


@confirmed(
    short_description=_("Release"),
    question=_("These addresses may guess again, as often as every other."),
    done=ngettext_lazy(
        "%(count)d address was released.", "%(count)d addresses were released.", "count"
    ),
    allowed_permissions=("delete",),
    deletes=True,
)
def release(row: ThrottledAddress) -> int:
    throttle.release(row)
    return True


@admin.register(ThrottledAddress)
class ThrottledAddressAdmin(OperationsAdmin):
    """Who is refused now; whose time is over is not listed any more."""

    actions = [release]
    list_display = ("address", "guess", "wrong_guesses", "refused_now", "refused_until")
    list_display_links = None
    list_filter = ("guess",)
    search_fields = ("address",)
    ordering = ("-since", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(until__gt=timezone.now())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return AddressList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: ThrottledAddress | None = None
    ) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: ThrottledAddress) -> None:
        throttle.release(obj)

    def describe(self, objects: Iterable[ThrottledAddress]) -> list[tuple[str, str]]:
        words = gettext("%(guess)s, until %(moment)s")
        return [
            (
                row.address,
                words % {"guess": row.get_guess_display(), "moment": short_time(row.until)},
            )
            for row in objects
        ]

    @admin.display(description=_("wrong guesses"))
    def wrong_guesses(self, row: ThrottledAddress) -> int:
        if _REMEMBERED not in vars(row):
            _count([row])
        return int(vars(row)[_REMEMBERED])

    @admin.display(description=_("until"), ordering="until")
    def refused_until(self, row: ThrottledAddress) -> str:
        return short_time(row.until)

    @admin.display(description=_("refused now"), boolean=True)
    def refused_now(self, row: ThrottledAddress) -> bool:
        """No longer, if the cache was emptied or the limit was raised meanwhile."""
        limit = settings.TALK_THROTTLE
        return limit is not None and self.wrong_guesses(row) >= limit.attempts
