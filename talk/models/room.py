"""A conversation: the place that people join and call each other in."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from django.contrib.auth.hashers import check_password, make_password
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from talk.actor import Actor
from talk.constants import (
    ALL_CALL_FLAGS,
    DESCRIPTION_LENGTH,
    EMOJI_LENGTH,
    MAX_CUSTOM_PERMISSIONS,
    NAME_LENGTH,
    TOKEN_PATTERN,
    Listable,
    LobbyState,
    MentionPermissions,
    RecordingConsent,
    RoomType,
    SipState,
)

if TYPE_CHECKING:
    from talk.models.attendee import AttendeeQuerySet
    from talk.models.session import SessionQuerySet

TOKEN_ALPHABET = "abcdefghijkmnopqrstuvwxyz23456789"  # noqa: S105  no password
"""Without l, 0 and 1, which look like each other."""

RESERVED_TOKENS = frozenset({"settings", "backend"})
"""Path segments of the signaling API."""


def new_token(length: int = 8) -> str:
    """A random token; whether it is free is for the database to say."""
    while True:
        token = "".join(secrets.choice(TOKEN_ALPHABET) for _ in range(length))
        if token not in RESERVED_TOKENS:
            return token


class RoomQuerySet(models.QuerySet["Room"]):
    """Questions about rooms."""

    def attended_by(self, actor: Actor) -> Self:
        """Rooms in which the user has a seat; none for guests."""
        if actor.user is None:
            return self.none()
        return self.filter(pk__in=self._seats().of_actor(actor).values("room"))

    def listed_for(self, actor: Actor) -> Self:
        """Open rooms that the user may find without having a seat in them; none for guests."""
        if actor.user is None:
            return self.none()
        scopes = [Listable.EVERYONE]
        if not actor.is_guest_account:
            scopes.append(Listable.USERS)
        return self.filter(listable__in=scopes, type__in=[RoomType.GROUP, RoomType.PUBLIC])

    def visible_to(self, actor: Actor) -> Self:
        """Rooms the actor attends, public ones, and those listed for the actor."""
        public = self.filter(type=RoomType.PUBLIC)
        if actor.user is None:
            return public
        return public | self.attended_by(actor) | self.listed_for(actor)

    def with_call_state(self) -> Self:
        """Annotate ``has_live_call``, so that reading it of many rooms costs no query each."""
        from talk.models.session import Session

        holding = Session.objects.alive().in_call().filter(room=OuterRef("pk"))
        return self.annotate(
            live_call=models.Case(
                models.When(call_started_at__isnull=True, then=models.Value(False)),
                default=Exists(holding),
                output_field=models.BooleanField(),
            )
        )

    def in_call(self) -> Self:
        """Rooms with a call now."""
        return self.with_call_state().filter(live_call=True)

    def with_lobby(self) -> Self:
        """Rooms whose lobby is closed now, that is, whose timer has not run out."""
        waiting = Q(lobby_timer__isnull=True) | Q(lobby_timer__gt=timezone.now())
        return self.filter(waiting, lobby_state=LobbyState.NON_MODERATORS_WAIT)

    @staticmethod
    def _seats() -> AttendeeQuerySet:
        from talk.models.attendee import Attendee

        return Attendee.objects.all()


_Manager = models.Manager.from_queryset(RoomQuerySet)


class RoomManager(_Manager["Room"]):
    """Finds rooms by token in fixtures."""

    def get_by_natural_key(self, token: str) -> Room:
        room: Room = self.get(token=token)
        return room


class Room(models.Model):
    """A conversation. ``token`` is its name in URLs; rooms.md says what each field means.

    Whether a call is going on is not a field: ``call_started_at`` says when one began, and
    ``has_call`` whether somebody is still there.
    """

    token = models.CharField(
        _("token"),
        max_length=30,
        unique=True,
        default=new_token,
        validators=[
            RegexValidator(
                rf"\A{TOKEN_PATTERN.pattern}\Z",
                _("4 to 30 lower-case letters and digits."),
            )
        ],
        help_text=_("The room's name in URLs."),
    )
    type = models.PositiveSmallIntegerField(
        _("type"), choices=RoomType.choices, default=RoomType.GROUP
    )
    name = models.TextField(
        _("name"),
        blank=True,
        help_text=_("One-to-one rooms keep the two user ids here, as a JSON list."),
    )
    description = models.TextField(_("description"), blank=True, max_length=DESCRIPTION_LENGTH)
    pair = models.CharField(
        _("pair"),
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Digest of the two user ids: one room for each pair of people."),
    )
    object_type = models.CharField(_("object type"), max_length=64, blank=True)
    object_id = models.CharField(_("object id"), max_length=64, blank=True)
    password = models.CharField(_("password"), max_length=256, blank=True, editable=False)
    read_only = models.BooleanField(_("read-only"), default=False)
    listable = models.PositiveSmallIntegerField(
        _("listed for"), choices=Listable.choices, default=Listable.PARTICIPANTS
    )
    lobby_state = models.PositiveSmallIntegerField(
        _("lobby"), choices=LobbyState.choices, default=LobbyState.OPEN
    )
    lobby_timer = models.DateTimeField(
        _("lobby opens at"), null=True, blank=True, help_text=_("Empty: when a moderator opens it.")
    )
    default_permissions = models.PositiveSmallIntegerField(
        _("default permissions"), default=0, help_text=_("0: as the site says.")
    )
    mention_permissions = models.PositiveSmallIntegerField(
        _("who may mention everybody"),
        choices=MentionPermissions.choices,
        default=MentionPermissions.EVERYONE,
    )
    message_expiration = models.PositiveIntegerField(_("message expiration"), default=0)
    recording_consent = models.PositiveSmallIntegerField(
        _("recording consent"),
        choices=RecordingConsent.choices[:2],
        default=RecordingConsent.NOT_NEEDED,
    )
    sip_enabled = models.PositiveSmallIntegerField(
        _("dial-in"), choices=SipState.choices, default=SipState.OFF
    )
    emoji = models.CharField(_("emoji"), max_length=EMOJI_LENGTH, blank=True)
    avatar_color = models.CharField(
        _("avatar colour"), max_length=6, blank=True, help_text=_("Six hex digits.")
    )
    call_started_at = models.DateTimeField(_("call started at"), null=True, blank=True)
    call_flags = models.PositiveSmallIntegerField(_("call flags"), default=0)
    last_activity = models.DateTimeField(_("last activity"), default=timezone.now, db_index=True)
    # Grows with every change that the browsers in the room are told of (signaling.md §2.1).
    revision = models.PositiveBigIntegerField(_("revision"), default=0, editable=False)
    signaling_server = models.CharField(
        _("signaling server"),
        max_length=255,
        blank=True,
        editable=False,
        help_text=_("Where those who are in the room meet; empty: through the site itself."),
    )

    objects = RoomManager()

    # Set by with_call_state().
    live_call: bool

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=RoomType.values), name="talk_room_type_is_known"
            ),
            models.CheckConstraint(
                condition=Q(listable__in=Listable.values), name="talk_room_listable_is_known"
            ),
            models.CheckConstraint(
                condition=Q(lobby_state__in=LobbyState.values), name="talk_room_lobby_is_known"
            ),
            models.CheckConstraint(
                condition=Q(default_permissions__lte=MAX_CUSTOM_PERMISSIONS),
                name="talk_room_permissions_in_range",
            ),
            models.CheckConstraint(
                condition=Q(call_flags__lte=ALL_CALL_FLAGS), name="talk_room_call_flags_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(call_started_at__isnull=True) | Q(call_flags=0),
                name="talk_room_flags_only_in_a_call",
            ),
        ]
        indexes = [
            models.Index(fields=["listable", "type"], name="talk_room_listed"),
            models.Index(fields=["object_type", "object_id"], name="talk_room_object"),
        ]

    def __str__(self) -> str:
        return ", ".join(self.user_ids) or self.name or self.token

    def natural_key(self) -> tuple[str]:
        return (self.token,)

    # The lobby: decided when it is read, so that its timer needs nobody to fire it.

    @property
    def has_lobby(self) -> bool:
        """Whether people wait in front of the room now."""
        return self.lobby_state == LobbyState.NON_MODERATORS_WAIT and not self._lobby_timer_is_over

    @property
    def lobby_opens_at(self) -> datetime | None:
        """When the lobby opens by itself; None without lobby or timer."""
        return self.lobby_timer if self.has_lobby else None

    @property
    def _lobby_timer_is_over(self) -> bool:
        return self.lobby_timer is not None and self.lobby_timer <= timezone.now()

    # The call.

    @property
    def has_call(self) -> bool:
        """Whether a call is going on: it began, and somebody in it pinged within 100 seconds.

        Costs a query unless the room came from :meth:`RoomQuerySet.with_call_state`.
        """
        if self.call_started_at is None:
            return False
        if "live_call" in self.__dict__:
            return bool(self.live_call)
        sessions: SessionQuerySet = self.sessions.all()
        return sessions.alive().in_call().exists()

    @property
    def takes_calls(self) -> bool:
        """Whether the room is neither read-only nor the changelog."""
        return not self.read_only and self.type != RoomType.CHANGELOG

    @property
    def is_one_to_one(self) -> bool:
        """Whether the room belongs to two people, also when one of them is gone."""
        return self.type in {RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE}

    # The two people of a one-to-one.

    @property
    def user_ids(self) -> list[str]:
        """The two user ids of a one-to-one room, sorted; empty for every other room."""
        if self.type != RoomType.ONE_TO_ONE:
            return []
        try:
            ids = json.loads(self.name)
        except ValueError:
            return []
        return [str(user_id) for user_id in ids] if isinstance(ids, list) else []

    def peer_of(self, user_id: str) -> str:
        """The other one's user id in a one-to-one; empty when the caller is neither."""
        ids = self.user_ids
        if user_id not in ids:
            return ""
        return next((other for other in ids if other != user_id), "")

    @staticmethod
    def pair_name(user_ids: list[str]) -> str:
        """The name that a one-to-one of these two people is stored under."""
        return json.dumps(sorted(user_ids), ensure_ascii=False)

    @staticmethod
    def pair_digest(user_ids: list[str]) -> str:
        """What makes the room of these two people unique in the database."""
        return sha256(json.dumps(sorted(user_ids)).encode()).hexdigest()

    # The password.

    @property
    def has_password(self) -> bool:
        return bool(self.password)

    def set_password(self, password: str) -> None:
        """Store the hash of a password, or remove it when it is empty. Does not save."""
        self.password = make_password(password) if password else ""

    def check_password(self, password: str) -> bool:
        """Whether this is the room's password; every one is right for a room without."""
        return not self.password or check_password(password, self.password)

    def is_listed_for(self, actor: Actor) -> bool:
        """Whether the user may find the room without a seat in it."""
        if actor.user is None or self.type not in {RoomType.GROUP, RoomType.PUBLIC}:
            return False
        if self.listable == Listable.USERS:
            return not actor.is_guest_account
        return self.listable == Listable.EVERYONE

    def clean(self) -> None:
        """Admin: refuse what no operation would write."""
        from django.core.exceptions import ValidationError

        if self.type != RoomType.ONE_TO_ONE and len(self.name) > NAME_LENGTH:
            raise ValidationError({"name": _("At most 255 characters.")})
        open_lobby = self.lobby_state == LobbyState.OPEN
        if not open_lobby and self.type not in {RoomType.GROUP, RoomType.PUBLIC}:
            raise ValidationError({"lobby_state": _("Only group and public rooms have a lobby.")})
