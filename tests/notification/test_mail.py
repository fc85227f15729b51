"""``TALK_NOTIFY_BY_EMAIL``: people are mailed what they are told."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk import participant
from talk import room as rooms
from talk.models import Notification
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.notification.asking import start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_mail(settings):
    settings.TALK_NOTIFY_BY_EMAIL = True
    settings.TALK_SITE_URL = "https://talk.example.org"


def test_a_call_is_mailed(sign_in, starter, django_capture_on_commit_callbacks):
    called = AttendeeFactory(room=starter.room)

    with django_capture_on_commit_callbacks(execute=True):
        start(sign_in, starter)

    (message,) = mail.outbox
    said = f"A group call has started in {starter.room.name}"
    page = f"https://talk.example.org/call/{starter.room.token}#direct-call"
    assert (message.to, message.subject) == ([called.user.email], said)
    assert message.body == f"{said}\n\nJoin call: {page}\n"
    assert f'href="{page}"' in message.alternatives[0][0]


def test_a_call_of_two_names_the_caller(sign_in, django_capture_on_commit_callbacks):
    caller, peer = UserFactory(first_name="Ada", last_name="Lo<ve"), UserFactory()
    room, _created = rooms.create_one_to_one(caller, peer)
    AttendeeFactory(room=room, user=peer, owner=True)
    session = SessionFactory(attendee=room.attendees.get(user=caller))

    with django_capture_on_commit_callbacks(execute=True):
        start(sign_in, session)

    (message,) = mail.outbox
    assert message.subject == "Ada Lo<ve would like to talk with you"
    assert "Ada Lo&lt;ve would like" in message.alternatives[0][0]


def test_an_invitation_is_mailed(django_capture_on_commit_callbacks):
    moderator = AttendeeFactory(owner=True, room__name="Tea", display_name="Mo")
    user = UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        participant.add_user(moderator.room, user, by=moderator)

    (message,) = mail.outbox
    assert message.subject == "Mo invited you to a group conversation: Tea"
    assert message.body.endswith(
        f"View chat: https://talk.example.org/call/{moderator.room.token}\n"
    )


def test_who_has_no_address_is_told_without_a_mail(
    sign_in, starter, django_capture_on_commit_callbacks
):
    silent = AttendeeFactory(room=starter.room, user__email="")
    other = AttendeeFactory(room=starter.room)

    with django_capture_on_commit_callbacks(execute=True):
        start(sign_in, starter)

    assert [message.to for message in mail.outbox] == [[other.user.email]]
    assert Notification.objects.filter(user=silent.user).exists()


def test_who_is_not_told_is_not_mailed(sign_in, starter, django_capture_on_commit_callbacks):
    AttendeeFactory(room=starter.room, notification_calls=False)

    with django_capture_on_commit_callbacks(execute=True):
        start(sign_in, starter)

    assert mail.outbox == []


def test_by_default_nobody_is_mailed(
    sign_in, starter, settings, django_capture_on_commit_callbacks
):
    del settings.TALK_NOTIFY_BY_EMAIL
    AttendeeFactory(room=starter.room)

    with django_capture_on_commit_callbacks(execute=True):
        start(sign_in, starter)

    assert mail.outbox == []


def test_queries_do_not_grow_with_people(sign_in):
    counts = []
    for people in (1, 40):
        session = SessionFactory(attendee__owner=True, attendee__room=RoomFactory(public=True))
        AttendeeFactory.create_batch(people, room=session.room)
        client = sign_in(session)

        with CaptureQueriesContext(connection) as queries:
            start(lambda _session, client=client: client, session)
        counts.append(len(queries))

    assert counts[0] == counts[1]
