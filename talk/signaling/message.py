"""Messages from one browser to another: which are passed on, and as what (signaling.md §2.2)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models, router
from django.db.models import Exists, OuterRef
from django.utils import timezone

from talk import errors
from talk.constants import MAX_SIGNAL_BYTES, MAX_SIGNALS, Permission
from talk.models import Attendee, Room, Session, Signal
from talk.models.compiled import CompiledQuery
from talk.models.session import dead_since
from talk.signaling import handover, mailbox, revision
from talk.signaling.sdp import kinds_sent

_DESCRIPTIONS = frozenset({"offer", "answer"})


@dataclass(frozen=True)
class Message:
    """``text`` is what the recipient gets: JSON, with the sender's session in ``from``."""

    recipient: str
    type: str
    text: str


class Recipient(NamedTuple):
    """A session that is there, with its flags, and whether messages are kept for it already."""

    pk: int
    in_call: int
    has_mail: bool


def read(text: str) -> list[Any]:
    """The entries that a client posted.

    :raises InvalidValue: no JSON list, more than 100 entries, or one of more than 64 KiB.
    """
    entries = _parsed(text)
    if not isinstance(entries, list):
        raise errors.InvalidValue("messages")
    if len(entries) > MAX_SIGNALS:
        raise errors.InvalidValue("messages", f"At most {MAX_SIGNALS} messages at once.")
    for entry in entries:
        content = entry.get("fn") if isinstance(entry, dict) else None
        if isinstance(content, str) and _size(content) > MAX_SIGNAL_BYTES:
            raise errors.InvalidValue("messages", f"At most {MAX_SIGNAL_BYTES} bytes each.")
    return entries


def post(entries: list[Any], *, room: Room, session: Session, attendee: Attendee) -> None:
    """Pass on what the session may send to others in its room; the rest is dropped."""
    messages = list(_acceptable(entries, room, session, attendee))
    recipients = _find(room, {message.recipient for message in messages})
    texts: defaultdict[Recipient, list[str]] = defaultdict(list)
    for message in messages:
        recipient = recipients.get(message.recipient)
        if recipient is not None and _may_reach(message, session, recipient):
            texts[recipient].append(message.text)
    # Lists of people that are older than what this request has seen are none to be told.
    revision.notice(room.pk, room.revision)
    _deliver(room, session, texts)


def _deliver(room: Room, session: Session, texts: dict[Recipient, list[str]]) -> None:
    """Into the hands of those who wait here, unless something that came before is still kept."""
    prepared = [
        handover.prepare(room, sender=session.pk, recipient=recipient.pk, texts=some)
        for recipient, some in texts.items()
        if not recipient.has_mail
    ]
    mails = {mail.recipient: mail for mail in prepared if mail is not None}
    _keep(session, {to: some for to, some in texts.items() if to.pk not in mails})
    taken = {recipient for recipient, mail in mails.items() if handover.give(mail)}
    _keep(session, {to: some for to, some in texts.items() if to.pk in mails.keys() - taken})


def _keep(session: Session, texts: dict[Recipient, list[str]]) -> None:
    mailbox.put(session.pk, [(to.pk, text) for to, some in texts.items() for text in some])


def _acceptable(
    entries: list[Any], room: Room, session: Session, attendee: Attendee
) -> Iterator[Message]:
    permissions = attendee.effective_permissions(room)
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("ev") != "message":
            continue
        content = _parsed(entry.get("fn")) if entry.get("sessionId") == session.session_id else None
        if not isinstance(content, dict) or not isinstance(content.get("to"), str):
            continue
        kind = content["type"] if isinstance(content.get("type"), str) else ""
        if kind == "control" and not attendee.is_moderator:
            continue
        if kind in _DESCRIPTIONS and not _may_publish(content, permissions):
            continue
        content["from"] = session.session_id
        try:
            text = json.dumps(content, separators=(",", ":"), allow_nan=False)
        except (ValueError, RecursionError):
            # Numbers that no browser could read.
            continue
        yield Message(content["to"], kind, text)


def _may_publish(content: dict[str, Any], permissions: Permission) -> bool:
    payload = content.get("payload")
    sent = kinds_sent(payload.get("sdp") if isinstance(payload, dict) else None)
    if content.get("roomType") == "screen":
        return not sent & {"audio", "video"} or bool(permissions & Permission.PUBLISH_SCREEN)
    return not (
        ("audio" in sent and not permissions & Permission.PUBLISH_AUDIO)
        or ("video" in sent and not permissions & Permission.PUBLISH_VIDEO)
    )


def _find(room: Room, session_ids: set[str]) -> dict[str, Recipient]:
    # Where it is written: what a copy of it does not show yet may be kept for them.
    using = router.db_for_write(Signal)
    if len(session_ids) == 1:
        (session_id,) = session_ids
        rows: Any = _one_recipient.on(
            using, room=room.pk, since=dead_since(), session_id=session_id
        )
    else:
        found = _recipients(room.pk, dead_since()).filter(session_id__in=session_ids)
        rows = found.using(using)
    return {session_id: Recipient(*rest) for session_id, *rest in rows}


def _recipients(room: int, since: datetime) -> models.QuerySet[Any, Any]:
    alive = Session.objects.filter(room=room, last_ping__gt=since)
    mail = Signal.objects.filter(recipient=OuterRef("pk"))
    return alive.values_list("session_id", "pk", "in_call", Exists(mail))


def _query_one(room: int, since: datetime, session_id: str) -> models.QuerySet[Any, Any]:
    return _recipients(room, since).filter(session_id=session_id)


# Nearly every POST is for one.
_one_recipient = CompiledQuery(
    _query_one,
    room=(Room._meta.get_field("id"), -1),
    since=(Session._meta.get_field("last_ping"), timezone.now),
    session_id=(Session._meta.get_field("session_id"), "\x01session"),
)


def _may_reach(message: Message, sender: Session, recipient: Recipient) -> bool:
    """Nobody is called who is not in the call, and nobody calls from outside."""
    return message.type != "offer" or bool(sender.in_call and recipient.in_call)


def _parsed(text: Any) -> Any:
    """What JSON says, or None for whatever is none."""
    try:
        return json.loads(text, parse_constant=_refuse) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _size(text: str) -> int:
    # Half a character, as JSON may spell one, has a size as well.
    return len(text.encode(errors="surrogatepass"))
