"""A message for somebody who waits in the same process is handed over, and kept nowhere."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from talk.models import Session, Signal
from talk.signaling import handover, listing, revision
from talk.signaling.hub import WaitingThread, hub, room_key, session_key
from talk.signaling.poll import Poll
from tests.factories import AttendeeFactory, SessionFactory
from tests.signaling.asking import entry, post, received, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada_posts(sign_in, ada):
    return sign_in(ada)


@pytest.fixture
def waiter(bob):
    """Bob waits, as a poll does."""
    keys, waiter = (session_key(bob.pk), room_key(bob.room_id)), WaitingThread()
    hub.wait_for(keys, waiter, since=hub.now())
    yield waiter
    hub.forget(keys, waiter)


def sdps(texts):
    return [json.loads(text).get("sdp") for text in texts]


def test_whoever_waits_is_handed_the_message(ada_posts, ada, bob, waiter):
    send(ada_posts, ada, bob, sdp="1")

    assert (sdps(waiter.mail.texts), waiter.woken_by) == (["1"], {session_key(bob.pk)})
    assert Signal.objects.count() == 0


def test_the_answer_to_the_poll_costs_no_query(
    ada_posts, ada, bob, waiter, django_assert_num_queries
):
    send(ada_posts, ada, bob, sdp="1")

    with django_assert_num_queries(0):
        news = Poll(bob.pk, bob.room_id, 0, bob.holder).receive(waiter.mail)

    assert sdps(news.messages) == ["1"]
    assert {user["sessionId"] for user in news.listing.users} == {ada.session_id, bob.session_id}


def test_the_poll_tells_the_revision_of_its_list(ada_posts, ada, bob, waiter):
    send(ada_posts, ada, bob)

    Poll(bob.pk, bob.room_id, 0, bob.holder).receive(waiter.mail)

    assert not revision.is_news(bob.pk, waiter.mail.listing.revision)


def test_several_messages_stay_in_order(ada_posts, ada, bob, waiter):
    post(ada_posts, ada.room.token, *(entry(ada, bob, sdp=str(number)) for number in range(3)))

    assert sdps(waiter.mail.texts) == ["0", "1", "2"]


def test_whoever_does_not_wait_gets_it_from_the_database(ada_posts, sign_in, ada, bob):
    send(ada_posts, ada, bob, sdp="1")

    assert Signal.objects.count() == 1
    assert [each["sdp"] for each in received(sign_in(bob), bob.room.token)] == ["1"]


def test_some_wait_and_some_do_not(ada_posts, ada, bob, waiter):
    cleo = SessionFactory(attendee=AttendeeFactory(room=ada.room), calling=True)

    post(ada_posts, ada.room.token, entry(ada, bob, sdp="b"), entry(ada, cleo, sdp="c"))

    assert sdps(waiter.mail.texts) == ["b"]
    assert list(Signal.objects.values_list("recipient", flat=True)) == [cleo.pk]


def test_nothing_overtakes_what_is_kept_already(ada_posts, sign_in, ada, bob, waiter):
    # As another process leaves it there, of which this one has not heard yet.
    Signal.objects.create(sender=ada, recipient=bob, data='{"sdp":"1"}')

    send(ada_posts, ada, bob, sdp="2")

    assert waiter.mail is None
    assert session_key(bob.pk) in waiter.woken_by
    assert [each["sdp"] for each in received(sign_in(bob), bob.room.token)] == ["1", "2"]


def test_the_next_message_is_kept_for_the_next_poll(ada_posts, ada, bob, waiter):
    send(ada_posts, ada, bob, sdp="1")
    send(ada_posts, ada, bob, sdp="2")

    assert sdps(waiter.mail.texts) == ["1"]
    assert sdps(Signal.objects.values_list("data", flat=True)) == ["2"]


def test_inside_a_transaction_nothing_is_handed_over(ada, bob, waiter):
    with transaction.atomic():
        assert handover.prepare(ada.room, sender=ada.pk, recipient=bob.pk, texts=["{}"]) is None


def test_the_list_is_no_older_than_what_the_sender_has_seen(ada_posts, ada, bob, waiter):
    listing.share(ada.room_id, own=bob.pk)
    # As another process changes it, of which this one has not heard yet.
    type(ada.room).objects.filter(pk=ada.room_id).update(revision=77)

    send(ada_posts, ada, bob)

    assert waiter.mail.listing.revision == 77


def test_whoever_is_handed_a_message_sees_who_sent_it(ada_posts, ada, bob, waiter):
    # She has been silent for so long that she is not listed, but not for so long that she has left.
    Session.objects.filter(pk=ada.pk).update(last_ping=timezone.now() - timedelta(seconds=60))

    send(ada_posts, ada, bob)

    assert (waiter.mail, Signal.objects.count()) == (None, 1)


def test_without_a_list_nothing_is_accepted(ada_posts, ada, bob, waiter, monkeypatch):
    def fails(*_args, **_options):
        raise DatabaseError("gone")

    monkeypatch.setattr(listing, "share", fails)
    ada_posts.raise_request_exception = False

    assert post(ada_posts, ada.room.token, entry(ada, bob)).status_code == 500

    assert (waiter.mail, Signal.objects.count()) == (None, 0)


def test_what_nobody_took_is_kept(ada, bob, monkeypatch, ada_posts, sign_in):
    # Waits while the mail is prepared, and no longer.
    monkeypatch.setattr(hub, "has_waiter", lambda key: True)

    send(ada_posts, ada, bob, sdp="1")

    assert [each["sdp"] for each in received(sign_in(bob), bob.room.token)] == ["1"]
