"""The notifications API, version 2 (notifications.md §2-5)."""

from __future__ import annotations

import json
from datetime import UTC
from hashlib import md5
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from talk import errors, host, link, lobby, notification, wording
from talk import name as naming
from talk.api.answers import EMPTY_LIST, answers
from talk.api.envelope import Answer, OCSViewSet
from talk.api.parameters import IntegerList, Parameters
from talk.api.shapes.notification import IDS, NOTIFICATION, NOTIFICATIONS
from talk.constants import NotificationKind, RoomType
from talk.models import Attendee, Notification, Room

MAX_IDS = 200
CALL_TYPES = {
    RoomType.ONE_TO_ONE: "one2one",
    RoomType.FORMER_ONE_TO_ONE: "one2one",
    RoomType.GROUP: "group",
    RoomType.PUBLIC: "public",
}


class ExistsBody(Parameters):
    ids = IntegerList(default=list)


class NotificationViewSet(OCSViewSet):
    """``/apps/notifications/api/v2/notifications``: what the caller should be told.

    Other apps might tell something as well: who may not use Talk has none of ours, and no 403.
    """

    part_of_talk = False

    def _user(self) -> Any:
        return self.actor.user

    def _render(self, notifications: Any) -> list[dict[str, Any]]:
        """What they say now; those that have lost their meaning are deleted."""
        found = list(notifications.select_related("room"))
        rooms = {
            room.pk: room
            for room in Room.objects.with_call_state().filter(
                pk__in={each.room_id for each in found}
            )
        }
        seats = {
            seat.room_id: seat
            for seat in Attendee.objects.of_actor(self.actor).filter(room__in=rooms)
        }
        senders = host.find_users({each.sender_id for each in found})
        names = naming.for_actor(list(rooms.values()), self.actor, attended=seats)
        shown, stale = [], []
        for each in found:
            room, seat = rooms[each.room_id], seats.get(each.room_id)
            sender = senders.get(each.sender_id)
            admitted = self.may_use_talk and seat is not None and lobby.admits(room, seat)
            if not admitted or not _has_meaning(each, room, sender):
                stale.append(each.pk)
            else:
                shown.append(self._object(each, room, names[room.pk], sender))
        if stale:
            notification.dismiss(self._user(), stale)
        return shown

    def _picture_of(self, room: Room) -> str:
        path = reverse("talk:room-avatar", kwargs={"ocs_version": 2, "token": room.token})
        return self.request.build_absolute_uri(path)

    def _object(
        self, each: Notification, room: Room, room_name: str, sender: Any
    ) -> dict[str, Any]:
        site_url = link.site_url(self.request._request)
        page = link.page(room.token, site_url=site_url)
        parameters: dict[str, dict[str, str]] = {
            "call": {
                "type": "call",
                "id": str(room.pk),
                "name": room_name,
                "call-type": CALL_TYPES[RoomType(room.type)],
                "icon-url": self._picture_of(room),
            }
        }
        if sender is not None and (each.kind == NotificationKind.ROOM or room.is_one_to_one):
            name = host.policy().display_name(sender)
            parameters["user"] = {"type": "user", "id": each.sender_id, "name": name}
        words = wording.of(each.kind, room, running=room.has_call)
        names = {key: parameters.get(key, {}).get("name", "") for key in ("user", "call")}
        return {
            "notification_id": each.pk,
            "app": "spreed",
            "user": self.actor.user_id,
            "datetime": _iso(each.created_at),
            "object_type": each.kind,
            "object_id": room.token,
            "subject": words.fill(**names),
            "subjectRich": words.text,
            "subjectRichParameters": parameters,
            "message": "",
            "messageRich": "",
            "messageRichParameters": [],
            "link": page,
            "icon": self.request.build_absolute_uri(static("talk/talk.svg")),
            "shouldNotify": True,
            "actions": [
                {
                    "label": words.action,
                    "link": f"{page}#direct-call" if words.into_call else page,
                    "type": "WEB",
                    "primary": words.primary,
                }
            ],
        }

    @answers(NOTIFICATIONS, headers=["ETag"])
    def list(self, request: Request) -> Answer:
        """All of the caller's, newest first. At most six queries."""
        shown = self._render(Notification.objects.filter(user=self._user()).newest_first())
        answer = Answer(shown)
        known = json.dumps([[each["notification_id"], each["subject"]] for each in shown])
        answer["ETag"] = f'"{md5(known.encode(), usedforsecurity=False).hexdigest()}"'
        answer["X-Nextcloud-User-Status"] = "online"
        return answer

    @answers(NOTIFICATION, refuses=[errors.NotificationNotFound])
    def retrieve(self, request: Request, notification_id: str) -> Answer:
        """One of the caller's."""
        mine = Notification.objects.filter(user=self._user(), pk=int(notification_id))
        shown = self._render(mine)
        if not shown:
            raise errors.NotificationNotFound
        return Answer(shown[0])

    @answers(EMPTY_LIST, refuses=[errors.NotificationNotFound])
    def destroy(self, request: Request, notification_id: str) -> Answer:
        """Dismiss one; fine for one that does not exist."""
        if int(notification_id) == 0:
            raise errors.NotificationNotFound
        notification.dismiss(self._user(), [int(notification_id)])
        return Answer([])

    @answers(EMPTY_LIST)
    def clear(self, request: Request) -> Answer:
        """Dismiss all of the caller's."""
        notification.dismiss(self._user())
        return Answer([])

    @answers(IDS, takes=ExistsBody, refuses=[errors.TooManyIds])
    def exists(self, request: Request) -> Answer:
        """Which of these ids the caller still has; at most 200 may be asked for."""
        ids = ExistsBody.of(request)["ids"]
        if len(ids) > MAX_IDS:
            raise errors.TooManyIds
        mine = Notification.objects.filter(user=self._user(), pk__in=ids)
        return Answer(sorted(mine.values_list("pk", flat=True)))


def _has_meaning(each: Notification, room: Room, sender: Any) -> bool:
    """Whether there is still something to say: the kind of room, and who called or invited."""
    if each.kind not in NotificationKind.values:
        return False
    if each.kind == NotificationKind.ROOM:
        return room.type in {RoomType.GROUP, RoomType.PUBLIC} and sender is not None
    if room.is_one_to_one:
        return sender is not None
    return room.type in {RoomType.GROUP, RoomType.PUBLIC}


def _iso(moment: Any) -> str:
    """ISO 8601 with offset and without fractions, which some clients cannot read."""
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return str(moment.astimezone(UTC).replace(microsecond=0).isoformat())
