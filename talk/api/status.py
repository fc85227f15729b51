"""``/status.php``: what apps ask first of all, before they know of OCS (clients.md §1)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from talk.constants import NEXTCLOUD_VERSION

PRODUCT = "Talk"


@require_safe
@login_not_required
def status(request: HttpRequest) -> JsonResponse:
    """That the server is there, and which release's contract it speaks."""
    version = ".".join(map(str, NEXTCLOUD_VERSION))
    return JsonResponse(
        {
            "installed": True,
            "maintenance": False,
            "needsDbUpgrade": False,
            "version": f"{version}.0",
            "versionstring": version,
            "edition": "",
            "productname": PRODUCT,
            "extendedSupport": False,
        }
    )
