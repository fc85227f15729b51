"""The table "who may do what" (participants.md §12): one row per action, one column per role."""

import pytest
from django.utils import timezone

from talk.constants import LobbyState, ParticipantType, RoomType
from talk.models import Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
BASE = "/ocs/v2.php/apps/spreed/api/v4"
ROLES = list(ParticipantType)
WITHOUT_START = 1 | 4 | 16 | 32
WITH_LOBBY = 1 | 2 | 4 | 8


def seat(room, role, **fields):
    guest = role in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    return AttendeeFactory(room=room, guest=guest, participant_type=role, **fields)


def as_(sign_in, room, role, **fields):
    """A client of somebody in this role who has joined the room."""
    return sign_in(SessionFactory(attendee=seat(room, role, **fields)))


def in_a_call(room):
    """Somebody else is in the room's call."""
    Room.objects.filter(pk=room.pk).update(call_started_at=timezone.now(), call_flags=7)
    return SessionFactory(attendee__room=room, attendee__owner=True, calling=True)


@pytest.fixture
def room():
    return RoomFactory(public=True)


def by_role(*statuses):
    return list(zip(ROLES, statuses, strict=True))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("type_", [RoomType.PUBLIC, RoomType.GROUP])
def test_join_the_conversation(sign_in, type_, role):
    attendee = seat(RoomFactory(type=type_), role)
    client = sign_in(attendee)
    if attendee.user is None:
        client = client.hold(attendee)

    response = client.post(f"{BASE}/room/{attendee.room.token}/participants/active")

    # Guests of a room that is no longer public find it no more; everybody else has a seat.
    lost = type_ == RoomType.GROUP and attendee.user is None
    assert response.status_code == (404 if lost else 200)


@pytest.mark.parametrize("role", [ParticipantType.GUEST, ParticipantType.SELF_JOINED])
@pytest.mark.parametrize(("type_", "status"), [(RoomType.PUBLIC, 200), (RoomType.GROUP, 404)])
def test_join_the_conversation_without_a_seat(sign_in, guest_client, type_, status, role):
    client = guest_client if role == ParticipantType.GUEST else sign_in(UserFactory())

    response = client.post(f"{BASE}/room/{RoomFactory(type=type_).token}/participants/active")

    assert response.status_code == status
    if status == 200:
        assert data_of(response)["participantType"] == role


@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 412, 412, 412, 200))
def test_pass_the_lobby(sign_in, role, status):
    room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)

    response = as_(sign_in, room, role).get(f"{BASE}/call/{room.token}")

    assert response.status_code == status


@pytest.mark.parametrize("role", ROLES)
def test_pass_the_lobby_with_bit_8(sign_in, role):
    room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)

    response = as_(sign_in, room, role, permissions=WITH_LOBBY).get(f"{BASE}/call/{room.token}")

    assert response.status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_list_call_peers(sign_in, room, role):
    response = as_(sign_in, room, role).get(f"{BASE}/call/{room.token}")

    assert response.status_code == 200


@pytest.mark.parametrize("start_calls", [0, 1, 2])
@pytest.mark.parametrize("role", ROLES)
def test_join_a_running_call(sign_in, settings, room, start_calls, role):
    settings.TALK_START_CALLS = start_calls
    in_a_call(room)

    response = as_(sign_in, room, role, permissions=1).post(f"{BASE}/call/{room.token}")

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("start_calls", "role", "status"),
    [
        *((0, *cell) for cell in by_role(200, 200, 200, 200, 200, 200)),
        *((1, *cell) for cell in by_role(200, 200, 200, 403, 200, 200)),
        *((2, *cell) for cell in by_role(200, 200, 403, 403, 403, 200)),
        *((3, *cell) for cell in by_role(403, 403, 403, 403, 403, 403)),
    ],
)
def test_start_a_call(sign_in, settings, start_calls, role, status):
    settings.TALK_START_CALLS, room = start_calls, RoomFactory(public=True)

    response = as_(sign_in, room, role).post(f"{BASE}/call/{room.token}")

    assert response.status_code == status
    assert room.sessions.in_call().exists() is (status == 200)


@pytest.mark.parametrize("start_calls", [0, 1])
@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 403, 403, 403, 200))
def test_start_a_call_without_bit_2(sign_in, settings, start_calls, role, status):
    settings.TALK_START_CALLS, room = start_calls, RoomFactory(public=True)

    client = as_(sign_in, room, role, permissions=WITHOUT_START)

    assert client.post(f"{BASE}/call/{room.token}").status_code == status


@pytest.mark.parametrize("role", ROLES)
def test_nobody_joins_when_calls_are_switched_off(sign_in, settings, room, role):
    settings.TALK_START_CALLS = 3
    in_a_call(room)

    response = as_(sign_in, room, role).post(f"{BASE}/call/{room.token}")

    assert (response.status_code, data_of(response)) == (403, [])


@pytest.mark.parametrize(("role", "ends"), by_role(True, True, False, False, False, True))
def test_end_the_call_for_everyone(sign_in, room, role, ends):
    in_a_call(room)

    response = as_(sign_in, room, role).delete(
        f"{BASE}/call/{room.token}", query_params={"all": "true"}
    )

    room.refresh_from_db()
    assert response.status_code == 200
    assert room.has_call is not ends


@pytest.mark.parametrize(
    ("rule", "role", "status"),
    [
        *((("moderators", 0), *cell) for cell in by_role(200, 200, 403, 403, 403, 200)),
        *((("start-call", 0), *cell) for cell in by_role(200, 200, 200, 200, 200, 200)),
        *((("start-call", WITHOUT_START), *cell) for cell in by_role(200, 200, 403, 403, 403, 200)),
    ],
)
def test_ring(sign_in, settings, rule, role, status):
    settings.TALK_RING_RULE, permissions = rule
    room = RoomFactory(public=True)
    in_a_call(room)
    target = AttendeeFactory(room=room)
    caller = seat(room, role, permissions=permissions)
    client = sign_in(SessionFactory(attendee=caller, calling=True))

    response = client.post(f"{BASE}/call/{room.token}/ring/{target.pk}")

    assert response.status_code == status


@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 403, 403, 403, 200))
def test_download_the_call_list(sign_in, room, role, status):
    caller = in_a_call(room)
    caller.attendee.last_joined_call = timezone.now()
    caller.attendee.save()

    response = as_(sign_in, room, role).get(f"{BASE}/call/{room.token}/download")

    assert response.status_code == status


@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 200, 403, 200, 200))
def test_list_participants(sign_in, room, role, status):
    response = as_(sign_in, room, role).get(f"{BASE}/room/{room.token}/participants")

    assert response.status_code == status


@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 403, 401, 403, 401))
def test_add_participants(sign_in, room, role, status):
    user = UserFactory()

    response = as_(sign_in, room, role).post(
        f"{BASE}/room/{room.token}/participants", {"newParticipant": user.username}, JSON
    )

    assert response.status_code == status
    assert room.attendees.filter(user=user).exists() is (status == 200)


@pytest.mark.parametrize(
    "action",
    [
        ("delete", "attendees", ParticipantType.USER),
        ("post", "moderators", ParticipantType.USER),
        ("delete", "moderators", ParticipantType.MODERATOR),
    ],
)
@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 403, 403, 403, 200))
def test_remove_promote_and_demote(sign_in, room, action, role, status):
    method, path, target_role = action
    target = seat(room, target_role)

    response = getattr(as_(sign_in, room, role), method)(
        f"{BASE}/room/{room.token}/{path}", {"attendeeId": target.pk}, JSON
    )

    assert response.status_code == status


@pytest.mark.parametrize(
    "action",
    [
        ("webinar/lobby", {"state": 1}),
        ("read-only", {"state": 1}),
        ("listable", {"scope": 1}),
    ],
)
@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 403, 401, 403, 401))
def test_lobby_read_only_and_listable(sign_in, room, action, role, status):
    path, parameters = action

    response = as_(sign_in, room, role).put(f"{BASE}/room/{room.token}/{path}", parameters, JSON)

    room.refresh_from_db()
    assert response.status_code == status
    changed = (room.lobby_state, room.read_only, room.listable) != (0, False, 0)
    assert changed is (status == 200)


@pytest.mark.parametrize(
    "action",
    [
        ("put", "", {"roomName": "New"}),
        ("put", "/description", {"description": "New"}),
        ("put", "/password", {"password": "a long and good one"}),
        ("delete", "", {}),
    ],
)
@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 403, 403, 403, 200))
def test_name_describe_protect_and_delete(sign_in, room, action, role, status):
    method, path, parameters = action
    before = Room.objects.values().get()

    response = getattr(as_(sign_in, room, role), method)(
        f"{BASE}/room/{room.token}{path}", parameters, JSON
    )

    assert response.status_code == status
    assert (Room.objects.values().first() == before) is (status != 200)


@pytest.mark.parametrize(("role", "status"), by_role(403, 200, 200, 200, 200, 200))
def test_be_removed_by_others(sign_in, room, role, status):
    moderator, target = seat(room, ParticipantType.MODERATOR), seat(room, role)

    response = sign_in(moderator).delete(
        f"{BASE}/room/{room.token}/attendees", {"attendeeId": target.pk}, JSON
    )

    assert response.status_code == status
    assert room.attendees.filter(pk=target.pk).exists() is (status != 200)


@pytest.mark.parametrize(("role", "status"), by_role(400, 200, 400, 400, 400, 200))
def test_be_demoted_by_others(sign_in, room, role, status):
    moderator, target = seat(room, ParticipantType.MODERATOR), seat(room, role)

    response = sign_in(moderator).delete(
        f"{BASE}/room/{room.token}/moderators", {"attendeeId": target.pk}, JSON
    )

    assert response.status_code == status


@pytest.mark.parametrize(("role", "status"), by_role(200, 200, 200, 401, 200, 401))
def test_leave_for_good(sign_in, room, role, status):
    seat(room, ParticipantType.MODERATOR)

    response = as_(sign_in, room, role).delete(f"{BASE}/room/{room.token}/participants/self")

    assert response.status_code == status


@pytest.mark.parametrize(("role", "status"), by_role(400, 400, 200, 401, 200, 401))
def test_leave_for_good_while_other_users_remain_without_moderator(sign_in, room, role, status):
    seat(room, ParticipantType.USER)

    response = as_(sign_in, room, role).delete(f"{BASE}/room/{room.token}/participants/self")

    assert response.status_code == status
