"""POST /room/{token}/participants/resend-invitations (participants.md §10)."""

import pytest
from django.core import mail

from talk.constants import ActorType, ParticipantType
from tests.conftest import TalkClient
from tests.factories import AttendeeFactory, UserFactory
from tests.invitation.conftest import ADDRESS, links, open_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def guests(invite, room):
    """Two e-mail guests; the mails that they got are forgotten."""
    invite()
    invite("other@example.org")
    mail.outbox.clear()
    return list(room.attendees.filter(actor_type=ActorType.EMAILS).order_by("pk"))


def resend(ask, client, room, **parameters):
    path = f"/room/{room.token}/participants/resend-invitations"
    return ask(client, "POST", path, **parameters)


@pytest.mark.parametrize("parameters", [{}, {"attendeeId": None}])
def test_by_default_all_are_mailed(ask, sign_in, moderator, room, guests, parameters):
    assert resend(ask, sign_in(moderator), room, **parameters) == (200, None)

    assert [message.to for message in mail.outbox] == [[ADDRESS], ["other@example.org"]]


def test_one_is_mailed(ask, sign_in, moderator, room, guests):
    assert resend(ask, sign_in(moderator), room, attendeeId=guests[1].pk) == (200, None)

    assert [message.to for message in mail.outbox] == [["other@example.org"]]


def test_the_link_is_the_same(ask, sign_in, moderator, room, invite):
    first = invite()

    resend(ask, sign_in(moderator), room)

    assert links() == [first, first]


def test_the_link_still_works(ask, sign_in, moderator, room, guests, enter):
    resend(ask, sign_in(moderator), room, attendeeId=guests[0].pk)
    client = TalkClient()

    open_link(client, links()[0])

    assert enter(client, room)[1]["attendeeId"] == guests[0].pk


def test_nobody_else_is_mailed(ask, sign_in, moderator, room, guests):
    assert resend(ask, sign_in(moderator), room, attendeeId=moderator.pk) == (200, None)

    assert mail.outbox == []


def test_unknown_attendees_and_those_of_other_rooms_are_not_found(
    ask, sign_in, moderator, room, guests
):
    elsewhere = AttendeeFactory()

    for unknown in (elsewhere.pk, 0, -1, 10**12):
        assert resend(ask, sign_in(moderator), room, attendeeId=unknown) == (404, None)
    assert mail.outbox == []


@pytest.mark.parametrize("value", ["x", [1], {"a": 1}, True, 1.5])
def test_malformed_values_are_named(ask, sign_in, moderator, room, guests, value):
    answer = resend(ask, sign_in(moderator), room, attendeeId=value)

    assert answer == (400, {"error": "attendeeId"})
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("role", "status"), [("nobody", 401), ("stranger", 404), ("member", 403), ("guest", 401)]
)
def test_only_moderators_with_an_account_send(ask, sign_in, room, guests, role, status):
    clients = {
        "nobody": TalkClient,
        "stranger": lambda: sign_in(UserFactory()),
        "member": lambda: sign_in(AttendeeFactory(room=room)),
        "guest": lambda: sign_in(
            AttendeeFactory(guest=True, room=room, participant_type=ParticipantType.GUEST_MODERATOR)
        ),
    }

    assert resend(ask, clients[role](), room)[0] == status
    assert mail.outbox == []
