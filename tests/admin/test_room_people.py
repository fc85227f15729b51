"""The people on a room's page: adding, removing, roles, permissions, names."""

import pytest

from talk.constants import ActorType, ParticipantType, Permission, RoomType
from talk.models import Attendee
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

P = ParticipantType
AUDIO = int(Permission.PUBLISH_AUDIO)


def seat_choices(page, index=0):
    [seats, *_others] = page.context["inline_admin_formsets"]
    field = seats.formset.forms[index].fields["participant_type"]
    return [int(value) for value, _label in field.choices]


def new_seat(user, role=P.USER):
    return {"attendees-2-0-user": user.pk, "attendees-2-0-participant_type": str(int(role))}


def errors_in(page):
    """All errors of the people's rows."""
    return [
        message
        for inline in page.context["inline_admin_formsets"]
        for errors in inline.formset.errors
        for messages in errors.values()
        for message in messages
    ]


@pytest.mark.parametrize("role", [P.USER, P.MODERATOR, P.OWNER])
def test_adding_a_user_fills_the_seat_from_the_account(boss, told, role):
    room = RoomFactory()
    user = UserFactory(first_name="Ada", last_name="Lee")

    assert told(boss.save, room, **new_seat(user, role)) == ["attendee_added"]

    seat = room.attendees.get()
    assert (
        seat.actor_type,
        seat.actor_id,
        seat.display_name,
        seat.user,
        seat.participant_type,
    ) == (
        ActorType.USERS,
        user.username,
        "Ada Lee",
        user,
        role,
    )


def test_adding_somebody_who_is_in_the_room_is_refused(boss):
    seat = AttendeeFactory()

    page = boss.save(seat.room, **new_seat(seat.user))

    assert errors_in(page) == ["This user is in the room already."]


def test_adding_an_inactive_account_is_refused(boss):
    page = boss.save(RoomFactory(), **new_seat(UserFactory(is_active=False)))

    assert errors_in(page) == ["This account is not active."]


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        ({"type": RoomType.GROUP}, True),
        ({"type": RoomType.CHANGELOG}, True),
        ({"type": RoomType.ONE_TO_ONE}, False),
        ({"type": RoomType.FORMER_ONE_TO_ONE}, False),
        ({"type": RoomType.NOTE_TO_SELF}, False),
        ({"type": RoomType.PUBLIC, "object_type": "share:password", "object_id": "1"}, False),
    ],
)
def test_people_can_be_added_where_the_room_is_open_to_them(boss, facts, offered):
    page = boss.open(RoomFactory(**facts))

    inlines = [type(inline.opts).__name__ for inline in page.context["inline_admin_formsets"]]
    assert ("NewSeatInline" in inlines) == offered


def test_removing_somebody_ends_their_call(boss, told):
    room = RoomFactory(with_call=True)
    SessionFactory(attendee__room=room, calling=True)

    events = told(boss.save, room, **{"attendees-0-DELETE": "on"})

    assert events == ["call_left", "call_ended", "attendee_removed"]
    assert not Attendee.objects.exists()


def test_owner_cannot_be_ticked_for_removal(boss):
    owner = AttendeeFactory(owner=True)

    response = boss.save(owner.room, **{"attendees-0-DELETE": "on"})

    assert response.status_code == 302
    assert Attendee.objects.get() == owner


def test_nobody_can_be_removed_from_a_one_to_one(boss):
    seat = AttendeeFactory(room__type=RoomType.ONE_TO_ONE, owner=True)

    page = boss.open(seat.room)

    [seats, *_others] = page.context["inline_admin_formsets"]
    assert not seats.formset.can_delete


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (P.OWNER, [P.OWNER]),
        (P.MODERATOR, [P.MODERATOR, P.USER]),
        (P.USER, [P.USER, P.MODERATOR]),
        (P.SELF_JOINED, [P.SELF_JOINED, P.USER, P.MODERATOR]),
        (P.GUEST, [P.GUEST, P.GUEST_MODERATOR]),
        (P.GUEST_MODERATOR, [P.GUEST_MODERATOR, P.GUEST]),
    ],
)
def test_form_offers_the_roles_that_somebody_can_take(boss, role, offered):
    is_guest = role in {P.GUEST, P.GUEST_MODERATOR}
    seat = AttendeeFactory(guest=is_guest, participant_type=role)

    page = boss.open(seat.room)

    assert seat_choices(page) == offered


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (P.USER, P.MODERATOR),
        (P.MODERATOR, P.USER),
        (P.SELF_JOINED, P.USER),
        (P.SELF_JOINED, P.MODERATOR),
        (P.GUEST, P.GUEST_MODERATOR),
        (P.GUEST_MODERATOR, P.GUEST),
    ],
)
def test_changing_a_role(boss, told, before, after):
    is_guest = before in {P.GUEST, P.GUEST_MODERATOR}
    seat = AttendeeFactory(guest=is_guest, participant_type=before)

    events = told(boss.save, seat.room, **{"attendees-0-participant_type": str(int(after))})

    seat.refresh_from_db()
    assert (seat.participant_type, events) == (after, ["attendee_role_changed"])


@pytest.mark.parametrize(
    ("ticked", "stored"),
    [
        ([AUDIO], AUDIO | Permission.CUSTOM),
        ([1], Permission.CUSTOM),
        ([1, AUDIO], AUDIO | Permission.CUSTOM),
        ([], Permission.DEFAULT),
    ],
)
def test_own_permissions_are_the_sum_of_the_boxes(boss, ticked, stored):
    seat = AttendeeFactory(permissions=Permission.CUSTOM | Permission.CHAT)

    boss.save(seat.room, **{"attendees-0-permissions": ticked})

    seat.refresh_from_db()
    assert seat.permissions == stored


def test_permissions_stay_as_they_are_if_nobody_touches_them(boss):
    # Without the mark of own rules, as adding to the defaults stores it.
    seat = AttendeeFactory(permissions=AUDIO)

    boss.save(seat.room, **{"attendees-0-participant_type": "3"})

    seat.refresh_from_db()
    assert seat.permissions == AUDIO


def test_promotion_comes_before_permissions(boss):
    seat = AttendeeFactory()

    boss.save(
        seat.room, **{"attendees-0-participant_type": "2", "attendees-0-permissions": [AUDIO]}
    )

    seat.refresh_from_db()
    assert (seat.participant_type, seat.permissions) == (P.MODERATOR, Permission.DEFAULT)


def test_guest_gets_a_name(boss):
    guest = AttendeeFactory(guest=True)

    boss.save(guest.room, **{"attendees-0-display_name": " Ada "})

    guest.refresh_from_db()
    assert guest.display_name == "Ada"


def test_name_of_an_account_stays(boss):
    seat = AttendeeFactory(display_name="Ada")

    boss.save(seat.room, **{"attendees-0-display_name": "Mallory"})

    seat.refresh_from_db()
    assert seat.display_name == "Ada"
