"""The database work of a poll and of a message, through the driver itself.

The same facts are read and written in the same order as by ``talk``: the browser's session, the
account, the seat with its session, then the messages.
"""

import json
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import connection

from talk.actor import HOLDER_KEY

_BROWSER = "SELECT session_data FROM django_session WHERE session_key = {0} AND expire_date > {0}"
_ACCOUNT = """
    SELECT id, password, last_login, is_superuser, username, first_name, last_name, email,
           is_staff, is_active, date_joined
    FROM auth_user WHERE id = {0}
"""
_SEAT = """
    SELECT room.id, room.type, room.read_only, room.lobby_state, room.lobby_timer,
           room.revision, seat.id, seat.participant_type, seat.permissions,
           session.id, session.session_id, session.in_call, session.last_ping
    FROM talk_room room
    JOIN talk_attendee seat ON seat.room_id = room.id
    JOIN talk_session session ON session.attendee_id = seat.id
    WHERE room.token = {0} AND seat.actor_type = 'users' AND seat.actor_id = {0}
      AND session.holder = {0}
"""
_REVISION = "SELECT revision FROM talk_room WHERE id = {0}"
_PEOPLE = """
    SELECT seat.actor_id, session.session_id, session.in_call, seat.permissions,
           seat.actor_type, {1}
    FROM talk_session session JOIN talk_attendee seat ON seat.id = session.attendee_id
    WHERE session.room_id = {0} AND session.last_ping >= {0}
    ORDER BY session.id
"""
_FETCH = "SELECT id, data FROM talk_signal WHERE recipient_id = {0} ORDER BY id"
_FORGET = "DELETE FROM talk_signal WHERE id IN ({0})"
_RECIPIENTS = "SELECT id, session_id FROM talk_session WHERE room_id = {0} AND session_id = {0}"
_STORE = """
    INSERT INTO talk_signal (recipient_id, sender_id, data, created_at)
    VALUES ({0}, {0}, {0}, {0})
"""
_FLAGS = "UPDATE talk_session SET in_call = {0} WHERE id = {0}"
_REVISE = "UPDATE talk_room SET revision = revision + 1 WHERE id = {0}"

_DIALECTS = {
    "sqlite": ("?", "CAST(strftime('%s', session.last_ping) AS INTEGER)", "BEGIN IMMEDIATE"),
    "postgresql": ("%s", "FLOOR(EXTRACT(EPOCH FROM session.last_ping))::bigint", "BEGIN"),
    "mysql": ("%s", "TIMESTAMPDIFF(SECOND, '1970-01-01', session.last_ping)", "BEGIN"),
}


class Seat:
    """Whoever asks, in the room; looked up as a site looks up a browser that is signed in."""

    def __init__(self, cookie, token):
        ((data,),) = _run(_BROWSER, cookie, _moment())
        browser = signing.loads(
            data, salt="django.contrib.sessions.SessionStore", max_age=timedelta(days=14)
        )
        ((_id, _password, _login, _admin, username, *_rest),) = _run(
            _ACCOUNT, int(browser["_auth_user_id"])
        )
        (row,) = _run(_SEAT, token, username, browser[HOLDER_KEY])
        self.room, self.session, self.session_id = row[0], row[9], row[10]

    def messages(self):
        """What has been sent to this session; it is removed."""
        found = _run(_FETCH, self.session)
        if found:
            places = ",".join("{0}" for _ in found)
            _do(_FORGET.replace("{0}", places), *(number for number, _data in found))
        return [data for _number, data in found]

    def send(self, messages):
        """Store messages for sessions of the room. Returns whom they are for."""
        woken = []
        for message in messages:
            function = json.loads(message["fn"])
            ((recipient, _session_id),) = _run(_RECIPIENTS, self.room, function["to"])
            data = json.dumps(function | {"from": self.session_id})
            _do(_DIALECTS[connection.vendor][2])
            _do(_STORE, recipient, self.session, data, _moment())
            if connection.vendor == "postgresql":
                _do("SELECT pg_notify('benchmark', {0})", str(recipient))
            _do("COMMIT")
            woken.append(recipient)
        return woken

    def change_flags(self, flags):
        """Everybody in the room is to hear of it."""
        _do(_DIALECTS[connection.vendor][2])
        _do(_FLAGS, flags, self.session)
        _do(_REVISE, self.room)
        _do("COMMIT")

    def revision(self):
        """A number that grows when the list of people changes."""
        return _run(_REVISION, self.room)[0][0]

    def people(self):
        """Everybody in the room, as ``usersInRoom`` lists them."""
        return [
            {
                "userId": actor_id,
                "roomId": self.room,
                "lastPing": last_ping,
                "sessionId": session_id,
                "inCall": in_call,
                "participantPermissions": permissions,
                "actorType": actor_type,
                "actorId": actor_id,
            }
            for actor_id, session_id, in_call, permissions, actor_type, last_ping in _run(
                _PEOPLE, self.room, _moment(-timedelta(seconds=40))
            )
        ]


def _run(sql, *parameters):
    cursor = _do(sql, *parameters)
    rows = cursor.fetchall()
    cursor.close()
    return rows


def _do(sql, *parameters):
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    placeholder, seconds, _begin = _DIALECTS[connection.vendor]
    cursor.execute(sql.format(placeholder, seconds), parameters)
    return cursor


def _moment(later=timedelta()):
    moment = datetime.now(UTC) + later
    return moment if connection.vendor == "postgresql" else str(moment.replace(tzinfo=None))
