"""The link in an invitation: who opens it is the e-mail guest, in every browser."""

import pytest
from django.core import mail

from talk import ban, participant
from talk import session as sessions
from talk.constants import ActorType, ParticipantType
from talk.models import Attendee, Ban, OpenedInvitation, Session
from tests.conftest import TalkClient
from tests.factories import RoomFactory, UserFactory
from tests.invitation.conftest import ADDRESS, open_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(invite):
    return invite()


@pytest.fixture
def guest(link, room):
    return room.attendees.get(actor_type=ActorType.EMAILS)


@pytest.fixture
def gina(link):
    """The browser in which the link was opened."""
    client = TalkClient()
    open_link(client, link)
    return client


def test_who_opens_the_link_enters_as_the_email_guest(gina, enter, room, guest):
    status, data = enter(gina, room)

    assert status == 200
    assert (data["actorType"], data["actorId"]) == ("emails", guest.actor_id)
    assert (data["attendeeId"], data["participantType"]) == (guest.pk, ParticipantType.GUEST)
    assert data["invitedActorId"] == ADDRESS
    assert Session.objects.get().attendee == guest


def test_the_link_leads_to_an_address_that_others_may_see(link, room):
    response = open_link(TalkClient(), link)

    assert (response.status_code, response.url) == (302, f"/call/{room.token}")


def test_the_link_needs_no_password(gina, enter, room):
    room.refresh_from_db()
    room.set_password("open sesame")
    room.save()

    assert enter(gina, room)[0] == 200


def test_the_link_works_in_every_browser(gina, link, enter, room, guest):
    phone = TalkClient()
    enter(gina, room)

    open_link(phone, link)
    enter(phone, room)

    assert {session.attendee for session in Session.objects.all()} == {guest}
    assert Session.objects.count() == 2


def test_the_browser_is_known_after_it_left(gina, enter, room, guest, ask):
    enter(gina, room)
    ask(gina, "DELETE", f"/room/{room.token}/participants/active")

    assert enter(gina, room)[1]["attendeeId"] == guest.pk


def test_a_guest_who_opens_the_link_is_the_email_guest_from_then_on(link, enter, room, guest):
    client = TalkClient()
    assert enter(client, room)[1]["actorType"] == "guests"

    open_link(client, link)

    assert enter(client, room)[1]["attendeeId"] == guest.pk
    assert Session.objects.get().attendee == guest


def test_who_opens_two_links_is_whose_they_opened_last(link, invite, enter, room):
    client = TalkClient()
    open_link(client, link)
    open_link(client, invite("other@example.org"))

    assert enter(client, room)[1]["invitedActorId"] == "other@example.org"


def test_the_link_opens_one_room_only(gina, enter):
    other = RoomFactory(public=True)

    assert enter(gina, other)[1]["actorType"] == "guests"


def test_the_link_of_one_room_is_nothing_in_another(link, room, enter):
    other, client = RoomFactory(public=True), TalkClient()

    open_link(client, link.replace(room.token, other.token))

    assert enter(client, other)[1]["actorType"] == "guests"


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda link: link[:-1],
        lambda link: f"{link}x",
        lambda link: link.split("=")[0] + "=",
        lambda link: link.split(".")[0],
        lambda link: link.replace("access=", "access=9"),
        lambda link: link.split("=")[0] + "=%00.x",
        lambda link: link.split("=")[0] + "=" + "9" * 40 + ".x",
        lambda link: link.split("=")[0] + "=²." + link.split(".")[-1],
    ],
)
def test_a_link_that_was_tampered_with_opens_nothing(link, room, enter, spoilt):
    client = TalkClient()

    assert open_link(client, spoilt(link)).status_code == 200

    assert not OpenedInvitation.objects.exists()
    assert enter(client, room)[1]["actorType"] == "guests"


def test_the_link_of_somebody_else_cannot_be_guessed_from_ones_own(link, invite, room, enter):
    other = invite("other@example.org")
    mixed = link.split("=")[0] + "=" + other.split("=")[1].split(".")[0] + "." + link.split(".")[-1]
    client = TalkClient()

    open_link(client, mixed)

    assert enter(client, room)[1]["actorType"] == "guests"


def test_a_user_who_opens_the_link_stays_who_they_are(link, sign_in, enter, room):
    user = UserFactory()
    client = sign_in(user)

    assert open_link(client, link).status_code == 302

    assert enter(client, room)[1]["actorId"] == user.username
    assert not OpenedInvitation.objects.exists()


def test_a_removed_guests_link_opens_nothing(link, guest, moderator, room, enter):
    participant.remove(guest, by=moderator)
    client = TalkClient()

    page = open_link(client, link)

    assert (page.status_code, "no longer valid" in page.text) == (200, True)
    assert enter(client, room)[1]["actorType"] == "guests"


def test_a_removed_guests_browser_is_a_strangers(gina, guest, moderator, room, enter):
    participant.remove(guest, by=moderator)

    assert enter(gina, room)[1]["actorType"] == "guests"


def test_a_removed_guest_who_is_invited_again_needs_the_new_link(
    link, guest, moderator, room, invite, enter
):
    participant.remove(guest, by=moderator)
    new = invite()
    client = TalkClient()

    assert "no longer valid" in open_link(client, link).text
    open_link(client, new)

    assert enter(client, room)[1]["actorType"] == "emails"


# Bans.


def test_a_banned_guests_link_opens_nothing(link, guest, moderator, room, enter):
    ban.create(room, "emails", guest.actor_id, by=moderator)
    client = TalkClient()

    open_link(client, link)

    assert enter(client, room)[1]["actorType"] == "guests"


def test_a_banned_guest_who_comes_back_has_the_address_banned(
    gina, guest, moderator, room, enter, heard
):
    enter(gina, room)
    made = ban.create(room, "emails", guest.actor_id, by=moderator)

    assert enter(gina, room) == (403, {"error": "ban"})

    address = Ban.objects.exclude(pk=made.pk).get()
    assert (address.actor_type, address.actor_id) == ("ip", "127.0.0.1")
    assert heard[-1] == ("banned", {"room": room, "ban": address})
    assert enter(TalkClient(), room) == (403, {"error": "ban"})


def test_a_banned_guest_is_named_to_moderators(guest, moderator, room):
    assert ban.create(room, "emails", guest.actor_id, by=moderator).display_name == ADDRESS


def test_a_banned_address_of_the_net_does_not_concern_email_guests(
    gina, guest, moderator, room, enter, ask
):
    room.refresh_from_db()
    ban.create(room, "ip", "127.0.0.1", by=moderator)

    assert enter(gina, room)[1]["attendeeId"] == guest.pk
    assert ask(gina, "POST", f"/call/{room.token}") == (200, None)
    assert enter(TalkClient(), room) == (403, {"error": "ban"})


def test_the_session_of_a_logout_is_over(gina, enter, room, guest):
    enter(gina, room)

    sessions.leave_everywhere(Session.objects.get().holder)

    assert list(Attendee.objects.filter(pk=guest.pk)) == [guest]
    assert not Session.objects.exists()
    assert len(mail.outbox) == 1
