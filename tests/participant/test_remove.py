"""participant.remove: take somebody's seat away (participants.md §4)."""

import pytest

from talk import errors, participant
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "role",
    [ParticipantType.MODERATOR, ParticipantType.USER, ParticipantType.SELF_JOINED],
)
def test_remove_takes_seat_and_sessions(role):
    session = SessionFactory(attendee__participant_type=role)
    SessionFactory(attendee=session.attendee, holder="another device")

    participant.remove(session.attendee)

    assert not Attendee.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("role", [ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR])
def test_remove_takes_a_guest_away(role):
    guest = AttendeeFactory(guest=True, participant_type=role)

    participant.remove(guest)

    assert not Attendee.objects.exists()


def test_remove_leaves_the_others_alone():
    gone = SessionFactory()
    stays = SessionFactory(attendee__room=gone.room)

    participant.remove(gone.attendee)

    assert list(Attendee.objects.all()) == [stays.attendee]
    assert list(Session.objects.all()) == [stays]


def test_removing_the_last_one_in_the_call_ends_it():
    room = RoomFactory(with_call=True)
    session = SessionFactory(attendee__room=room, calling=True)

    participant.remove(session.attendee)

    room.refresh_from_db()
    assert (room.call_started_at, room.call_flags) == (None, 0)


def test_removing_one_of_two_lets_the_call_go_on():
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)
    session = SessionFactory(attendee__room=room, calling=True)

    participant.remove(session.attendee)

    room.refresh_from_db()
    assert room.has_call is True


def test_remove_tells_who_did_it(django_capture_on_commit_callbacks, heard):
    session = SessionFactory(attendee__room=RoomFactory(with_call=True), calling=True)
    moderator = AttendeeFactory(room=session.room, moderator=True)

    with django_capture_on_commit_callbacks(execute=True):
        participant.remove(session.attendee, by=moderator)

    assert [name for name, _said in heard] == ["call_left", "call_ended", "attendee_removed"]
    assert heard[-1][1]["by"] == moderator
    assert heard[-1][1]["attendee"].actor_id == session.attendee.actor_id


def test_an_owner_keeps_the_seat():
    owner = AttendeeFactory(owner=True)

    with pytest.raises(errors.OwnerCannotBeRemoved):
        participant.remove(owner)

    assert Attendee.objects.exists()


@pytest.mark.parametrize("type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE])
def test_nobody_is_removed_from_a_pair(type_):
    attendee = AttendeeFactory(room__type=type_)

    with pytest.raises(errors.WrongRoomTypeForPeople):
        participant.remove(attendee)

    assert Attendee.objects.exists()


def test_removing_somebody_who_is_gone_is_refused():
    attendee = AttendeeFactory()
    Attendee.objects.all().delete()

    with pytest.raises(errors.AttendeeToRemoveNotFound):
        participant.remove(attendee)
