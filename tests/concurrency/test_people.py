"""People are invited, banned, renamed, given rights and deleted at once."""

from functools import partial

from django.core import mail

from talk import ban, call, errors, invitation, participant, permission
from talk import session as sessions
from talk.actor import Actor
from talk.constants import Permission, PermissionMethod
from talk.models import Attendee, Notification, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

SITE = "https://talk.example.org/"


def failures(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_two_moderators_give_one_attendee_different_rights(together):
    attendee = AttendeeFactory(permissions=Permission.CUSTOM)
    rights = [Permission.PUBLISH_AUDIO, Permission.PUBLISH_VIDEO, Permission.LOBBY_IGNORE]

    outcomes = together(
        *(
            partial(permission.change, attendee, PermissionMethod.ADD, right)
            for right in rights
            for _moderator in range(2)
        )
    )

    assert failures(outcomes) == []
    attendee.refresh_from_db()
    assert attendee.permissions == sum(rights) + Permission.CUSTOM


def test_rights_of_one_meet_the_rights_of_all(together):
    room = RoomFactory()
    attendees = AttendeeFactory.create_batch(3, room=room)

    outcomes = together(
        partial(permission.set_default, room, Permission.CALL_START),
        *(partial(permission.change, each, PermissionMethod.SET, 255) for each in attendees),
        partial(permission.set_default, room, Permission.CALL_JOIN),
    )

    assert failures(outcomes) == []
    stored = set(room.attendees.values_list("permissions", flat=True))
    assert stored <= {0, 255}
    assert Room.objects.get().default_permissions in {3, 5}


def test_who_is_banned_while_they_enter_has_no_seat_afterwards(together):
    room = RoomFactory(public=True)
    moderator = AttendeeFactory(owner=True, room=room)
    user = UserFactory()

    outcomes = together(
        *(partial(sessions.enter, room, Actor(user, f"browser-{n}")) for n in range(10)),
        partial(ban.create, room, "users", user.username, by=moderator),
    )

    assert {type(failure) for failure in failures(outcomes)} <= {errors.JoinBanned}
    assert list(room.attendees.all()) == [moderator]
    assert not Session.objects.exists()


def test_an_address_invited_often_gets_one_seat_and_one_mail(together, count):
    room = RoomFactory()
    moderator = AttendeeFactory(owner=True, room=room)

    outcomes = together(
        *(
            partial(invitation.invite, room, "gina@example.org", by=moderator, site_url=SITE)
            for _ in range(10)
        )
    )

    assert failures(outcomes) == []
    assert {outcome.pk for outcome in outcomes} == {room.attendees.get(actor_type="emails").pk}
    assert (len(mail.outbox), count("attendee_added")) == (1, 1)


def test_a_guest_takes_a_name_while_being_removed(together):
    guest = AttendeeFactory(guest=True)

    outcomes = together(
        *(partial(participant.rename_guest, guest, f"Name {n}") for n in range(5)),
        partial(participant.remove, guest),
    )

    assert failures(outcomes) == []
    assert not Attendee.objects.exists()


def test_a_user_is_deleted_in_the_middle_of_a_call(together, count):
    room = RoomFactory(public=True)
    ada = SessionFactory(attendee__room=room, attendee__owner=True)
    others = [SessionFactory(attendee__room=room) for _ in range(5)]
    call.join(ada)

    outcomes = together(
        ada.attendee.user.delete, *(partial(call.join, session) for session in others)
    )

    assert failures(outcomes) == []
    assert Room.objects.get().has_call
    assert set(Session.objects.in_call().values_list("pk", flat=True)) == {s.pk for s in others}
    assert not Attendee.objects.filter(actor_id=ada.attendee.actor_id).exists()
    assert (count("call_started"), count("call_left"), count("call_ended")) in {
        (1, 1, 0),
        (2, 1, 1),
    }
    assert not Notification.objects.filter(user=ada.attendee.user_id).exists()


def test_the_only_caller_is_deleted_while_hanging_up(together, count):
    room = RoomFactory(public=True)
    AttendeeFactory(room=room)
    ada = SessionFactory(attendee__room=room, attendee__owner=True)
    call.join(ada)

    outcomes = together(ada.attendee.user.delete, partial(call.leave, ada))

    assert {type(failure) for failure in failures(outcomes)} <= {
        errors.NoSession,
        errors.RoomNotFound,
    }
    assert (count("call_ended"), Room.objects.get().call_started_at) == (1, None)
