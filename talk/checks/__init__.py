"""System checks: wrong settings are told at start, each with an id and a way out.

None of them asks the database. ``SILENCED_SYSTEM_CHECKS`` takes the ids. Errors go from E001,
warnings from W001, over all modules here.
"""

from __future__ import annotations

from django.core.checks import register

from talk.checks import pages, settings, signaling, site, storage
from talk.checks.value import Check

TAG = "talk"
ALWAYS: list[Check] = [
    *site.ALWAYS,
    *settings.ALWAYS,
    *pages.ALWAYS,
    *signaling.ALWAYS,
    *storage.ALWAYS,
]
DEPLOYED: list[Check] = [*pages.DEPLOYED, *signaling.DEPLOYED, *storage.DEPLOYED]


def register_all() -> None:
    """Make Django run the checks; those of ``DEPLOYED`` only with ``--deploy``."""
    for check in ALWAYS:
        register(check, TAG)
    for check in DEPLOYED:
        register(check, TAG, deploy=True)
