"""participant.leave_for_good: give up one's own seat (participants.md §4, "self")."""

import pytest

from talk import errors, participant
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_leaving_takes_seat_and_sessions_and_keeps_the_room():
    session = SessionFactory()
    owner = AttendeeFactory(room=session.room, owner=True)

    participant.leave_for_good(session.attendee)

    assert list(Attendee.objects.all()) == [owner]
    assert not Session.objects.exists()


@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.MODERATOR])
@pytest.mark.parametrize(
    "others",
    [[ParticipantType.USER], [ParticipantType.USER, ParticipantType.SELF_JOINED]],
)
def test_the_last_moderator_stays(role, others):
    leaver = AttendeeFactory(room=RoomFactory(public=True), participant_type=role)
    for other in others:
        AttendeeFactory(room=leaver.room, participant_type=other)

    with pytest.raises(errors.LastModerator):
        participant.leave_for_good(leaver)

    assert leaver.room.attendees.count() == 1 + len(others)


def test_a_guest_moderator_does_not_count_as_moderator_left_behind():
    leaver = AttendeeFactory(room=RoomFactory(public=True), owner=True)
    AttendeeFactory(room=leaver.room)
    AttendeeFactory(guest=True, room=leaver.room, participant_type=ParticipantType.GUEST_MODERATOR)

    with pytest.raises(errors.LastModerator):
        participant.leave_for_good(leaver)


@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.MODERATOR])
@pytest.mark.parametrize("other", [ParticipantType.OWNER, ParticipantType.MODERATOR])
def test_one_of_two_moderators_may_go(role, other):
    leaver = AttendeeFactory(participant_type=role)
    left = AttendeeFactory(room=leaver.room, participant_type=other)
    AttendeeFactory(room=leaver.room)

    participant.leave_for_good(leaver)

    assert left.room.attendees.count() == 2


@pytest.mark.parametrize(
    "role", [ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.USER]
)
@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC, RoomType.ONE_TO_ONE])
def test_the_last_user_takes_the_room_along(role, type_):
    leaver = AttendeeFactory(room__type=type_, participant_type=role)

    participant.leave_for_good(leaver)

    assert not Room.objects.exists()


@pytest.mark.parametrize("visitor", ["guest", "self-joined"])
def test_visitors_do_not_keep_the_room(visitor):
    leaver = AttendeeFactory(room=RoomFactory(public=True), owner=True)
    if visitor == "guest":
        AttendeeFactory(guest=True, room=leaver.room)
    else:
        AttendeeFactory(room=leaver.room, participant_type=ParticipantType.SELF_JOINED)

    participant.leave_for_good(leaver)

    assert not Room.objects.exists()


@pytest.mark.parametrize(
    "room",
    [
        {"type": RoomType.CHANGELOG},
        {"type": RoomType.GROUP, "object_type": "file", "object_id": "1"},
    ],
)
def test_some_rooms_outlive_their_last_user(room):
    leaver = AttendeeFactory(room=RoomFactory(**room))

    participant.leave_for_good(leaver)

    assert Room.objects.count() == 1
    assert not Attendee.objects.exists()


def test_a_self_joined_user_never_takes_the_room_along():
    leaver = AttendeeFactory(
        room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
    )

    participant.leave_for_good(leaver)

    assert Room.objects.count() == 1


def test_one_of_a_pair_may_go():
    leaver = AttendeeFactory(room__type=RoomType.ONE_TO_ONE, room__name='["a", "b"]', owner=True)
    left = AttendeeFactory(room=leaver.room, owner=True)

    participant.leave_for_good(leaver)

    assert list(Attendee.objects.all()) == [left]


def test_leaving_tells_in_order(django_capture_on_commit_callbacks, heard):
    leaver = AttendeeFactory(owner=True)

    with django_capture_on_commit_callbacks(execute=True):
        participant.leave_for_good(leaver)

    assert [name for name, _said in heard] == ["attendee_removed", "room_deleted"]
    assert heard[-1][1]["token"] == leaver.room.token


def test_leaving_twice_is_refused():
    leaver = AttendeeFactory()
    AttendeeFactory(room=leaver.room, owner=True)
    gone = Attendee.objects.get(pk=leaver.pk)
    participant.leave_for_good(leaver)

    with pytest.raises(errors.AttendeeToRemoveNotFound):
        participant.leave_for_good(gone)
