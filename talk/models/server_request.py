"""What a signaling server has asked, so that nobody can ask it again in its name."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, models
from django.utils import timezone

from talk.models.lock import writing

KNOWN_FOR = timedelta(days=1)
FORGOTTEN_EVERY = 256
"""Requests after which old ones are forgotten, on sites that never clean up."""


class ServerRequestManager(models.Manager["ServerRequest"]):
    """Requests by their checksum, which is as good a name as any and cannot be made up."""

    def is_first(self, checksum: str) -> bool:
        """Note a request; False if it was noted before, by whichever process."""
        try:
            with writing() as using:
                request = self.using(using).create(checksum=checksum)
        except IntegrityError:
            return False
        if request.pk % FORGOTTEN_EVERY == 0:
            self.purge()
        return True

    def purge(self) -> None:
        """Forget what nobody would believe to be new any more."""
        self.filter(asked_at__lt=timezone.now() - KNOWN_FOR).delete()


class ServerRequest(models.Model):
    """A signed request that a signaling server made."""

    checksum = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ServerRequestManager()

    def __str__(self) -> str:
        return self.checksum
