"""ban.lift (participants.md §11)."""

import pytest

from talk import ban
from talk.models import Ban
from tests.factories import AttendeeFactory

pytestmark = pytest.mark.django_db


def test_a_lifted_ban_is_gone(moderator, django_capture_on_commit_callbacks, heard):
    made = ban.create(moderator.room, "users", "ada", by=moderator)
    kept = ban.create(moderator.room, "users", "eve", by=moderator)

    with django_capture_on_commit_callbacks(execute=True):
        ban.lift(moderator.room, made.pk)

    assert list(Ban.objects.all()) == [kept]
    assert [(name, said["room"], said["ban"].actor_id) for name, said in heard] == [
        ("unbanned", moderator.room, "ada")
    ]


def test_lifting_what_does_not_exist_is_fine(moderator, django_capture_on_commit_callbacks, heard):
    with django_capture_on_commit_callbacks(execute=True):
        ban.lift(moderator.room, 10**15)

    assert heard == []


def test_a_ban_of_another_room_is_not_lifted(moderator):
    elsewhere = AttendeeFactory(moderator=True)
    made = ban.create(elsewhere.room, "users", "ada", by=elsewhere)

    ban.lift(moderator.room, made.pk)

    assert Ban.objects.get() == made
