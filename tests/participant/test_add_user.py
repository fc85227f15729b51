"""participant.add_user: a seat for an account (participants.md §3)."""

import pytest

from talk import errors, participant
from talk.constants import ActorType, ParticipantType, RoomType
from talk.models import Attendee
from tests.factories import AttendeeFactory, RoomFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_add_user_gives_a_permanent_seat_without_own_permissions():
    room, user = RoomFactory(), UserFactory(username="ada", first_name="Ada", last_name="L")

    attendee = participant.add_user(room, user)

    attendee.refresh_from_db()
    assert (attendee.room, attendee.user) == (room, user)
    assert (attendee.actor_type, attendee.actor_id) == (ActorType.USERS, "ada")
    assert (attendee.display_name, attendee.participant_type) == ("Ada L", ParticipantType.USER)
    assert attendee.permissions == 0


def test_add_user_can_give_a_role():
    attendee = participant.add_user(
        RoomFactory(), UserFactory(), participant_type=ParticipantType.MODERATOR
    )

    assert attendee.participant_type == ParticipantType.MODERATOR


def test_add_user_tells_who_added_whom(django_capture_on_commit_callbacks, heard):
    moderator = AttendeeFactory(moderator=True)

    with django_capture_on_commit_callbacks(execute=True):
        attendee = participant.add_user(moderator.room, UserFactory(), by=moderator)

    assert heard == [
        ("attendee_added", {"room": moderator.room, "attendee": attendee, "by": moderator})
    ]


def test_adding_somebody_again_changes_nothing(django_capture_on_commit_callbacks, heard):
    attendee = AttendeeFactory(moderator=True)

    with django_capture_on_commit_callbacks(execute=True):
        again = participant.add_user(attendee.room, attendee.user)

    assert again == attendee
    assert Attendee.objects.get().participant_type == ParticipantType.MODERATOR
    assert heard == []


def test_adding_a_self_joined_user_makes_the_seat_permanent(
    django_capture_on_commit_callbacks, heard
):
    attendee = AttendeeFactory(
        room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
    )

    with django_capture_on_commit_callbacks(execute=True):
        participant.add_user(attendee.room, attendee.user)

    attendee.refresh_from_db()
    assert attendee.participant_type == ParticipantType.USER
    assert [(name, said["previous"]) for name, said in heard] == [
        ("attendee_role_changed", ParticipantType.SELF_JOINED)
    ]


@pytest.mark.parametrize(
    "room",
    [
        {"type": RoomType.ONE_TO_ONE, "name": '["a", "b"]'},
        {"type": RoomType.FORMER_ONE_TO_ONE},
        {"type": RoomType.NOTE_TO_SELF},
        {"type": RoomType.PUBLIC, "object_type": "share:password", "object_id": "x"},
    ],
)
def test_nobody_can_be_added_to(room):
    room = RoomFactory(**room)

    with pytest.raises(errors.WrongRoomTypeForPeople):
        participant.add_user(room, UserFactory())

    assert not Attendee.objects.exists()


def test_nobody_can_be_added_to_a_room_that_is_gone():
    room = RoomFactory()
    type(room).objects.all().delete()

    with pytest.raises(errors.RoomNotFound):
        participant.add_user(room, UserFactory())
