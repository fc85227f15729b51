"""permission.change: what one attendee may do (participants.md §9)."""

import threading

import pytest
from django.db import connections

from talk import errors, permission
from talk.constants import ActorType, ParticipantType, PermissionMethod, RoomType
from talk.models import Attendee
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

SET, ADD, REMOVE = PermissionMethod.SET, PermissionMethod.ADD, PermissionMethod.REMOVE

RESULTS = {
    # own value before, room's default, method, value: own value after
    "set": (0, 0, SET, 34, 35),
    "set what has the custom bit": (0, 0, SET, 35, 35),
    "set everything": (0, 0, SET, 255, 255),
    "set nothing but the custom bit": (246, 0, SET, 1, 1),
    "set back to the default": (35, 51, SET, 0, 0),
    "add to the site's default": (0, 0, ADD, 8, 254),
    "add to the room's default": (0, 35, ADD, 16, 51),
    "add to the own value": (35, 255, ADD, 16, 51),
    "add what is there": (35, 0, ADD, 34, 35),
    "add nothing": (0, 35, ADD, 0, 35),
    "add without the custom bit": (2, 0, ADD, 16, 18),
    "remove from the site's default": (0, 0, REMOVE, 2, 244),
    "remove from the room's default": (0, 51, REMOVE, 16, 35),
    "remove from the own value": (51, 255, REMOVE, 16, 35),
    "remove what is not there": (35, 0, REMOVE, 16, 35),
    "remove all but the custom bit": (35, 0, REMOVE, 254, 1),
    "remove everything: the default again": (35, 51, REMOVE, 255, 0),
    "remove everything that there was": (34, 51, REMOVE, 34, 0),
}


@pytest.mark.parametrize("case", RESULTS)
def test_a_change_is_stored_and_told(case, django_capture_on_commit_callbacks, heard):
    before, room, method, value, after = RESULTS[case]
    attendee = AttendeeFactory(permissions=before, room__default_permissions=room)

    with django_capture_on_commit_callbacks(execute=True):
        changed = permission.change(attendee, method, value)

    attendee.refresh_from_db()
    assert (attendee.permissions, changed.permissions) == (after, after)
    assert heard == [("attendee_permissions_changed", {"room": attendee.room, "attendee": changed})]


@pytest.mark.parametrize("method", PermissionMethod)
def test_a_self_joined_user_becomes_a_member(method, django_capture_on_commit_callbacks, heard):
    attendee = AttendeeFactory(
        participant_type=ParticipantType.SELF_JOINED, room=RoomFactory(public=True)
    )

    with django_capture_on_commit_callbacks(execute=True):
        permission.change(attendee, method, 16)

    attendee.refresh_from_db()
    assert attendee.participant_type == ParticipantType.USER
    assert [name for name, _arguments in heard] == [
        "attendee_permissions_changed",
        "attendee_role_changed",
    ]
    assert heard[1][1]["previous"] == ParticipantType.SELF_JOINED


def test_a_guest_stays_a_guest():
    guest = AttendeeFactory(guest=True)

    permission.change(guest, SET, 16)

    guest.refresh_from_db()
    assert (guest.participant_type, guest.permissions) == (ParticipantType.GUEST, 17)


def test_nobody_elses_permissions_change():
    attendee = AttendeeFactory()
    other = AttendeeFactory(room=attendee.room, permissions=35)

    permission.change(attendee, SET, 16)

    other.refresh_from_db()
    assert other.permissions == 35


def test_flags_of_a_running_call_stay_as_they_are():
    session = SessionFactory(calling=True, attendee__room__with_call=True)

    permission.change(session.attendee, SET, 1)

    session.refresh_from_db()
    assert session.in_call == 7


# Order of refusals: whatever is wrong, and everything after it as well.


def one_to_one(**seat):
    return AttendeeFactory(room=RoomFactory(type=RoomType.ONE_TO_ONE), **seat)


REFUSALS = {
    "room": (lambda: one_to_one(moderator=True), errors.WrongRoomTypeForPeople),
    "former": (
        lambda: AttendeeFactory(room=RoomFactory(type=RoomType.FORMER_ONE_TO_ONE)),
        errors.WrongRoomTypeForPeople,
    ),
    "owner": (lambda: AttendeeFactory(owner=True), errors.ModeratorPermissions),
    "moderator": (lambda: AttendeeFactory(moderator=True), errors.ModeratorPermissions),
    "guest moderator": (
        lambda: AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR),
        errors.ModeratorPermissions,
    ),
    "group": (lambda: AttendeeFactory(actor_type=ActorType.GROUPS), errors.WrongActorType),
    "value": (AttendeeFactory, errors.InvalidValue),
}


@pytest.mark.parametrize("value", [-1, 256, 10**9])
@pytest.mark.parametrize("case", REFUSALS)
def test_the_first_reason_wins(case, value, django_capture_on_commit_callbacks, heard):
    make, refusal = REFUSALS[case]
    attendee = make()

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(refusal):
        permission.change(attendee, SET, value)

    attendee.refresh_from_db()
    assert (attendee.permissions, heard) == (0, [])


def test_somebody_who_is_gone_has_no_permissions():
    attendee = AttendeeFactory()
    Attendee.objects.filter(pk=attendee.pk).delete()

    with pytest.raises(errors.AttendeeToRemoveNotFound):
        permission.change(attendee, SET, 16)


# Two moderators at once.


def test_what_another_moderator_did_meanwhile_is_kept():
    attendee = AttendeeFactory(permissions=1)
    seen_before = Attendee.objects.select_related("room").get(pk=attendee.pk)
    permission.change(attendee, ADD, 16)

    permission.change(seen_before, ADD, 32)

    attendee.refresh_from_db()
    assert attendee.permissions == 1 | 16 | 32


def test_somebody_promoted_meanwhile_keeps_everything():
    attendee = AttendeeFactory(permissions=1)
    seen_before = Attendee.objects.select_related("room").get(pk=attendee.pk)
    Attendee.objects.filter(pk=attendee.pk).update(participant_type=ParticipantType.MODERATOR)

    with pytest.raises(errors.ModeratorPermissions):
        permission.change(seen_before, ADD, 32)

    attendee.refresh_from_db()
    assert attendee.permissions == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_moderators_who_add_at_the_same_moment_lose_nothing():
    attendee = AttendeeFactory(permissions=1)
    start = threading.Barrier(7)
    outcomes = []

    def add(bit):
        try:
            stale = Attendee.objects.select_related("room").get(pk=attendee.pk)
            start.wait(60)
            permission.change(stale, ADD, bit)
        except Exception as error:
            # Whatever happened is the outcome.
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(2**n,), daemon=True) for n in range(1, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    attendee.refresh_from_db()
    assert (outcomes, attendee.permissions) == ([], 255)
