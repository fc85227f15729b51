"""One poll of one session: look, wait, look again (signaling.md §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from talk import errors
from talk.actor import Actor
from talk.models import EndedSession, Room, Session
from talk.models.participant import Participant
from talk.signaling import mailbox, ping, revision
from talk.signaling.hub import Key, room_key, session_key
from talk.signaling.listing import users_in_room

Entry = dict[str, Any]
"""``{"type": …, "data": …}``: a message, or the list of those in the room."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What has to be known of a poll while it waits: primary keys, and no more."""

    session: int
    attendee: int
    room: int
    revision: int
    holder: str

    @classmethod
    def begin(cls, found: Participant | None, actor: Actor) -> Poll:
        """The poll of whoever asks; their session is pinged.

        :raises NotInRoom: the browser is in no such room.
        :raises SessionOver: it was, and its person still has a seat there.
        """
        if found is None:
            raise errors.NotInRoom
        if found.session is None or found.attendee is None:
            raise _why_not(found, actor)
        ping.note(found.session)
        return cls(
            found.session.pk,
            found.attendee.pk,
            found.room.pk,
            found.room.revision,
            actor.holder,
        )

    @property
    def keys(self) -> tuple[Key, ...]:
        """What wakes this poll."""
        return session_key(self.session), room_key(self.room)

    def look(self) -> list[Entry] | None:
        """The answer, if there is anything to tell by now."""
        messages = mailbox.take(self.session)
        if messages or revision.is_news(self.session, self.revision):
            return self._answer(messages, self.revision)
        return None

    def finish(self) -> list[Entry]:
        """The answer, whether there is anything new or not.

        :raises NotInRoom: the session has left meanwhile, or room or seat are gone.
        :raises SessionOver: the session was replaced meanwhile.
        """
        rooms = Room.objects.filter(sessions=self.session).values_list("revision", flat=True)
        current = rooms.first()
        if current is None:
            raise self._why_gone()
        return self._answer(mailbox.take(self.session), current)

    def _answer(self, messages: list[str], current: int) -> list[Entry]:
        revision.tell(self.session, current)
        entries: list[Entry] = [{"type": "message", "data": text} for text in messages]
        users = users_in_room(self.room, own=self.session)
        return [*entries, {"type": "usersInRoom", "data": users}]

    def _why_gone(self) -> errors.TalkError:
        for traces in (Session.objects.all(), EndedSession.objects.all()):
            if traces.filter(attendee=self.attendee, holder=self.holder).exists():
                return errors.SessionOver()
        return errors.NotInRoom()


def _why_not(found: Participant, actor: Actor) -> errors.TalkError:
    """There is no live session of this browser: it fell silent, or it never was there."""
    if not actor.holder:
        return errors.NotInRoom()
    seats = found.room.attendees.of_actor(actor)
    silent = Session.objects.dead().filter(room=found.room, holder=actor.holder)
    ended = EndedSession.objects.filter(room=found.room, holder=actor.holder)
    for traces in (silent, ended):
        if traces.filter(attendee__in=seats).exists():
            return errors.SessionOver()
    return errors.NotInRoom()
