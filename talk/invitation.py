"""E-mail guests: invited by mail, known by the link in it (participants.md §3 and §10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.utils.http import urlencode

from talk import errors, link, mail, participant, seating
from talk.change import change
from talk.constants import NAME_LENGTH, ActorType, BanTarget, ParticipantType, RoomType
from talk.models import Attendee, OpenedInvitation, Room
from talk.models.lock import locked

_MAX_DIGITS = 18


def actor_id(address: str) -> str:
    """What the wire knows an address by: nobody learns it from there."""
    return sha256(address.lower().encode()).hexdigest()


def is_address(text: str) -> bool:
    """Whether mail could be sent there."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= NAME_LENGTH


def invite(room: Room, address: str, *, by: Attendee | None = None, site_url: str = "") -> Attendee:
    """Give whoever reads the mails of this address a seat, and send them the way to it.

    Somebody who has a seat keeps it and gets no second mail; :func:`resend` sends one. A group
    room becomes public.

    :param site_url: where Talk is, for the link (``talk.link.site_url``); by default
        ``TALK_SITE_URL``.
    :raises InvalidAddress: no mail could be sent there.
    :raises WrongRoomTypeForPeople: nobody can be added to this kind of room.
    :raises AddBanned: the address was banned from the room.
    """
    if not is_address(address):
        raise errors.InvalidAddress
    with locked(room) as room:
        participant.require_open_to_people(room)
        if room.bans.filter(actor_type=BanTarget.EMAILS, actor_id=actor_id(address)).exists():
            raise errors.AddBanned
        return seat_all(room, [address], by=by, site_url=site_url)[0]


def seat_all(
    room: Room, addresses: Iterable[str], *, by: Attendee | None = None, site_url: str = ""
) -> list[Attendee]:
    """Seats in a locked room for these addresses, and mails to those that are new."""
    wanted = {actor_id(address): address for address in addresses}
    if not wanted:
        return []
    if room.type == RoomType.GROUP:
        change(room, type=RoomType.PUBLIC)
    seats = room.attendees.filter(actor_type=ActorType.EMAILS, actor_id__in=wanted)
    known = {seat.actor_id: seat for seat in seats}
    new = [
        Attendee(
            room=room,
            actor_type=ActorType.EMAILS,
            actor_id=each,
            invited_address=address,
            participant_type=ParticipantType.GUEST,
        )
        for each, address in wanted.items()
        if each not in known
    ]
    if new:
        seating.seat_all(room, new, by=by)
        # With the keys that not every database gives to rows that come in bulk.
        known = {seat.actor_id: seat for seat in seats.all()}
        _mail(room, [known[each.actor_id] for each in new], by=by, site_url=site_url)
    return [known[each] for each in wanted]


def resend(
    room: Room, attendee: Attendee | None = None, *, by: Attendee | None = None, site_url: str = ""
) -> int:
    """Send the invitation again to one e-mail guest, or to all of the room.

    :returns: how many mails will be sent; none to somebody who is no e-mail guest.
    """
    guests = room.attendees.filter(actor_type=ActorType.EMAILS).order_by("pk")
    if attendee is not None:
        guests = guests.filter(pk=attendee.pk)
    return _mail(room, list(guests), by=by, site_url=site_url)


def way_in(room: Room, attendee: Attendee, *, site_url: str) -> str:
    """The address of the room's page that lets a browser in as this e-mail guest."""
    access = _signer(room, attendee).sign(str(attendee.pk))
    return f"{link.page(room.token, site_url=site_url)}?{urlencode({'access': access})}"


def open_with(room: Room, access: str, holder: str) -> Attendee | None:
    """Let a browser be the e-mail guest that an ``access`` was given to.

    None, when it was never given to anybody, or to somebody who was removed or banned since.
    """
    number = access.partition(".")[0]
    if not number.isascii() or not number.isdecimal() or len(number) > _MAX_DIGITS:
        return None
    with locked(room) as room:
        attendee: Attendee | None = room.attendees.filter(
            actor_type=ActorType.EMAILS, pk=int(number)
        ).first()
        if attendee is None:
            return None
        try:
            _signer(room, attendee).unsign(access)
        except BadSignature:
            return None
        OpenedInvitation.objects.update_or_create(
            room=room, holder=holder, defaults={"attendee": attendee}
        )
        return attendee


def _signer(room: Room, attendee: Attendee) -> Signer:
    # With the seat's own number: who is removed and invited again gets another link.
    return Signer(sep=".", salt=f"talk.invitation.{room.token}.{attendee.actor_id}")


def _mail(room: Room, guests: Sequence[Attendee], *, by: Attendee | None, site_url: str) -> int:
    site_url = site_url or link.site_url()
    if guests and site_url.startswith("/"):
        raise ImproperlyConfigured("Mails need TALK_SITE_URL, or the address of a request.")
    mails = [_invitation(room, guest, by=by, site_url=site_url) for guest in guests]
    mail.send_after_commit(mails, using=str(room._state.db))
    return len(mails)


def _invitation(
    room: Room, guest: Attendee, *, by: Attendee | None, site_url: str
) -> EmailMultiAlternatives:
    context = {
        "room": room,
        "inviter": by.display_name or by.actor_id if by is not None else "",
        "link": way_in(room, guest, site_url=site_url),
    }
    return mail.written("invitation", guest.invited_address, context)
