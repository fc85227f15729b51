"""The way of the original: a worker thread per poll, which asks the database once a second.

Everything else as a Django site would write it: a plain view, the site's middlewares, the ORM.
"""

import json
import time
from datetime import timedelta

from django.db import connection
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from talk.actor import HOLDER_KEY
from talk.models import Session, Signal

ROUNDS = 30
"""Seconds at most, one look each."""


@csrf_exempt
def signaling(request, token):
    """``GET`` waits for messages, ``POST`` sends some."""
    session = get_object_or_404(
        Session.objects.select_related("room", "attendee"),
        room__token=token,
        attendee__user=request.user,
        holder=request.session[HOLDER_KEY],
    )
    if request.method == "POST":
        return _send(session, json.loads(json.loads(request.body)["messages"]))
    return _wait(session)


def _wait(session):
    for _ in range(ROUNDS):
        messages = _fetch(session)
        if messages:
            break
        if connection.vendor != "sqlite":
            # Back to the pool: there are fewer connections than threads.
            connection.close()
        time.sleep(1)
    told = [{"type": "message", "data": message.data} for message in messages]
    return _envelope([*told, {"type": "usersInRoom", "data": users_in_room(session.room_id)}])


def _fetch(session):
    messages = list(Signal.objects.filter(recipient=session).order_by("pk"))
    if messages:
        Signal.objects.filter(pk__in=[message.pk for message in messages]).delete()
    return messages


def _send(session, messages):
    for message in messages:
        function = json.loads(message["fn"])
        recipient = Session.objects.get(room=session.room, session_id=function["to"])
        Signal.objects.create(
            recipient=recipient,
            sender=session,
            data=json.dumps(function | {"from": session.session_id}),
        )
    return _envelope(None)


def users_in_room(room):
    """Everybody in the room (primary key), read and written anew for each poll."""
    since = timezone.now() - timedelta(seconds=40)
    there = Session.objects.filter(room=room, last_ping__gte=since).select_related("attendee")
    return [
        {
            "userId": session.attendee.actor_id,
            "roomId": room,
            "lastPing": int(session.last_ping.timestamp()),
            "sessionId": session.session_id,
            "inCall": session.in_call,
            "participantPermissions": session.attendee.permissions,
            "actorType": session.attendee.actor_type,
            "actorId": session.attendee.actor_id,
        }
        for session in there
    ]


def _envelope(data):
    meta = {"status": "ok", "statuscode": 200, "message": "OK"}
    return JsonResponse({"ocs": {"meta": meta, "data": data}})
