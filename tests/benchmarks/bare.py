"""The floor: a plain view, the database driver itself, ``json.dumps``.

What somebody would write who needs this one answer and nothing else: the caller's seat, the
rows, the envelope. No ORM, no permissions, no negotiation. The database turns the timestamps
into seconds, as that is the cheapest place for it.
"""

import json
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.http import Http404, HttpResponse

from tests.benchmarks.people import CALLER

_SEAT = """
    SELECT room.id FROM talk_room room
    JOIN talk_attendee seat ON seat.room_id = room.id
    WHERE room.token = {0} AND seat.actor_type = 'users' AND seat.actor_id = {0}
"""
_PEERS = """
    SELECT seat.actor_type, seat.actor_id, seat.display_name, {1}, session.session_id
    FROM talk_session session
    JOIN talk_attendee seat ON seat.id = session.attendee_id
    WHERE session.room_id = {0} AND session.in_call <> 0 AND session.last_ping >= {0}
    ORDER BY session.id
"""
_DIALECTS = {
    "sqlite": ("?", "CAST(strftime('%s', session.last_ping) AS INTEGER)"),
    "postgresql": ("%s", "FLOOR(EXTRACT(EPOCH FROM session.last_ping))::bigint"),
    "mysql": ("%s", "TIMESTAMPDIFF(SECOND, '1970-01-01', session.last_ping)"),
}


def peers(request, token):
    """Everybody in the call, as ``GET /call/{token}`` answers it."""
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    placeholder, seconds = _DIALECTS[connection.vendor]
    cursor.execute(_SEAT.format(placeholder), (token, CALLER))
    seat = cursor.fetchone()
    if seat is None:
        raise Http404
    since = datetime.now(UTC) - timedelta(seconds=30)
    if connection.vendor != "postgresql":
        since = str(since.replace(tzinfo=None))
    cursor.execute(_PEERS.format(placeholder, seconds), (seat[0], since))
    data = [
        {
            "actorType": actor_type,
            "actorId": actor_id,
            "displayName": display_name,
            "token": token,
            "lastPing": last_ping,
            "sessionId": session_id,
        }
        for actor_type, actor_id, display_name, last_ping, session_id in cursor.fetchall()
    ]
    meta = {"status": "ok", "statuscode": 200, "message": "OK"}
    envelope = {"ocs": {"meta": meta, "data": data}}
    return HttpResponse(
        json.dumps(envelope, separators=(",", ":")), content_type="application/json; charset=utf-8"
    )
