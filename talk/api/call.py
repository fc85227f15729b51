"""Call API v4 (call.md)."""

from __future__ import annotations

import csv
import io
import re

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from talk import call, errors, host, peers, ringing
from talk.api.answers import answers
from talk.api.envelope import Answer
from talk.api.in_room import InRoomViewSet
from talk.api.parameters import Boolean, Integer, Parameters, TextList
from talk.api.permissions import (
    CallsEnabled,
    IsModerator,
    IsParticipant,
    LobbyPassed,
    MayRing,
    NotBanned,
    RoomWritable,
    holds,
)
from talk.api.shapes.participant import PEERS
from talk.constants import ALL_CALL_FLAGS, DEFAULT_CALL_FLAGS, ActorType, Permission
from talk.models import Attendee

_NAME_BREAKS = re.compile(r'[/\\:*?"<>|\- ]+')
_DANGEROUS_CELL = ("=", "+", "-", "@", "\t", "\r")


class JoinBody(Parameters):
    flags = Integer(min_value=0, max_value=ALL_CALL_FLAGS, default=int(DEFAULT_CALL_FLAGS))
    silent = Boolean(default=False)
    recordingConsent = Boolean(default=False)
    silentFor = TextList(default=list)


class FlagsBody(Parameters):
    flags = Integer(min_value=0, max_value=ALL_CALL_FLAGS)


class LeaveBody(Parameters):
    all = Boolean(default=False)


class AttendeeInPath(Parameters):
    attendeeId = Integer()


class CallViewSet(InRoomViewSet):
    """``/call/{token}``: who is in the call, join, change flags, leave, ring."""

    # Order matters: a stranger must hear 404 before learning that there is a lobby.
    rules = {
        "peers": [CallsEnabled, IsParticipant, NotBanned, RoomWritable, LobbyPassed],
        "join": [CallsEnabled, IsParticipant, NotBanned, RoomWritable, LobbyPassed],
        "change_flags": [IsParticipant, NotBanned, RoomWritable, LobbyPassed],
        "leave": [IsParticipant, NotBanned, RoomWritable, LobbyPassed],
        "ring": [CallsEnabled, IsParticipant, NotBanned, LobbyPassed, MayRing],
        "dial_out": [
            CallsEnabled,
            IsParticipant,
            NotBanned,
            LobbyPassed,
            holds(Permission.CALL_START),
        ],
        "download": [IsParticipant, NotBanned, IsModerator],
        "federation": [],
    }
    public = frozenset(rules)
    without_csrf = frozenset({"download"})
    glances = frozenset({"peers"})

    @answers(PEERS)
    def peers(self, request: Request, token: str) -> Answer:
        """Everybody in the call whose last ping is at most 30 seconds old (call.md §2)."""
        return Answer(
            [
                {
                    "actorType": actor_type,
                    "actorId": actor_id,
                    "displayName": display_name,
                    "token": token,
                    "lastPing": last_ping,
                    "sessionId": session_id,
                }
                for actor_type, actor_id, display_name, last_ping, session_id in peers.in_call(
                    self.room
                )
            ]
        )

    @answers(
        takes=JoinBody,
        refuses=[
            errors.ConsentRequired,
            errors.WrongRoomType,
            errors.StartForbidden,
            errors.NoSession,
        ],
    )
    def join(self, request: Request, token: str) -> Answer:
        """Join the call, and start it if nobody is in it (call.md §3)."""
        body = JoinBody.of(request)
        call.require_consent(self.room, given=body["recordingConsent"])
        call.join(
            self.session,
            body["flags"],
            silent=body["silent"],
            silent_for=body["silentFor"],
            recording_consent=body["recordingConsent"],
        )
        return Answer()

    @answers(takes=FlagsBody, refuses=[errors.NoSession, errors.NotInCall])
    def change_flags(self, request: Request, token: str) -> Answer:
        """Replace the flags of the caller's session (call.md §4)."""
        body = FlagsBody.of(request)
        call.change_flags(self.session, body["flags"])
        return Answer()

    @answers(takes=LeaveBody, refuses=[errors.NoSession])
    def leave(self, request: Request, token: str) -> Answer:
        """Leave the call; moderators may end it for everyone (call.md §5)."""
        body = LeaveBody.of(request)
        session = self.session
        if not (
            body["all"] and self.attendee.is_moderator and call.end(self.room, by=self.attendee)
        ):
            call.leave(session)
        return Answer()

    @answers(
        refuses=[
            errors.InvalidValue("attendeeId"),
            errors.AttendeeNotFound,
            errors.NoCall,
            errors.NotAUser,
            errors.DoNotDisturb,
        ]
    )
    def ring(self, request: Request, token: str, attendee_id: str) -> Answer:
        """Ring somebody who is not in the call (call.md §6)."""
        ringing.ring(self.participant.session, _number(attendee_id), room=self.room)
        return Answer()

    @answers(
        never_succeeds=True,
        refuses=[
            errors.InvalidValue("attendeeId"),
            errors.NotInCall,
            errors.AttendeeNotFound,
            errors.DialOutUnavailable,
        ],
    )
    def dial_out(self, request: Request, token: str, attendee_id: str) -> Answer:
        """Call a phone: refused after the checks, as there is no telephone line (call.md §9)."""
        number = _number(attendee_id)
        session = self.participant.session
        if not self.room.has_call or session is None or not session.in_call:
            raise errors.NotInCall
        if not Attendee.objects.filter(pk=number, room=self.room).exists():
            raise errors.AttendeeNotFound
        raise errors.DialOutUnavailable

    @answers(file="text/csv")
    def download(self, request: Request, token: str) -> HttpResponse:
        """Everybody who joined the running call, as a CSV file (call.md §8)."""
        attendees = call.joined_since_start(self.room)
        if not attendees or request.query_params.get("format", "csv") != "csv":
            return HttpResponse(status=400, content_type="text/csv; charset=utf-8")
        return _attendance(self.room.name or token, attendees)

    @answers(never_succeeds=True, refuses=[errors.AttendeeNotFound])
    def federation(self, request: Request, token: str) -> Answer:
        """Only servers that federate ask for this, and this one does not (call.md §10)."""
        raise errors.AttendeeNotFound


class CallNotificationViewSet(InRoomViewSet):
    """``/call/{token}/notification-state``: whether a client should go on ringing."""

    rules = {"retrieve": []}

    @answers(also={201: None}, refuses=[errors.AttendeeNotFound])
    def retrieve(self, request: Request, token: str) -> Answer:
        """200 keep ringing, 201 missed, 404 nothing to ring for (call.md §7)."""
        return Answer(code=ringing.state(self.actor.user_id, token).value)


def _number(text: str) -> int:
    """The attendee id of a path, refused like every other parameter that is no number."""
    checked = AttendeeInPath(data={"attendeeId": text})
    if not checked.is_valid():
        raise errors.InvalidValue("attendeeId")
    number: int = checked.validated_data["attendeeId"]
    return number


def _attendance(name: str, attendees: list[Attendee]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["name", "email", "type", "identifier"])
    for attendee in attendees:
        row = [attendee.display_name, _address(attendee), attendee.actor_type, attendee.actor_id]
        writer.writerow([_harmless(cell) for cell in row])
    stem = _NAME_BREAKS.sub("-", name).encode()[:100].decode(errors="ignore")
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    now = timezone.now()
    # On a site without time zones it is the local time already.
    today = timezone.localtime(now) if timezone.is_aware(now) else now
    filename = f"{stem} {today:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = content_disposition(filename)
    return response


def content_disposition(filename: str) -> str:
    """An attachment with this name; control characters are dropped."""
    from django.utils.http import content_disposition_header

    printable = "".join(character for character in filename if character.isprintable())
    return content_disposition_header(True, printable) or "attachment"


def _address(attendee: Attendee) -> str:
    if attendee.actor_type == ActorType.EMAILS:
        return attendee.invited_address
    return "" if attendee.user is None else host.address_of(attendee.user)


def _harmless(cell: str) -> str:
    """Spreadsheets run cells that begin like a formula."""
    return f"'{cell}" if cell.startswith(_DANGEROUS_CELL) else cell
