"""room.set_password: protect a public room (rooms.md §3)."""

import pytest
from django.test import override_settings

from talk import errors
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Room
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db

STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


def protected(password="open sesame"):
    room = RoomFactory(public=True)
    room.set_password(password)
    room.save()
    return room


def accepts(room, *passwords):
    room.refresh_from_db()
    return [room.check_password(password) for password in passwords]


def test_only_a_hash_of_the_password_is_stored():
    room = RoomFactory(public=True)

    rooms.set_password(room, "open sesame")

    assert accepts(room, "open sesame", "wrong", "") == [True, False, False]
    assert "sesame" not in room.password


def test_another_password_replaces_the_first():
    room = protected("open sesame")

    rooms.set_password(room, "close barley")

    assert accepts(room, "open sesame", "close barley") == [False, True]


def test_an_empty_password_opens_the_room():
    room = protected()

    rooms.set_password(room, "")

    room.refresh_from_db()
    assert room.has_password is False


def test_a_new_password_is_told_without_its_hash(django_capture_on_commit_callbacks, heard):
    room = RoomFactory(public=True)

    with django_capture_on_commit_callbacks(execute=True):
        rooms.set_password(room, "open sesame")

    assert heard == [("room_changed", {"room": room, "changes": {"password": "…"}})]


@pytest.mark.parametrize("password", ["open sesame", ""])
def test_the_present_password_changes_nothing(password, django_capture_on_commit_callbacks, heard):
    room = protected(password)
    before = Room.objects.values().get()

    with django_capture_on_commit_callbacks(execute=True):
        rooms.set_password(room, password)

    assert Room.objects.values().get() == before
    assert heard == []


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_a_weak_password_is_refused_with_the_reason():
    room = protected("close barley")

    with pytest.raises(errors.InvalidValue) as refusal:
        rooms.set_password(room, "short")

    assert refusal.value.data["error"] == "value"
    assert refusal.value.data["message"].startswith("This password is too short.")
    assert accepts(room, "close barley") == [True]


@pytest.mark.parametrize("type_", sorted(set(RoomType) - {RoomType.PUBLIC}))
@pytest.mark.parametrize("password", ["open sesame", ""])
def test_only_public_rooms_have_a_password(type_, password):
    room = RoomFactory(type=type_)

    with pytest.raises(errors.WrongRoomType):
        rooms.set_password(room, password)

    room.refresh_from_db()
    assert room.has_password is False
