"""Is a signaling server there, is it one, does it believe us, and does its clock agree (§4.1)?

Asked by the command ``talk_hpb_check``, by ``check --deploy`` and by the admin, never in a
visitor's request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from talk.conf import SignalingServer
from talk.signaling.wire import TIMEOUT, Refused, Unreachable, Wire, address, beginning

if TYPE_CHECKING:
    import requests

REQUIRED = ("audio-video-permissions", "mcu")
WANTED = ("hello-v2", "incall-all", "simulcast", "switchto")
MOST_CLOCK_DIFFERENCE = 5
"""Seconds; servers before 2.0 know no leeway with tokens."""

LONGEST_WELCOME = 4096
NOBODYS_ROOM = "nobodysroom"
"""Token of no room: a signed message to it reaches nobody."""


@dataclass
class Finding:
    """What is wrong with a server, and how bad that is; empty lists: all is well."""

    version: str = ""
    features: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def inspect(server: SignalingServer) -> Finding:
    """Ask a server who it is, and tell it something that nobody hears. Takes seconds at most."""
    finding = Finding()
    try:
        import requests
    except ImportError:
        finding.errors.append(_('The library is missing: install "django-talk[hpb]".'))
        return finding
    try:
        with requests.get(
            f"{address(server)}/api/v1/welcome",
            timeout=TIMEOUT,
            verify=server.verify,
            allow_redirects=False,
            stream=True,
        ) as response:
            content = beginning(response, LONGEST_WELCOME)
    except requests.exceptions.SSLError:
        finding.errors.append(
            _("Its certificate cannot be verified: renew it, or set “verify” to your CA's file.")
        )
    except requests.RequestException as reason:
        finding.errors.append(
            _("It cannot be reached (%(reason)s): is it running, and the address right?")
            % {"reason": type(reason).__name__}
        )
    else:
        finding.errors.extend(_identity(response, content, finding))
        finding.warnings.extend(_shortcomings(finding))
        finding.errors.extend(_clock(response))
        if not finding.errors:
            finding.errors.extend(_trust(server))
    return finding


def _identity(response: requests.Response, content: bytes, finding: Finding) -> Iterator[str]:
    welcome = _welcome(content)
    finding.version = str(welcome.get("version", ""))
    named = response.headers.get("X-Spreed-Signaling-Features", "")
    finding.features = [name.strip() for name in named.split(",") if name.strip()]
    if not finding.version or not finding.features:
        yield _("Something answers there (%(status)s) that is no signaling server.") % {
            "status": response.status_code
        }
        return
    missing = [name for name in REQUIRED if name not in finding.features]
    if missing:
        yield _("It lacks %(features)s: update it, and configure its media server.") % {
            "features": ", ".join(missing)
        }


def _shortcomings(finding: Finding) -> Iterator[str]:
    missing = [name for name in WANTED if name not in finding.features]
    if finding.features and missing:
        yield _("It lacks %(features)s: newer versions have it.") % {"features": ", ".join(missing)}


def _clock(response: requests.Response) -> Iterator[str]:
    try:
        there = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return
    # Some write no zone, and mean UTC.
    there = there if there.tzinfo else there.replace(tzinfo=UTC)
    difference = abs((datetime.now(UTC) - there).total_seconds())
    if difference > MOST_CLOCK_DIFFERENCE:
        yield _("Its clock differs by %(seconds)d seconds: let both machines use NTP.") % {
            "seconds": difference
        }


def _trust(server: SignalingServer) -> Iterator[str]:
    wire = Wire()
    body = json.dumps({"type": "message", "message": {"data": {"type": "check"}}}).encode()
    try:
        wire.post(server, NOBODYS_ROOM, body)
    except Refused as reason:
        yield _("It does not understand us: %(reason)s.") % {"reason": reason}
    except Unreachable as reason:
        text = str(reason)
        if text.startswith("403"):
            yield _(
                "It does not believe us: is the secret the same, and TALK_SITE_URL the address "
                "that it has for the site?"
            )
        else:
            yield _("It does not take messages: %(reason)s.") % {"reason": text}
    finally:
        wire.close()


def _welcome(content: bytes) -> dict[str, Any]:
    try:
        welcome = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return welcome if isinstance(welcome, dict) else {}
