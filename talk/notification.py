"""Notifications: who is told of calls and invitations, and when that goes away again.

Called by the operations inside their transactions, with the room locked (notifications.md §4-5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.db.models import Q

from talk import host, link, mail, signals, wording
from talk import name as naming
from talk.actor import Actor
from talk.conf import settings
from talk.constants import (
    LOGGED_IN_MODERATORS,
    ActorType,
    NotificationKind,
    Permission,
    RoomType,
)
from talk.models import Attendee, Notification, Room, Session


def call_started(room: Room, starter: Attendee, *, silent_for: Collection[str] = ()) -> None:
    """Tell everybody who wants to know, and is not in the call, that one has begun.

    Older notifications about the room disappear for everyone. Rooms of files never ring.
    """
    if room.object_type == "file":
        return
    Notification.objects.about(room).delete()
    present = Session.objects.fresh().in_call().filter(room=room).values("attendee")
    wanted: Iterable[Attendee] = (
        room.attendees.users()
        .filter(notification_calls=True, user__isnull=False)
        .exclude(pk=starter.pk)
        .exclude(pk__in=present)
    )
    if room.has_lobby:
        waits_not = [
            attendee
            for attendee in wanted
            if attendee.participant_type in LOGGED_IN_MODERATORS
            or attendee.permissions & Permission.LOBBY_IGNORE
        ]
        wanted = waits_not
    silenced = set(silent_for)
    _create(
        room,
        NotificationKind.CALL,
        [attendee for attendee in wanted if attendee.actor_id not in silenced],
        sender=starter,
    )


def rung(room: Room, attendee: Attendee, *, by: Attendee) -> None:
    """Tell one user again; the new notification replaces the old one."""
    _create(room, NotificationKind.CALL, [attendee], sender=by)


def invited(room: Room, attendees: Iterable[Attendee], *, by: Attendee | None) -> None:
    """Tell new members who invited them; nobody is told of what they did themselves."""
    if by is None or by.actor_type != ActorType.USERS:
        return
    if room.type not in {RoomType.GROUP, RoomType.PUBLIC} or room.object_type == "file":
        return
    new = [attendee for attendee in attendees if attendee.user_id and attendee.pk != by.pk]
    _create(room, NotificationKind.ROOM, new, sender=by)


def answered(room: Room, attendee: Attendee) -> None:
    """Whoever is in the call need not be told of it any more."""
    _forget(room, attendee, NotificationKind.CALL)


def accepted(room: Room, attendee: Attendee) -> None:
    """Whoever entered the room need not be invited any more."""
    if room.type != RoomType.ONE_TO_ONE:
        _forget(room, attendee, NotificationKind.ROOM)


def dismiss(user: object, ids: Iterable[int] | None = None) -> None:
    """Forget some of a user's notifications, or all; unknown ids are fine."""
    mine = Q(user=user) if ids is None else Q(user=user, pk__in=list(ids))
    Notification.objects.filter(mine).delete()


def _forget(room: Room, attendee: Attendee, kind: NotificationKind) -> None:
    if attendee.user_id:
        Notification.objects.about(room).filter(user=attendee.user_id, kind=kind).delete()


def _create(
    room: Room, kind: NotificationKind, attendees: Collection[Attendee], *, sender: Attendee
) -> None:
    """Tell these people; what they were told of the same kind before goes, as ids must grow."""
    sender_id = sender.actor_id if sender.actor_type == ActorType.USERS else ""
    recipients = {attendee.user_id for attendee in attendees}
    before = Notification.objects.about(room).filter(kind=kind).values_list("pk", "user_id")
    replaced = [pk for pk, user_id in before if user_id in recipients]
    if replaced:
        Notification.objects.filter(pk__in=replaced).delete()
    made = [
        Notification(
            user_id=cast(Any, attendee.user_id),
            room=room,
            kind=kind,
            sender_id=sender_id,
            is_important=attendee.is_important,
        )
        for attendee in attendees
    ]
    Notification.objects.bulk_create(made, batch_size=500)
    for attendee, notification in zip(attendees, made, strict=True):
        signals.send_after_commit(
            signals.notification_created,
            room=room,
            notification=notification,
            attendee=attendee,
        )
    if made and settings.TALK_NOTIFY_BY_EMAIL:
        _mail(room, kind, {notification.user_id for notification in made}, sender=sender)


def _mail(room: Room, kind: NotificationKind, recipients: set[Any], *, sender: Attendee) -> None:
    """Mail them what they are told as well; who has no address is told by the site alone."""
    readers = [
        (user, address)
        for user in get_user_model()._default_manager.filter(pk__in=recipients).order_by("pk")
        if (address := host.address_of(user))
    ]
    if not readers:
        return
    # Nobody but the two of a one-to-one, of whom one is told, has another name for the room.
    named = naming.for_actor([room], Actor(readers[0][0]), attended=[room.pk])
    words = wording.of(kind, room, running=kind == NotificationKind.CALL or room.has_call)
    page = link.page(room.token, site_url=link.site_url())
    context = {
        "room": room,
        "sentence": words.fill(user=sender.display_name or sender.actor_id, call=named[room.pk]),
        "action": words.action,
        "link": f"{page}#direct-call" if words.into_call else page,
    }
    mails = [mail.written("notification", address, context) for _user, address in readers]
    mail.send_after_commit(mails, using=str(room._state.db))
