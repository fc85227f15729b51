"""Who may not come back into a room: an actor, an address, or a range of addresses."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.actor import Actor
from talk.constants import ActorType, BanTarget
from talk.models.attendee import Attendee
from talk.models.room import Room


class BanManager(models.Manager["Ban"]):
    """Finds bans by what they are about, as fixtures do."""

    def get_by_natural_key(self, token: str, actor_type: str, actor_id: str) -> Ban:
        return self.get(room__token=token, actor_type=actor_type, actor_id=actor_id)


class Ban(models.Model):
    """A ban in one room (participants.md §11)."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="bans", verbose_name=_("room")
    )
    actor_type = models.CharField(_("kind"), max_length=32, choices=BanTarget.choices)
    actor_id = models.CharField(
        _("id"), max_length=255, help_text=_("User id, guest id, address or range of addresses.")
    )
    display_name = models.CharField(_("display name"), max_length=255, blank=True)
    holder = models.CharField(
        _("holder"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("The browser of a banned guest, to know it when it comes back."),
    )
    moderator_type = models.CharField(_("banned by (kind)"), max_length=32, default=ActorType.USERS)
    moderator_id = models.CharField(_("banned by"), max_length=255, blank=True)
    moderator_name = models.CharField(_("banned by (name)"), max_length=255, blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)
    created_at = models.DateTimeField(_("banned at"), default=timezone.now)

    objects = BanManager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "actor_type", "actor_id"], name="talk_one_ban_per_actor"
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.actor_id

    def natural_key(self) -> tuple[str, str, str]:
        return (self.room.token, self.actor_type, self.actor_id)

    natural_key.dependencies = ["talk.room"]  # type: ignore[attr-defined]  # Django's own way of ordering fixtures

    def concerns(self, actor: Actor, attendee: Attendee | None = None) -> bool:
        """Whether the ban keeps this actor, with this seat if any, out.

        Addresses and browsers concern guests only: neither users nor e-mail guests.
        """
        if actor.user is not None:
            return self.actor_type == BanTarget.USERS and self.actor_id == actor.user_id
        if attendee is not None and attendee.actor_type == ActorType.EMAILS:
            return self.actor_type == BanTarget.EMAILS and self.actor_id == attendee.actor_id
        if self.actor_type == BanTarget.IP:
            return self._contains(actor.address)
        return bool(self.holder) and self.holder == actor.holder

    def _contains(self, text: str) -> bool:
        try:
            address, network = ip_address(text), ip_network(self.actor_id, strict=False)
        except ValueError:
            return False
        # Servers that listen on both protocols write 192.0.2.1 as ::ffff:192.0.2.1.
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return address in network or (mapped is not None and mapped in network)
