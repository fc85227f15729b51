"""A seat in a room: who belongs to it, as what, and with which wishes."""

from __future__ import annotations

from typing import Self

from django.conf import settings as django_settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from talk.actor import Actor
from talk.conf import settings
from talk.constants import (
    GUESTS,
    LOGGED_IN_MODERATORS,
    MAX_CUSTOM_PERMISSIONS,
    MAX_PERMISSIONS,
    MODERATORS,
    ActorType,
    NotificationLevel,
    ParticipantType,
    Permission,
    RoomType,
)
from talk.models.room import Room


def effective_permissions(role: int, own: int, default: int) -> Permission:
    """What somebody with this role may do: the first level that says something decides.

    Moderators everything; then their own value, the room's default, the site's default
    (participants.md, "Permission model").
    """
    if role in MODERATORS:
        return Permission(MAX_PERMISSIONS)
    return Permission(own or default or settings.TALK_DEFAULT_PERMISSIONS)


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    """Questions about seats."""

    def of_actor(self, actor: Actor) -> Self:
        """The seats of a user, or those that a guest's browser holds.

        Of two in one room the e-mail guest's comes first: who opened an invitation is known
        by it from then on, also where they had been before.
        """
        if actor.user is not None:
            return self.filter(actor_type=ActorType.USERS, actor_id=actor.user_id)
        if not actor.holder:
            return self.none()
        from talk.models.invitation import OpenedInvitation

        opened = OpenedInvitation.objects.filter(holder=actor.holder).values("attendee")
        mine = self.filter(Q(holder=actor.holder) | Q(pk__in=opened))
        # "emails" sorts before "guests".
        return mine.order_by("actor_type")

    def users(self) -> Self:
        """People with an account."""
        return self.filter(actor_type=ActorType.USERS)

    def moderators(self) -> Self:
        """Owners, moderators, and guests with moderator permissions."""
        return self.filter(participant_type__in=MODERATORS)

    def nameless_guests(self) -> Self:
        """Guests who never said who they are and were never given any right."""
        return self.filter(
            actor_type=ActorType.GUESTS,
            participant_type=ParticipantType.GUEST,
            permissions__in=[Permission.DEFAULT, Permission.CUSTOM],
            display_name="",
        )


_Manager = models.Manager.from_queryset(AttendeeQuerySet)


class AttendeeManager(_Manager["Attendee"]):
    """Finds seats in fixtures by room and actor."""

    def get_by_natural_key(self, token: str, actor_type: str, actor_id: str) -> Attendee:
        attendee: Attendee = self.get(room__token=token, actor_type=actor_type, actor_id=actor_id)
        return attendee


class Attendee(models.Model):
    """A seat: one room, one actor. participants.md says what each field means."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="attendees", verbose_name=_("room")
    )
    actor_type = models.CharField(
        _("kind"), max_length=32, choices=ActorType.choices, default=ActorType.USERS
    )
    actor_id = models.CharField(_("id"), max_length=255)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="talk_attendees",
        verbose_name=_("user"),
    )
    holder = models.CharField(  # noqa: DJ001  null, because nulls never collide in the constraint
        _("holder"),
        max_length=64,
        null=True,
        blank=True,
        editable=False,
        help_text=_("The browser that a guest is known by."),
    )
    display_name = models.CharField(_("display name"), max_length=255, blank=True)
    invited_address = models.CharField(_("invited address"), max_length=255, blank=True)
    participant_type = models.PositiveSmallIntegerField(
        _("role"), choices=ParticipantType.choices, default=ParticipantType.USER
    )
    permissions = models.PositiveSmallIntegerField(
        _("own permissions"), default=0, help_text=_("0: as the room says.")
    )
    last_joined_call = models.DateTimeField(_("last joined a call"), null=True, blank=True)
    consented_at = models.DateTimeField(
        _("agreed to be recorded"), null=True, blank=True, editable=False
    )
    is_favorite = models.BooleanField(_("favourite"), default=False)
    is_archived = models.BooleanField(_("archived"), default=False)
    is_important = models.BooleanField(_("important"), default=False)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    notification_level = models.PositiveSmallIntegerField(
        _("notifications"), choices=NotificationLevel.choices, default=NotificationLevel.DEFAULT
    )
    notification_calls = models.BooleanField(_("notified of calls"), default=True)
    modified_at = models.DateTimeField(_("modified at"), auto_now=True)

    objects = AttendeeManager()

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "actor_type", "actor_id"], name="talk_one_seat_per_actor"
            ),
            # Null for everybody who is not a guest, and nulls never collide.
            models.UniqueConstraint(fields=["room", "holder"], name="talk_one_guest_per_browser"),
            models.CheckConstraint(
                condition=Q(participant_type__in=ParticipantType.values),
                name="talk_attendee_type_is_known",
            ),
            models.CheckConstraint(
                condition=Q(permissions__lte=MAX_CUSTOM_PERMISSIONS),
                name="talk_attendee_permissions_in_range",
            ),
        ]
        indexes = [models.Index(fields=["actor_type", "actor_id"], name="talk_attendee_actor")]

    def __str__(self) -> str:
        if self.actor_type == ActorType.GUESTS:
            return self.display_name or f"{self.get_actor_type_display()} {self.actor_id[:8]}"
        return self.display_name or self.invited_address or self.actor_id

    def natural_key(self) -> tuple[str, str, str]:
        return (self.room.token, self.actor_type, self.actor_id)

    natural_key.dependencies = ["talk.room"]  # type: ignore[attr-defined]  # Django's own way of ordering fixtures

    @property
    def is_moderator(self) -> bool:
        """Owners, moderators, and guests with moderator permissions."""
        return self.participant_type in MODERATORS

    @property
    def is_logged_in_moderator(self) -> bool:
        """Owners and moderators: moderators with an account."""
        return self.participant_type in LOGGED_IN_MODERATORS

    @property
    def is_guest(self) -> bool:
        """Guests and e-mail guests, with or without moderator permissions."""
        return self.participant_type in GUESTS

    def effective_permissions(self, room: Room | None = None) -> Permission:
        """What the attendee may do, by :func:`effective_permissions`."""
        default = 0 if self.is_moderator else (room or self.room).default_permissions
        return effective_permissions(self.participant_type, self.permissions, default)

    def passes_lobby(self, room: Room | None = None) -> bool:
        """No lobby, a moderator, or somebody who may ignore it."""
        room = room or self.room
        return not room.has_lobby or bool(
            self.effective_permissions(room) & Permission.LOBBY_IGNORE
        )

    def effective_notification_level(self, room: Room | None = None) -> NotificationLevel:
        """The level that is told to clients, which never see the stored 0."""
        if self.notification_level:
            return NotificationLevel(self.notification_level)
        if self.is_guest:
            return NotificationLevel.NEVER
        if (room or self.room).type in {RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE}:
            return NotificationLevel.ALWAYS
        return NotificationLevel.MENTION
