"""The permission classes on a host's own DRF view (talk/api/permissions.py)."""

import pytest
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from talk.api.permissions import (
    CallsEnabled,
    IsModerator,
    IsParticipant,
    LobbyPassed,
    MayRing,
    RefusesAsTalk,
    RoomVisible,
    RoomWritable,
    holds,
    participant_of,
)
from talk.constants import LobbyState, ParticipantType, Permission, RoomType
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

CAN_START, CAN_SHOW = holds(Permission.CALL_START), holds(Permission.PUBLISH_SCREEN)
RULES = {
    "visible": [RoomVisible],
    "participant": [IsParticipant],
    "moderator": [IsParticipant, IsModerator],
    "writable": [RoomWritable],
    "lobby": [IsParticipant, LobbyPassed],
    "start": [CAN_START],
    "ring": [MayRing],
    "calls": [CallsEnabled],
    "moderator-or-start": [IsModerator | CAN_START],
    "start-and-show": [CAN_START & CAN_SHOW],
    "no-moderator": [IsParticipant, ~IsModerator],
    "account": [IsAuthenticated, IsParticipant],
}


class Minutes(APIView):
    """A page of the host about a room."""

    def get(self, request, token):
        return Response(participant_of(request, self).room.token)


class TalkingMinutes(RefusesAsTalk, Minutes):
    """The same, refusing as Talk does."""


class OddMinutes(APIView):
    """The same, with another name for the token."""

    permission_classes = [IsParticipant]
    room_url_kwarg = "place"

    def get(self, request, place):
        return Response(participant_of(request, self).attendee.actor_id)


urlpatterns = [path("odd/<slug:place>/", OddMinutes.as_view())]
for name, classes in RULES.items():
    urlpatterns += [
        path(f"plain/{name}/<slug:token>/", Minutes.as_view(permission_classes=classes)),
        path(f"talk/{name}/<slug:token>/", TalkingMinutes.as_view(permission_classes=classes)),
    ]


def ask(client, rule, room, door="plain"):
    return client.get(f"/{door}/{rule}/{room.token}/").status_code


def role(room, participant_type, **fields):
    guest = participant_type in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    attendee = AttendeeFactory(room=room, guest=guest, participant_type=participant_type, **fields)
    return SessionFactory(attendee=attendee)


@pytest.fixture
def room():
    return RoomFactory(public=True)


# Each rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "statuses"),
    [
        # to a visitor, a stranger, a member
        ({"type": RoomType.PUBLIC}, [200, 200, 200]),
        ({"type": RoomType.GROUP, "listable": 1}, [403, 200, 200]),
        ({"type": RoomType.GROUP}, [403, 403, 200]),
        ({"type": RoomType.ONE_TO_ONE, "listable": 2}, [403, 403, 200]),
    ],
)
def test_room_visible(guest_client, sign_in, room, statuses):
    room = RoomFactory(**room)
    clients = [guest_client, sign_in(UserFactory()), sign_in(AttendeeFactory(room=room))]

    assert [ask(client, "visible", room) for client in clients] == statuses


@pytest.mark.parametrize("participant_type", ParticipantType)
def test_is_participant(guest_client, sign_in, room, participant_type):
    assert ask(sign_in(role(room, participant_type)), "participant", room) == 200
    assert ask(sign_in(UserFactory()), "participant", room) == 403
    assert ask(guest_client, "participant", room) == 403


def test_a_guest_without_a_live_session_is_no_participant(sign_in, room):
    session = SessionFactory(attendee=AttendeeFactory(guest=True, room=room), age=101)

    assert ask(sign_in(session), "participant", room) == 403


@pytest.mark.parametrize(
    ("participant_type", "status"), [(1, 200), (2, 200), (3, 403), (4, 403), (5, 403), (6, 200)]
)
def test_is_moderator(sign_in, room, participant_type, status):
    assert ask(sign_in(role(room, participant_type)), "moderator", room) == status


@pytest.mark.parametrize(
    ("fields", "status"),
    [({}, 200), ({"read_only": True}, 403), ({"type": RoomType.CHANGELOG}, 403)],
)
def test_room_writable(sign_in, fields, status):
    attendee = AttendeeFactory(room=RoomFactory(**fields))

    assert ask(sign_in(attendee), "writable", attendee.room) == status


@pytest.mark.parametrize(
    ("participant_type", "own", "status"),
    [(1, 0, 200), (3, 0, 403), (3, 8, 200), (4, 0, 403), (4, 8, 200), (6, 0, 200)],
)
def test_lobby_passed(sign_in, participant_type, own, status):
    room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)

    client = sign_in(role(room, participant_type, permissions=own))

    assert ask(client, "lobby", room) == status


@pytest.mark.parametrize(("own", "status"), [(0, 200), (2, 200), (1, 403), (255 - 2, 403)])
def test_holds_a_permission(sign_in, room, own, status):
    assert ask(sign_in(role(room, ParticipantType.USER, permissions=own)), "start", room) == status


def test_each_permission_has_a_rule_of_its_own():
    assert (CAN_START.__name__, CAN_START.permission) == ("HoldsCALL_START", Permission.CALL_START)
    assert (CAN_SHOW.__name__, CAN_SHOW.permission) == (
        "HoldsPUBLISH_SCREEN",
        Permission.PUBLISH_SCREEN,
    )


@pytest.mark.parametrize(("rule", "status"), [("moderators", 403), ("start-call", 200)])
def test_may_ring(sign_in, settings, room, rule, status):
    settings.TALK_RING_RULE = rule

    assert ask(sign_in(role(room, ParticipantType.USER)), "ring", room) == status
    assert ask(sign_in(role(room, ParticipantType.OWNER)), "ring", room) == 200


@pytest.mark.parametrize(("start_calls", "status"), [(0, 200), (2, 200), (3, 403)])
def test_calls_enabled(sign_in, settings, room, start_calls, status):
    settings.TALK_START_CALLS = start_calls

    assert ask(sign_in(role(room, ParticipantType.OWNER)), "calls", room) == status


# Together ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "who", "status"),
    [
        ("moderator-or-start", (ParticipantType.MODERATOR, 1), 200),
        ("moderator-or-start", (ParticipantType.USER, 2), 200),
        ("moderator-or-start", (ParticipantType.USER, 1), 403),
        ("start-and-show", (ParticipantType.USER, 2 | 64), 200),
        ("start-and-show", (ParticipantType.USER, 2), 403),
        ("start-and-show", (ParticipantType.USER, 64), 403),
        ("no-moderator", (ParticipantType.USER, 0), 200),
        ("no-moderator", (ParticipantType.OWNER, 0), 403),
        ("account", (ParticipantType.USER, 0), 200),
        ("account", (ParticipantType.GUEST, 0), 403),
    ],
)
def test_rules_combine(sign_in, room, rule, who, status):
    participant_type, own = who
    client = sign_in(role(room, participant_type, permissions=own))

    assert ask(client, rule, room) == status


@pytest.mark.parametrize("rule", sorted(set(RULES) - {"calls"}))
def test_no_rule_lets_anybody_into_a_room_that_is_not_there(sign_in, rule):
    room = RoomFactory.build(token="nowhere1")

    assert ask(sign_in(UserFactory()), rule, room) == 403


def test_the_view_may_name_the_token_otherwise(sign_in):
    attendee = AttendeeFactory()

    response = sign_in(attendee).get(f"/odd/{attendee.room.token}/")

    assert (response.status_code, response.json()) == (200, attendee.actor_id)


def test_all_rules_of_a_view_together_cost_one_query(sign_in, django_assert_num_queries):
    attendee = AttendeeFactory()
    client = sign_in(attendee)

    # Django's session, its user, and who they are in the room.
    with django_assert_num_queries(3):
        ask(client, "lobby", attendee.room)


# Refusing as Talk does ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "room", "status", "reason"),
    [
        ("visible", {}, 404, "There is no such room, or none that the caller may know of."),
        ("participant", {}, 404, None),
        ("moderator", {"seat": {}}, 403, "Only moderators may do this."),
        ("writable", {"seat": {}, "read_only": True}, 403, "The room takes no calls."),
        ("lobby", {"seat": {}, "lobby_state": 1}, 412, "The caller has to wait in the lobby."),
        ("start", {"seat": {"permissions": 1}}, 403, None),
        ("ring", {"seat": {}}, 403, None),
        ("moderator-or-start", {"seat": {"permissions": 1}}, 403, None),
        ("account", {"seat": {}}, 200, None),
    ],
)
def test_a_broken_rule_answers_with_talks_status(sign_in, rule, room, status, reason):
    fields = dict(room)
    seat = fields.pop("seat", None)
    room = RoomFactory(**fields)
    who = UserFactory() if seat is None else AttendeeFactory(room=room, **seat)

    response = sign_in(who).get(f"/talk/{rule}/{room.token}/")

    assert response.status_code == status
    if reason:
        assert response.json() == {"detail": reason}


def test_the_first_broken_rule_answers(sign_in):
    room = RoomFactory(public=True, lobby_state=LobbyState.NON_MODERATORS_WAIT)

    assert ask(sign_in(UserFactory()), "lobby", room, door="talk") == 404


def test_calls_that_are_switched_off_answer_403(sign_in, settings, room):
    settings.TALK_START_CALLS = 3

    assert ask(sign_in(UserFactory()), "calls", room, door="talk") == 403


def test_whoever_passes_is_answered_alike(sign_in, room):
    client = sign_in(role(room, ParticipantType.OWNER))

    plain = client.get(f"/plain/moderator/{room.token}/")
    talking = client.get(f"/talk/moderator/{room.token}/")

    assert (plain.json(), talking.json()) == (room.token, room.token)
