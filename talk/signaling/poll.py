"""One poll of one session: look, wait, look again (signaling.md §2.1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from talk import errors
from talk.actor import Actor
from talk.constants import ParticipantType
from talk.models import EndedSession, Session
from talk.models.participant import Participant
from talk.signaling import listing, mailbox, ping, revision
from talk.signaling.handover import Mail
from talk.signaling.hub import Key, room_key, session_key
from talk.signaling.listing import Listing


@dataclass(frozen=True, slots=True)
class News:
    """What a poll answers: messages (JSON texts), and who is in the room."""

    messages: list[str]
    listing: Listing


@dataclass(frozen=True, slots=True)
class Poll:
    """What has to be known of a poll while it waits: primary keys, and no more."""

    session: int
    room: int
    revision: int
    holder: str
    has_mail: bool = False
    """Whether messages were kept for it when it began."""

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
        revision.notice(found.room.pk, found.room.revision)
        return cls(
            found.session.pk,
            found.room.pk,
            found.room.revision,
            actor.holder,
            found.has_mail,
        )

    @property
    def keys(self) -> tuple[Key, ...]:
        """What wakes this poll."""
        return session_key(self.session), room_key(self.room)

    def look(self) -> News | None:
        """The answer, if there was anything to tell at its beginning."""
        messages = mailbox.take(self.session) if self.has_mail else []
        if messages or revision.is_news(self.session, self.revision):
            return self._news(messages, listing.read(self.room, own=self.session))
        return None

    def finish(self, woken_by: frozenset[Key] | None) -> News:
        """The answer after a wait, or, without one (None), the answer as it is now.

        :raises NotInRoom: the session has left meanwhile, or room or seat are gone.
        :raises SessionOver: the session was replaced meanwhile.
        """
        if woken_by is None:
            return self._news(mailbox.take(self.session), listing.read(self.room, own=self.session))
        # Nobody looks for messages that nobody spoke of: the next poll does in any case.
        has_mail = session_key(self.session) in woken_by
        messages = mailbox.take(self.session) if has_mail else []
        return self._news(messages, listing.share(self.room, own=self.session))

    def receive(self, mail: Mail) -> News:
        """The answer after a wait that ended with messages in hand."""
        return self._news(mail.texts, mail.listing)

    def glance(self, woken_by: frozenset[Key]) -> News | None:
        """The answer after a wait, if it can be told without asking the database."""
        if session_key(self.session) in woken_by:
            return None
        found = listing.peek(self.room, own=self.session)
        return None if found is None else self._news([], found)

    def _news(self, messages: list[str], found: Listing | None) -> News:
        if found is None:
            raise self._why_gone()
        revision.tell(self.session, found.revision)
        return News(messages, found)

    def _why_gone(self) -> errors.TalkError:
        for traces in (Session.objects.all(), EndedSession.objects.all()):
            if traces.filter(room=self.room, holder=self.holder).exists():
                return errors.SessionOver()
        return errors.NotInRoom()


def _why_not(found: Participant, actor: Actor) -> errors.TalkError:
    """There is no live session of this browser: it fell silent, or it never was there."""
    if not actor.holder:
        return errors.NotInRoom()
    present = Session.objects.alive().filter(attendee=OuterRef("pk"))
    # Whoever came by themself has a seat for as long as they are there.
    seats = found.room.attendees.of_actor(actor).filter(
        ~Q(participant_type=ParticipantType.SELF_JOINED) | Exists(present)
    )
    silent = Session.objects.dead().filter(room=found.room, holder=actor.holder)
    ended = EndedSession.objects.filter(room=found.room, holder=actor.holder)
    for traces in (silent, ended):
        if traces.filter(attendee__in=seats).exists():
            return errors.SessionOver()
    return errors.NotInRoom()
