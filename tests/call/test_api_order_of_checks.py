"""The first of several reasons to refuse wins (call.md §1, and the own order of each endpoint)."""

from functools import partial

import pytest
from django.utils import timezone

from talk.constants import LobbyState, ParticipantType, RoomType
from tests.call.endpoints import NO_BODY, NO_ENVELOPE, answer_of, ask
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

ORDER = {
    "peers": {
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "calls": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "read-only": (403, []),
        "lobby": (412, []),
    },
    "join": {
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "calls": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "read-only": (403, []),
        "lobby": (412, []),
        "range": (400, {"error": "flags"}),
        "consent": (400, {"error": "consent"}),
        "session": (404, None),
        "room type": (400, {"error": "type"}),
        "start": (403, []),
    },
    "change_flags": {
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "read-only": (403, []),
        "lobby": (412, []),
        "range": (400, {"error": "flags"}),
        "session": (404, None),
        "in the call": (400, None),
        "first bit": (400, None),
    },
    "leave": {
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "read-only": (403, []),
        "lobby": (412, []),
        "session": (404, None),
    },
    "ring": {
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "calls": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "lobby": (412, []),
        "role": (403, []),
        "range": (400, {"error": "attendeeId"}),
        "call": (400, {"error": "in-call"}),
        "in the call": (400, {"error": "in-call"}),
        "target exists": (404, None),
        "target is a user": (400, {"error": "actor-type"}),
        "target is here": (404, None),
        "target may be disturbed": (400, {"error": "status"}),
        "target is not in the call": (400, {"error": "in-call"}),
    },
    "dial_out": {
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "calls": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "lobby": (412, []),
        "start permission": (403, []),
        "range": (400, {"error": "attendeeId"}),
        "call": (400, None),
        "in the call": (400, None),
        "target exists": (404, None),
        "target is here": (404, None),
        "telephone line": (501, {"error": "backend"}),
    },
    "download": {
        "talk": (403, []),
        "room": (404, []),
        "seat": (404, []),
        "role": (403, []),
        "call": (400, NO_BODY),
        "somebody joined": (400, NO_BODY),
    },
    "state": {
        "login": (401, []),
        "csrf": (412, NO_ENVELOPE),
        "talk": (403, []),
        "seat": (404, None),
        "call": (201, None),
    },
}

FINE = {
    "peers": (200, []),
    "join": (200, None),
    "change_flags": (200, None),
    "leave": (200, None),
    "ring": (200, None),
    "dial_out": (501, {"error": "backend"}),
    "download": (200, NO_ENVELOPE),
    "state": (200, None),
}

NOT_CHECKED = [
    ("peers", "session"),
    ("peers", "start"),
    ("peers", "consent"),
    ("change_flags", "calls"),
    ("change_flags", "start permission"),
    ("change_flags", "consent"),
    ("leave", "calls"),
    ("leave", "in the call"),
    ("leave", "consent"),
    ("leave", "room type"),
    ("ring", "read-only"),
    ("ring", "start permission"),
    ("ring", "start"),
    ("dial_out", "read-only"),
    ("dial_out", "role"),
    ("dial_out", "target is a user"),
    ("download", "csrf"),
    ("download", "calls"),
    ("download", "read-only"),
    ("download", "session"),
    ("download", "in the call"),
    ("state", "calls"),
    ("state", "read-only"),
    ("state", "lobby"),
    ("state", "session"),
    ("state", "start permission"),
]

NEEDS_A_MODERATOR = {"ring", "download"}
IN_THE_CALL_BEFORE = {"change_flags", "leave", "ring", "dial_out"}


@pytest.fixture
def at_the_door(db, sign_in, guest_client, settings):
    """Prepare a situation in which exactly these things are wrong; call the result to knock."""

    def prepare(endpoint, wrong):
        apply_settings(settings, wrong)
        room = make_room(endpoint, wrong)
        session = make_caller(endpoint, wrong, room)
        client = guest_client
        if "login" not in wrong:
            client = sign_in(session.attendee if "session" in wrong else session)
        if "csrf" in wrong:
            del client.defaults["HTTP_OCS_APIREQUEST"]
        return partial(
            ask,
            client,
            endpoint,
            "nowhere0" if "room" in wrong else room.token,
            attendee=target_of(wrong, room),
            **parameters_of(endpoint, wrong),
        )

    return prepare


def apply_settings(settings, wrong):
    settings.TALK_START_CALLS = 3 if "calls" in wrong else 2 if "start" in wrong else 0
    settings.TALK_RECORDING_CONSENT = 1 if "consent" in wrong else 0
    disturbing = "target may be disturbed" in wrong
    if "talk" in wrong:
        policy = "NobodyDoesAnything" if disturbing else "NobodyUsesTalk"
        settings.TALK_POLICY = f"tests.call.policies.{policy}"
    elif disturbing:
        settings.TALK_POLICY = "tests.call.policies.NobodyIsDisturbed"


def make_room(endpoint, wrong):
    room = RoomFactory(
        type=RoomType.NOTE_TO_SELF if "room type" in wrong else RoomType.GROUP,
        read_only="read-only" in wrong,
        lobby_state=LobbyState.NON_MODERATORS_WAIT if "lobby" in wrong else LobbyState.OPEN,
        with_call="call" not in wrong and endpoint not in {"join", "peers"},
    )
    if room.call_started_at:
        SessionFactory(attendee__room=room, calling=True)
    return room


def make_caller(endpoint, wrong, room):
    moderates = endpoint in NEEDS_A_MODERATOR and not wrong & {"role", "lobby"}
    was_there = endpoint == "download" and "somebody joined" not in wrong
    attendee = AttendeeFactory(
        room=RoomFactory() if "seat" in wrong else room,
        participant_type=ParticipantType.MODERATOR if moderates else ParticipantType.USER,
        permissions=1 | 16 | 32 if "start permission" in wrong else 0,
        last_joined_call=timezone.now() if was_there else None,
    )
    calling = endpoint in IN_THE_CALL_BEFORE and not wrong & {"in the call", "seat", "call"}
    return SessionFactory(attendee=attendee, calling=calling)


def target_of(wrong, room):
    if "range" in wrong:
        return "x"
    if "target exists" in wrong:
        return 10**9
    there = RoomFactory(public=True) if "target is here" in wrong else room
    target = AttendeeFactory(room=there, guest="target is a user" in wrong)
    SessionFactory(attendee=target, calling="target is not in the call" in wrong)
    return target.pk


def parameters_of(endpoint, wrong):
    if endpoint in {"join", "change_flags"}:
        return {"flags": 99 if "range" in wrong else 6 if "first bit" in wrong else 7}
    return {}


@pytest.mark.parametrize(
    ("endpoint", "step"),
    [(endpoint, step) for endpoint, order in ORDER.items() for step in order],
)
def test_first_reason_to_refuse_wins(at_the_door, stored, endpoint, step):
    steps = list(ORDER[endpoint])
    knock = at_the_door(endpoint, set(steps[steps.index(step) :]))
    before = stored()

    response = knock()

    assert answer_of(response) == ORDER[endpoint][step]
    assert stored() == before


@pytest.mark.parametrize(
    ("endpoint", "step"),
    [(endpoint, step) for endpoint, order in ORDER.items() for step in order],
)
def test_one_reason_to_refuse_is_enough(at_the_door, stored, endpoint, step):
    knock = at_the_door(endpoint, {step})
    before = stored()

    response = knock()

    assert answer_of(response) == ORDER[endpoint][step]
    assert stored() == before


@pytest.mark.parametrize("endpoint", ORDER)
def test_without_a_reason_to_refuse_all_is_fine(at_the_door, endpoint):
    assert answer_of(at_the_door(endpoint, set())()) == FINE[endpoint]


@pytest.mark.parametrize(("endpoint", "step"), NOT_CHECKED)
def test_what_is_not_checked_does_not_matter(at_the_door, endpoint, step):
    assert answer_of(at_the_door(endpoint, {step})()) == FINE[endpoint]
