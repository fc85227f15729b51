"""``manage.py talk_hpb_check``: is everything right between the site and its signaling servers?"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.core.management.base import BaseCommand, CommandError

from talk.conf import settings
from talk.models import Announcement, Relay
from talk.signaling import token
from talk.signaling.inspection import Finding, inspect
from talk.signaling.wire import TIMEOUT

CAPABILITIES = "ocs/v2.php/cloud/capabilities"


class Command(BaseCommand):
    help = (
        "Asks each signaling server who it is, whether it believes the site and which time it has, "
        "and asks the site for what servers read there. Exit status 1: something has to be changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        servers = settings.TALK_SIGNALING_SERVERS
        if not servers:
            raise CommandError("There are no signaling servers: see TALK_SIGNALING_SERVERS.")
        failed = False
        for server in servers:
            failed |= self._tell(server.url, inspect(server))
        failed |= self._tell("The site", self._site())
        self._tell_outbox()
        if failed:
            raise CommandError("Something has to be changed.")

    def _tell(self, name: str, finding: Finding) -> bool:
        version = f" (version {finding.version})" if finding.version else ""
        self.stdout.write(f"{name}{version}: {'' if finding.errors else 'well'}")
        if finding.features:
            self.stdout.write(f"  features: {', '.join(finding.features)}")
        for text in finding.errors:
            self.stdout.write(self.style.ERROR(f"  wrong: {text}"))
        for text in finding.warnings:
            self.stdout.write(self.style.WARNING(f"  note: {text}"))
        return bool(finding.errors)

    def _site(self) -> Finding:
        """What signaling servers see when they come to the site."""
        finding = Finding()
        key = token.hello_key()
        if key is None:
            finding.errors.append(
                "There is no hello key: see TALK_HELLO_KEY, and install django-talk[hpb]."
            )
        if not settings.TALK_SITE_URL:
            finding.errors.append("TALK_SITE_URL is not set: servers cannot tell sites apart.")
        if not settings.TALK_SITE_URL or not token.is_installed():
            return finding
        config = self._capabilities(finding)
        if config is not None and key is not None:
            shown = config.get("hello-v2-token-key")
            if shown != key.public:
                finding.errors.append("The capabilities show another key: restart the site.")
        return finding

    def _capabilities(self, finding: Finding) -> dict[str, Any] | None:
        import requests

        url = urljoin(settings.TALK_SITE_URL, CAPABILITIES)
        headers = {"OCS-APIRequest": "true", "Accept": "application/json"}
        try:
            response = requests.get(url, headers=headers, timeout=TIMEOUT)
        except requests.RequestException as reason:
            finding.errors.append(f"{url} cannot be read from here ({type(reason).__name__}).")
            return None
        try:
            spreed = response.json()["ocs"]["data"]["capabilities"]["spreed"]
            signaling: dict[str, Any] = spreed["config"]["signaling"]
        except (KeyError, TypeError, ValueError):
            finding.errors.append(
                f"{url} answers {response.status_code} without capabilities: is Talk mounted "
                "there, and open without a login?"
            )
            return None
        return signaling

    def _tell_outbox(self) -> None:
        waiting = Announcement.objects.due().count()
        self.stdout.write(f"Waiting to be told: {waiting}")
        for relay in Relay.objects.failing():
            self.stdout.write(f"  {relay}: {relay.failures} failures, last {relay.error}")
