"""GET /room/{token}/participants (participants.md §2)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from talk.constants import ActorType, LobbyState, ParticipantType
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

URL = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants"

TYPES = {
    "roomToken": str,
    "attendeeId": int,
    "actorType": str,
    "actorId": str,
    "displayName": str,
    "participantType": int,
    "inCall": int,
    "lastPing": int,
    "sessionIds": list,
    "permissions": int,
    "attendeePermissions": int,
    "attendeePin": str,
    "phoneNumber": str,
    "callId": str,
}


@pytest.fixture
def room():
    return RoomFactory(public=True)


@pytest.fixture
def owner(room):
    return AttendeeFactory(room=room, owner=True)


def entries(client, room, **parameters):
    response = client.get(URL.format(room.token), parameters)
    assert response.status_code == 200
    return {entry["attendeeId"]: entry for entry in data_of(response)}


def test_an_entry_says_who_somebody_is_and_what_they_do(sign_in, room, owner):
    attendee = AttendeeFactory(room=room, permissions=35)
    session = SessionFactory(attendee=attendee, in_call=3)

    entry = entries(sign_in(owner), room)[attendee.pk]

    assert entry == {
        "roomToken": room.token,
        "attendeeId": attendee.pk,
        "actorType": "users",
        "actorId": attendee.user.username,
        "displayName": attendee.user.get_full_name(),
        "participantType": 3,
        "inCall": 3,
        "lastPing": int(session.last_ping.timestamp()),
        "sessionIds": [session.session_id],
        "permissions": 35,
        "attendeePermissions": 35,
        "attendeePin": "",
        "phoneNumber": "",
        "callId": "",
    }


@pytest.mark.parametrize("who", ["owner", "user offline", "self-joined", "guest"])
def test_every_key_is_there_and_of_its_type(sign_in, room, owner, who):
    listed = {
        "owner": lambda: owner,
        "user offline": lambda: AttendeeFactory(room=room),
        "self-joined": lambda: (
            SessionFactory(
                attendee__room=room, attendee__participant_type=ParticipantType.SELF_JOINED
            ).attendee
        ),
        "guest": lambda: SessionFactory(attendee=AttendeeFactory(guest=True, room=room)).attendee,
    }[who]()

    entry = entries(sign_in(owner), room)[listed.pk]

    assert {key: type(value) for key, value in entry.items()} == TYPES


def test_sessions_of_one_attendee_are_merged(sign_in, room, owner):
    attendee = AttendeeFactory(room=room)
    phone = SessionFactory(attendee=attendee, holder="phone", in_call=3, age=60)
    desk = SessionFactory(attendee=attendee, holder="desk", in_call=5, age=20)

    entry = entries(sign_in(owner), room)[attendee.pk]

    assert entry["inCall"] == 7
    assert entry["lastPing"] == int(desk.last_ping.timestamp())
    assert set(entry["sessionIds"]) == {phone.session_id, desk.session_id}


def test_somebody_offline_has_no_session_and_no_ping(sign_in, room, owner):
    entry = entries(sign_in(owner), room)[owner.pk]

    assert (entry["sessionIds"], entry["lastPing"], entry["inCall"]) == ([], 0, 0)


def test_a_dead_session_does_not_show_up(sign_in, room, owner):
    attendee = SessionFactory(attendee__room=room, calling=True, age=101).attendee

    entry = entries(sign_in(owner), room)[attendee.pk]

    assert (entry["sessionIds"], entry["lastPing"], entry["inCall"]) == ([], 0, 0)


def test_the_list_is_in_the_order_of_attendee_ids(sign_in, room, owner):
    people = [owner, *AttendeeFactory.create_batch(3, room=room)]

    response = sign_in(owner).get(URL.format(room.token))

    listed = [entry["attendeeId"] for entry in data_of(response)]
    assert listed == sorted(person.pk for person in people)


def test_people_of_other_rooms_are_not_listed(sign_in, room, owner):
    AttendeeFactory(user=owner.user, owner=True)
    SessionFactory()

    assert list(entries(sign_in(owner), room)) == [owner.pk]


@pytest.mark.parametrize(
    ("guest", "listed"),
    [
        ({}, False),
        ({"display_name": "Ada"}, False),
        ({"permissions": 1}, False),
        ({"permissions": 3}, True),
        ({"participant_type": ParticipantType.GUEST_MODERATOR}, True),
        ({"actor_type": ActorType.EMAILS}, True),
    ],
)
def test_which_guests_are_listed_while_away(sign_in, room, owner, guest, listed):
    left = AttendeeFactory(guest=True, room=room, **guest)
    died = AttendeeFactory(guest=True, room=room, **guest)
    SessionFactory(attendee=died, age=101)

    seen = entries(sign_in(owner), room)

    assert [left.pk in seen, died.pk in seen] == [listed, listed]


@pytest.mark.parametrize("age", [0, 60, 99])
def test_a_guest_who_is_there_is_listed(sign_in, room, owner, age):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True, room=room), age=age).attendee

    entry = entries(sign_in(owner), room)[guest.pk]

    assert (entry["actorType"], entry["actorId"], entry["displayName"]) == (
        "guests",
        guest.actor_id,
        "",
    )


def test_a_self_joined_user_whose_session_died_is_gone(sign_in, room, owner):
    SessionFactory(
        attendee__room=room, attendee__participant_type=ParticipantType.SELF_JOINED, age=101
    )

    assert list(entries(sign_in(owner), room)) == [owner.pk]


def test_a_user_without_account_and_name_is_left_out(sign_in, room, owner):
    AttendeeFactory(room=room, user=None, actor_id="gone", display_name="")
    named = AttendeeFactory(room=room, user=None, actor_id="gone2", display_name="Ada")

    assert list(entries(sign_in(owner), room)) == [owner.pk, named.pk]


def test_who_reads_the_address_of_an_email_guest(sign_in, room, owner):
    invited = AttendeeFactory(
        guest=True,
        room=room,
        actor_type=ActorType.EMAILS,
        actor_id="hash",
        invited_address="ada@example.org",
        participant_type=ParticipantType.GUEST_MODERATOR,
    )
    SessionFactory(attendee=invited)
    member = AttendeeFactory(room=room)

    to_moderator = entries(sign_in(owner), room)
    to_member = entries(sign_in(member), room)
    to_self = entries(sign_in(invited.sessions.get()), room)

    assert to_moderator[invited.pk]["invitedActorId"] == "ada@example.org"
    assert to_self[invited.pk]["invitedActorId"] == "ada@example.org"
    assert [entry for entry in to_member.values() if "invitedActorId" in entry] == []
    assert "invitedActorId" not in to_moderator[owner.pk]


@pytest.mark.parametrize(
    ("role", "status"),
    [(1, 200), (2, 200), (3, 200), (4, 403), (5, 200), (6, 200)],
)
def test_who_may_list(sign_in, room, role, status):
    guest = role in {4, 6}
    session = SessionFactory(
        attendee=AttendeeFactory(room=room, guest=guest, participant_type=role)
        if guest
        else AttendeeFactory(room=room, participant_type=role)
    )

    response = sign_in(session).get(URL.format(room.token))

    assert response.status_code == status
    if status == 403:
        assert data_of(response) is None


def test_an_email_guest_may_not_list(sign_in, room):
    invited = AttendeeFactory(guest=True, room=room, actor_type=ActorType.EMAILS)

    response = sign_in(SessionFactory(attendee=invited)).get(URL.format(room.token))

    assert (response.status_code, data_of(response)) == (403, None)


def test_a_guest_in_the_lobby_hears_of_the_lobby_first(sign_in):
    guest = AttendeeFactory(
        guest=True, room=RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)
    )

    response = sign_in(SessionFactory(attendee=guest)).get(URL.format(guest.room.token))

    assert (response.status_code, data_of(response)) == (412, [])


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (60, 412)])
def test_a_timer_that_is_over_opens_the_lobby_in_this_very_request(sign_in, seconds, status):
    timer = timezone.now() + timedelta(seconds=seconds)
    room = RoomFactory(lobby_state=LobbyState.NON_MODERATORS_WAIT, lobby_timer=timer)

    response = sign_in(AttendeeFactory(room=room)).get(URL.format(room.token))

    assert response.status_code == status


def test_a_user_needs_no_session_to_list(sign_in, room):
    attendee = AttendeeFactory(room=room)

    assert list(entries(sign_in(attendee), room)) == [attendee.pk]


@pytest.mark.parametrize("value", ["true", "1", "false", "0", "", "maybe"])
def test_statuses_are_not_offered(sign_in, room, owner, value):
    response = sign_in(owner).get(URL.format(room.token), {"includeStatus": value})

    assert response.status_code == 200
    assert "X-Nextcloud-Has-User-Statuses" not in response.headers
    assert {key for entry in data_of(response) for key in entry} == set(TYPES)


def queries_to_list(sign_in, people):
    room = RoomFactory()
    reader = sign_in(AttendeeFactory(room=room, owner=True))
    for _ in range(people):
        SessionFactory(attendee__room=room, calling=True)
    with CaptureQueriesContext(connection) as queries:
        reader.get(URL.format(room.token))
    return len(queries)


def test_a_long_list_costs_as_many_queries_as_a_short_one(sign_in):
    assert queries_to_list(sign_in, 3) == queries_to_list(sign_in, 30)
