"""One of those whom a change of the room wakes asks the database; the others tell the same."""

import pytest

from talk.signaling import listing, mailbox, revision
from talk.signaling.hub import room_key, session_key
from talk.signaling.poll import Poll


@pytest.fixture
def poll(bob):
    """Bob's, which waits."""
    return Poll(bob.pk, bob.room_id, bob.room.revision, bob.holder)


@pytest.fixture
def change(ada):
    """What wakes everybody in the room."""
    return frozenset({room_key(ada.room_id)})


def test_nobody_has_asked_yet(poll, change, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert poll.glance(change) is None


def test_whoever_comes_second_asks_nothing(ada, poll, change, django_assert_num_queries):
    shared = listing.share(ada.room_id, own=ada.pk)

    with django_assert_num_queries(0):
        news = poll.glance(change)

    assert (news.messages, news.listing) == ([], shared)


def test_whoever_has_mail_has_to_look(ada, bob, poll, change):
    listing.share(ada.room_id, own=ada.pk)
    mailbox.put(ada.pk, [(bob.pk, "{}")])

    assert poll.glance(change | {session_key(bob.pk)}) is None


def test_a_newer_change_has_to_be_asked_for(ada, poll, change):
    listing.share(ada.room_id, own=ada.pk)
    revision.hear_of(ada.room_id, ada.room.revision + 1)

    assert poll.glance(change) is None


def test_whoever_is_not_listed_has_to_ask(ada, bob, poll, change):
    bob.delete()
    listing.share(ada.room_id, own=ada.pk)

    assert poll.glance(change) is None
