"""The permissions endpoints over HTTP (participants.md §9)."""

import pytest

from talk import signals
from talk.constants import ActorType, ParticipantType, RoomType
from talk.models import Attendee
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"
ONE = ROOM + "/attendees/permissions"
ALL = ROOM + "/attendees/permissions/all"
DEFAULT = ROOM + "/permissions/default"
CALL = ROOM + "/permissions/call"


@pytest.fixture
def moderator():
    return AttendeeFactory(moderator=True, room=RoomFactory(public=True))


def put(client, url, room, **parameters):
    return client.put(url.format(room.token), parameters, JSON)


def answer_of(response):
    return response.status_code, data_of(response)


# One attendee.


@pytest.mark.parametrize(
    "case", [("set", 34, 35, 35), ("set", 0, 0, 51), ("add", 4, 55, 55), ("remove", 16, 35, 35)]
)
def test_one_attendee_is_answered_as_in_the_list(sign_in, moderator, case):
    method, value, own, effective = case
    moderator.room.default_permissions = 51
    moderator.room.save()
    attendee = SessionFactory(attendee__room=moderator.room).attendee
    client = sign_in(moderator)

    response = put(
        client, ONE, moderator.room, attendeeId=attendee.pk, method=method, permissions=value
    )

    listed = data_of(client.get(f"{ROOM.format(moderator.room.token)}/participants"))
    assert answer_of(response) == (
        200,
        [entry for entry in listed if entry["attendeeId"] == attendee.pk],
    )
    entry = data_of(response)[0]
    assert (entry["attendeePermissions"], entry["permissions"]) == (own, effective)


def test_also_somebody_whom_the_list_does_not_show_is_answered(sign_in, moderator):
    guest = AttendeeFactory(guest=True, room=moderator.room)

    response = put(
        sign_in(moderator), ONE, moderator.room, attendeeId=guest.pk, method="set", permissions=0
    )

    assert [entry["attendeeId"] for entry in data_of(response)] == [guest.pk]


@pytest.mark.parametrize("role", [ParticipantType.OWNER, ParticipantType.GUEST_MODERATOR])
def test_every_moderator_may(sign_in, role):
    guest = role == ParticipantType.GUEST_MODERATOR
    caller = SessionFactory(
        attendee=AttendeeFactory(room=RoomFactory(public=True), guest=guest, participant_type=role)
    )
    attendee = AttendeeFactory(room=caller.room)

    response = put(
        sign_in(caller), ONE, caller.room, attendeeId=attendee.pk, method="set", permissions=16
    )

    assert response.status_code == 200
    attendee.refresh_from_db()
    assert attendee.permissions == 17


def test_a_change_takes_effect_with_the_next_flags(sign_in, moderator):
    session = SessionFactory(attendee__room=moderator.room)
    put(
        sign_in(moderator),
        ONE,
        moderator.room,
        attendeeId=session.attendee_id,
        method="remove",
        permissions=32,
    )

    sign_in(session).post(
        f"/ocs/v2.php/apps/spreed/api/v4/call/{moderator.room.token}", {"flags": 7}
    )

    session.refresh_from_db()
    assert session.in_call == 3


def target_for(wrong, room):
    if "attendee" in wrong:
        return AttendeeFactory().pk
    kind = ActorType.GROUPS if "target type" in wrong else ActorType.USERS
    return AttendeeFactory(room=room, moderator="target role" in wrong, actor_type=kind).pk


STEPS = {
    "permissions": (400, {"error": "permissions"}),
    "attendee": (404, {"error": "participant"}),
    "room type": (400, {"error": "room-type"}),
    "target role": (403, {"error": "moderator"}),
    "target type": (400, {"error": "type"}),
    "method": (400, {"error": "method"}),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_first_reason_wins(sign_in, step):
    wrong = list(STEPS)[list(STEPS).index(step) :]
    type_ = RoomType.ONE_TO_ONE if "room type" in wrong else RoomType.GROUP
    caller = AttendeeFactory(owner=True, room=RoomFactory(type=type_))

    response = put(
        sign_in(caller),
        ONE,
        caller.room,
        attendeeId=target_for(wrong, caller.room),
        permissions=256 if "permissions" in wrong else 16,
        method="mode" if "method" in wrong else "set",
    )

    assert answer_of(response) == STEPS[step]
    assert not Attendee.objects.exclude(permissions=0).exists()


def test_ones_own_permissions_are_a_moderators(sign_in, moderator):
    response = put(
        sign_in(moderator), ONE, moderator.room,
        attendeeId=moderator.pk, method="set", permissions=16,
    )  # fmt: skip

    assert answer_of(response) == (403, {"error": "moderator"})


def test_the_old_name_of_the_method_is_not_read(sign_in, moderator):
    attendee = AttendeeFactory(room=moderator.room)

    response = put(
        sign_in(moderator), ONE, moderator.room,
        attendeeId=attendee.pk, mode="set", permissions=16,
    )  # fmt: skip

    assert answer_of(response) == (400, {"error": "method"})


@pytest.mark.django_db(transaction=True)
def test_somebody_who_goes_meanwhile_is_not_found(sign_in, moderator):
    attendee = AttendeeFactory(room=moderator.room)

    def remove(**said):
        Attendee.objects.filter(pk=attendee.pk).delete()

    signals.attendee_permissions_changed.connect(remove)
    try:
        response = put(
            sign_in(moderator), ONE, moderator.room,
            attendeeId=attendee.pk, method="set", permissions=16,
        )  # fmt: skip
    finally:
        signals.attendee_permissions_changed.disconnect(remove)

    assert answer_of(response) == (404, {"error": "participant"})


# The room's default, and what is left of older ways.


@pytest.mark.parametrize(("value", "stored"), [(34, 35), (0, 0), (255, 255)])
def test_the_default_is_answered_with_the_room(sign_in, moderator, value, stored):
    user = AttendeeFactory(room=moderator.room, permissions=1)
    client = sign_in(moderator)

    response = put(client, DEFAULT, moderator.room, permissions=value)

    assert answer_of(response) == (200, data_of(client.get(ROOM.format(moderator.room.token))))
    assert data_of(response)["defaultPermissions"] == stored
    user.refresh_from_db()
    assert (user.permissions, user.effective_permissions()) == (0, stored or 246)


@pytest.mark.parametrize(
    "type_", [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE, RoomType.NOTE_TO_SELF]
)
@pytest.mark.parametrize(
    ("url", "value", "reason"),
    [
        (DEFAULT, 256, "permissions"),
        (CALL, 256, "permissions"),
        (CALL, 16, "mode"),
        (DEFAULT, 16, "type"),
    ],
)
def test_the_first_reason_to_refuse_a_default_wins(sign_in, type_, url, value, reason):
    caller = AttendeeFactory(owner=True, room=RoomFactory(type=type_))

    response = put(sign_in(caller), url, caller.room, permissions=value)

    assert answer_of(response) == (400, {"error": reason})


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
@pytest.mark.parametrize("value", [0, 16, 255])
def test_a_call_has_no_permissions_of_its_own(sign_in, type_, value):
    caller = AttendeeFactory(owner=True, room=RoomFactory(type=type_))

    response = put(sign_in(caller), CALL, caller.room, permissions=value)

    assert answer_of(response) == (400, {"error": "mode"})
    caller.room.refresh_from_db()
    assert caller.room.default_permissions == 0


@pytest.mark.parametrize("mode", ["calls", "Default", "0", ""])
def test_another_mode_is_no_route(sign_in, moderator, mode):
    response = put(sign_in(moderator), ROOM + "/permissions/" + mode, moderator.room, permissions=1)

    assert response.status_code == 404
    assert response.json()["ocs"]["meta"]["statuscode"] == 998


@pytest.mark.parametrize("parameters", [{}, {"method": "set", "permissions": 16}])
def test_permissions_of_everybody_at_once_are_gone(sign_in, moderator, parameters):
    user = AttendeeFactory(room=moderator.room)

    response = put(sign_in(moderator), ALL, moderator.room, **parameters)

    assert answer_of(response) == (400, None)
    user.refresh_from_db()
    assert user.permissions == 0
