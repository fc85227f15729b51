"""POST /room/{token}/participants with source=emails (participants.md §3)."""

from hashlib import sha256

import django
import pytest
from django.core import mail

from talk import ban
from talk.constants import ActorType, ParticipantType, RoomType
from talk.models import Attendee
from tests.factories import AttendeeFactory, RoomFactory
from tests.invitation.conftest import ADDRESS, links

pytestmark = pytest.mark.django_db

GINA = sha256(b"gina@example.org").hexdigest()


def add(ask, client, room, address=ADDRESS):
    path = f"/room/{room.token}/participants"
    return ask(client, "POST", path, newParticipant=address, source="emails")


def guests():
    return Attendee.objects.filter(actor_type=ActorType.EMAILS)


def test_an_address_gets_a_seat(ask, sign_in, moderator, room):
    answer = add(ask, sign_in(moderator), room)

    assert answer == (200, {"type": RoomType.PUBLIC})
    guest = guests().get()
    assert (guest.room, guest.actor_id, guest.invited_address) == (room, GINA, ADDRESS)
    assert (guest.participant_type, guest.permissions) == (ParticipantType.GUEST, 0)
    assert (guest.display_name, guest.user, guest.holder) == ("", None, None)


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_the_room_is_public_then(ask, sign_in, moderator, room, type_, heard):
    room.type = type_
    room.save()

    assert add(ask, sign_in(moderator), room) == (200, {"type": RoomType.PUBLIC})

    room.refresh_from_db()
    assert room.type == RoomType.PUBLIC
    changed = ["room_changed"] if type_ == RoomType.GROUP else []
    assert [name for name, _arguments in heard] == [*changed, "attendee_added"]


def test_a_room_that_cannot_be_public_stays_as_it_is(ask, sign_in):
    owner = AttendeeFactory(owner=True, room=RoomFactory(type=RoomType.CHANGELOG))

    assert add(ask, sign_in(owner), owner.room) == (200, [])

    owner.room.refresh_from_db()
    assert owner.room.type == RoomType.CHANGELOG


def test_the_invitation_is_mailed(ask, sign_in, moderator, room):
    add(ask, sign_in(moderator), room)

    (message,) = mail.outbox
    assert (message.to, message.subject) == ([ADDRESS], "Invitation to Tea & biscuits")
    assert "Mo <3 invited you to the conversation “Tea & biscuits”." in message.body
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert "Mo &lt;3 invited you to the conversation “Tea &amp; biscuits”." in html
    assert f'href="{links()[0]}"' in html


def test_the_link_goes_to_the_rooms_page(ask, sign_in, moderator, room):
    add(ask, sign_in(moderator), room)

    assert links()[0].startswith(f"http://testserver/call/{room.token}?access=")


def test_the_link_goes_where_the_site_says_it_is(ask, sign_in, moderator, room, settings):
    settings.TALK_SITE_URL = "https://talk.example.org/meet"

    add(ask, sign_in(moderator), room)

    assert links()[0].startswith(f"https://talk.example.org/meet/call/{room.token}?access=")


def test_a_name_of_several_lines_stays_in_the_subject(ask, sign_in, moderator, room):
    room.name = "Tea\r\nBcc: everybody@example.org"
    room.save()

    add(ask, sign_in(moderator), room)

    assert mail.outbox[0].subject == "Invitation to Tea Bcc: everybody@example.org"


def test_the_mail_speaks_the_language_of_the_request(ask, sign_in, moderator, room):
    client = sign_in(moderator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"

    add(ask, client, room)

    assert mail.outbox[0].subject == "Einladung zu Tea & biscuits"


@pytest.mark.parametrize("again", [ADDRESS, ADDRESS.lower(), f"  {ADDRESS} "])
def test_the_same_address_again_gets_no_second_mail(ask, sign_in, moderator, room, again):
    add(ask, sign_in(moderator), room)

    assert add(ask, sign_in(moderator), room, again) == (200, {"type": RoomType.PUBLIC})

    assert (guests().count(), len(mail.outbox)) == (1, 1)


def test_an_address_may_be_invited_to_several_rooms(ask, sign_in, moderator, room):
    other = AttendeeFactory(owner=True)

    add(ask, sign_in(moderator), room)
    add(ask, sign_in(other), other.room)

    assert (guests().count(), len(mail.outbox)) == (2, 2)


@pytest.mark.parametrize(
    "address", ["", "gina", "@example.org", "gina@", "a b@example.org", "x" * 250 + "@example.org"]
)
def test_what_is_no_address_is_refused(ask, sign_in, moderator, room, address):
    answer = add(ask, sign_in(moderator), room, address)

    assert answer == (400, {"error": "new-participant"})
    room.refresh_from_db()
    assert (room.type, guests().count(), mail.outbox) == (RoomType.GROUP, 0, [])


@pytest.mark.parametrize(
    "room",
    [
        {"type": RoomType.ONE_TO_ONE, "name": '["a", "b"]'},
        {"type": RoomType.FORMER_ONE_TO_ONE},
        {"type": RoomType.NOTE_TO_SELF},
        {"type": RoomType.PUBLIC, "object_type": "share:password", "object_id": "x"},
    ],
)
def test_rooms_that_nobody_can_be_invited_to(ask, sign_in, room):
    owner = AttendeeFactory(owner=True, room=RoomFactory(**room))

    assert add(ask, sign_in(owner), owner.room) == (400, {"error": "room-type"})

    assert mail.outbox == []


def test_a_banned_address_is_not_invited(ask, sign_in, moderator, room):
    room.type = RoomType.PUBLIC
    room.save()
    ban.create(room, "emails", GINA, by=moderator)

    assert add(ask, sign_in(moderator), room) == (400, {"error": "ban"})

    assert (guests().count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("role", [3, 4, 5, 6])
def test_only_moderators_with_an_account_invite(ask, sign_in, role):
    seat = (
        AttendeeFactory(guest=True, participant_type=role)
        if role in {4, 6}
        else AttendeeFactory(participant_type=role)
    )

    status, _data = add(ask, sign_in(seat), seat.room)

    assert status == (401 if role in {4, 6} else 403)
    assert (guests().count(), mail.outbox) == (0, [])


def mail_by(settings, backend):
    """Django 6.1 has another setting for it than the versions before."""
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend


class Refusing:
    """A mail server that is there, and takes nothing from anybody."""

    def __init__(self, *args, **kwargs):
        pass

    def open(self):
        return True

    def send_messages(self, messages):
        raise OSError("550 no")

    def close(self):
        raise OSError("gone")


class Absent(Refusing):
    def open(self):
        raise ConnectionRefusedError


@pytest.mark.parametrize("server", [Refusing, Absent])
def test_a_mail_server_that_refuses_loses_nothing(
    ask, sign_in, moderator, room, settings, server, caplog
):
    mail_by(settings, f"{__name__}.{server.__name__}")

    assert add(ask, sign_in(moderator), room) == (200, {"type": RoomType.PUBLIC})

    assert guests().count() == 1
    assert {record.name for record in caplog.records if record.levelname == "ERROR"} == {
        "talk.mail"
    }

    mail_by(settings, "django.core.mail.backends.locmem.EmailBackend")
    path = f"/room/{room.token}/participants/resend-invitations"
    assert ask(sign_in(moderator), "POST", path) == (200, None)
    assert mail.outbox[0].to == [ADDRESS]


def test_nothing_is_mailed_of_what_was_undone(sign_in, moderator, room):
    # The answer is here, the commit is not.
    sign_in(moderator).post(
        f"/ocs/v2.php/apps/spreed/api/v4/room/{room.token}/participants",
        {"newParticipant": ADDRESS, "source": "emails"},
    )

    assert (guests().count(), mail.outbox) == (1, [])
