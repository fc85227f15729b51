"""POST /signaling/{token}: which messages are passed on (signaling.md §2.2)."""

import json

import pytest
from django.db import connection

from talk.constants import ParticipantType, Permission
from talk.models import Ban, Signal
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.signaling.asking import PATH, entry, post, received, send

RECEIVE_ONLY = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=recvonly\r\n"
WITH_AUDIO = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=sendrecv\r\n"
WITH_VIDEO = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n"
ALL = Permission.PUBLISH_AUDIO | Permission.PUBLISH_VIDEO | Permission.PUBLISH_SCREEN


def sdp(text, kind="offer"):
    return {"type": kind, "payload": {"type": kind, "sdp": text}}


def test_message_reaches_its_recipient_with_the_senders_session(sign_in, ada, bob):
    payload = {"candidate": {"candidate": "…", "sdpMid": "0", "sdpMLineIndex": 0}}

    send(sign_in(ada), ada, bob, sid="17", payload=payload)

    assert received(sign_in(bob), bob.room.token) == [
        {
            "to": bob.session_id,
            "type": "candidate",
            "roomType": "video",
            "sid": "17",
            "payload": payload,
            "from": ada.session_id,
        }
    ]


def test_nobody_can_write_in_somebody_elses_name(sign_in, ada, bob):
    send(sign_in(ada), ada, bob, **{"from": bob.session_id})

    (message,) = received(sign_in(bob), bob.room.token)
    assert message["from"] == ada.session_id


def test_messages_of_one_request_go_to_several_people_in_their_order(sign_in, ada, bob):
    carol = SessionFactory(attendee=AttendeeFactory(room=ada.room), calling=True)

    post(
        sign_in(ada),
        ada.room.token,
        *(entry(ada, to, sid=sid) for sid, to in enumerate([bob, carol, bob, carol, bob])),
    )

    mails = [received(sign_in(who), ada.room.token) for who in (bob, carol)]
    assert [[message["sid"] for message in mail] for mail in mails] == [[0, 2, 4], [1, 3]]


@pytest.mark.parametrize("kind", ["connect", "ping", "", None, 5, ["message"]])
def test_other_events_have_no_effect(sign_in, ada, bob, kind):
    response = post(sign_in(ada), ada.room.token, {**entry(ada, bob), "ev": kind})

    assert (response.status_code, data_of(response)) == (200, None)
    assert Signal.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"fn": {"to": "x"}},
        {"fn": None},
        {"fn": 5},
        {"fn": "no JSON"},
        {"fn": "[]"},
        {"fn": "null"},
        {"fn": '"text"'},
        {"fn": "[" * 10_000},
        {"fn": '{"to": 1e999}'},
        {"sessionId": "unknown"},
        {"sessionId": None},
        {"sessionId": ["x"]},
    ],
    ids=str,
)
def test_entries_that_cannot_be_passed_on_are_dropped(sign_in, ada, bob, wrong):
    response = post(sign_in(ada), ada.room.token, {**entry(ada, bob), **wrong})

    assert (response.status_code, data_of(response)) == (200, None)
    assert Signal.objects.count() == 0


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "9" * 5000])
def test_numbers_that_no_browser_reads_are_dropped(sign_in, ada, bob, value):
    content = f'{{"to": "{bob.session_id}", "type": "candidate", "payload": {value}}}'
    mine = {"ev": "message", "fn": content, "sessionId": ada.session_id}

    response = post(sign_in(ada), ada.room.token, mine)

    assert (response.status_code, Signal.objects.count()) == (200, 0)


@pytest.mark.parametrize("to", [None, 5, ["x"], {}, "", "unknown"])
def test_unknown_recipients_are_dropped(sign_in, ada, bob, to):
    send(sign_in(ada), ada, bob, to=to)

    assert Signal.objects.count() == 0


@pytest.mark.parametrize("entries", [[5], ["text"], [None], [[]]])
def test_entries_that_are_no_objects_are_dropped(sign_in, ada, entries):
    response = post(sign_in(ada), ada.room.token, *entries)

    assert (response.status_code, data_of(response)) == (200, None)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "é☎😀", "<script>", "\u2028"])
def test_every_text_arrives_as_it_was_sent(sign_in, ada, bob, text):
    send(sign_in(ada), ada, bob, payload=text)

    (message,) = received(sign_in(bob), ada.room.token)
    assert message["payload"] == text


def test_recipients_in_other_rooms_are_dropped(sign_in, ada):
    elsewhere = SessionFactory(calling=True)

    send(sign_in(ada), ada, elsewhere)

    assert Signal.objects.count() == 0


def test_recipients_whose_session_is_over_are_dropped(sign_in, ada):
    silent = SessionFactory(attendee=AttendeeFactory(room=ada.room), age=100)

    send(sign_in(ada), ada, silent)

    assert Signal.objects.count() == 0


def test_a_session_of_another_room_cannot_be_used_here(sign_in, ada):
    room = RoomFactory()
    here = SessionFactory(attendee=AttendeeFactory(room=room, user=ada.attendee.user), holder="x")
    bob = SessionFactory(attendee=AttendeeFactory(room=room))

    post(sign_in(here), room.token, {**entry(here, bob), "sessionId": ada.session_id})

    assert Signal.objects.count() == 0


@pytest.mark.parametrize(
    ("caller", "count"),
    [
        ({"participant_type": ParticipantType.OWNER}, 1),
        ({"participant_type": ParticipantType.MODERATOR}, 1),
        ({"participant_type": ParticipantType.USER}, 0),
        ({"participant_type": ParticipantType.SELF_JOINED}, 0),
        ({"guest": True, "participant_type": ParticipantType.GUEST}, 0),
        ({"guest": True, "participant_type": ParticipantType.GUEST_MODERATOR}, 1),
    ],
    ids=str,
)
def test_only_moderators_control_others(sign_in, bob, caller, count):
    me = SessionFactory(attendee=AttendeeFactory(room=bob.room, **caller), calling=True)

    send(sign_in(me), me, bob, type="control", payload={"action": "forceMute"})

    assert Signal.objects.count() == count


@pytest.mark.parametrize(
    ("permissions", "room_type", "text", "count"),
    [
        (ALL, "video", WITH_AUDIO + WITH_VIDEO, 1),
        (ALL & ~Permission.PUBLISH_AUDIO, "video", WITH_AUDIO, 0),
        (ALL & ~Permission.PUBLISH_AUDIO, "video", WITH_VIDEO, 1),
        (ALL & ~Permission.PUBLISH_VIDEO, "video", WITH_VIDEO, 0),
        (ALL & ~Permission.PUBLISH_VIDEO, "video", WITH_AUDIO, 1),
        (ALL & ~Permission.PUBLISH_VIDEO, "video", WITH_AUDIO + WITH_VIDEO, 0),
        (ALL & ~Permission.PUBLISH_VIDEO, "other", WITH_VIDEO, 0),
        (ALL & ~Permission.PUBLISH_VIDEO, None, WITH_VIDEO, 0),
        (ALL & ~Permission.PUBLISH_SCREEN, "screen", WITH_AUDIO, 0),
        (ALL & ~Permission.PUBLISH_SCREEN, "screen", WITH_VIDEO, 0),
        (ALL & ~Permission.PUBLISH_SCREEN, "screen", RECEIVE_ONLY, 1),
        (Permission.PUBLISH_SCREEN, "screen", WITH_AUDIO + WITH_VIDEO, 1),
        (Permission.CUSTOM, "video", RECEIVE_ONLY, 1),
        (Permission.CUSTOM, "video", None, 0),
    ],
)
def test_nobody_sends_what_they_may_not_publish(sign_in, permissions, room_type, text, count):
    seat = AttendeeFactory(permissions=permissions | Permission.CUSTOM)
    me = SessionFactory(attendee=seat, calling=True)

    for kind in ("offer", "answer"):
        send(sign_in(me), me, me, roomType=room_type, **sdp(text, kind))

    assert Signal.objects.count() == count * 2


@pytest.mark.parametrize("payload", [None, "text", [], {}, {"sdp": 5}])
def test_an_offer_that_cannot_be_read_needs_all_permissions(sign_in, ada, payload):
    seat = AttendeeFactory(room=ada.room, permissions=Permission.CUSTOM)
    me = SessionFactory(attendee=seat, calling=True)

    send(sign_in(me), me, ada, type="offer", payload=payload)

    assert Signal.objects.count() == 0


@pytest.mark.parametrize(("flags", "count"), [((3, 3), 1), ((0, 3), 0), ((3, 0), 0)])
def test_offers_stay_among_those_in_the_call(sign_in, ada, bob, flags, count):
    for session, its_flags in zip((ada, bob), flags, strict=True):
        session.in_call = its_flags
        session.save()

    send(sign_in(ada), ada, bob, **sdp(WITH_AUDIO))

    assert Signal.objects.count() == count


def test_types_that_are_no_text_are_passed_on(sign_in, ada, bob):
    send(sign_in(ada), ada, bob, type=["offer"])

    assert Signal.objects.count() == 1


# Too much, or nothing that could be read -----------------------------------------------------


@pytest.mark.parametrize("messages", ["", "no JSON", "{}", "5", "null", '"text"', "[NaN]"])
def test_messages_that_are_no_list_are_refused(sign_in, ada, messages):
    response = sign_in(ada).post(PATH.format(ada.room.token), {"messages": messages})

    assert (response.status_code, data_of(response)) == (400, {"error": "messages"})


def test_missing_messages_are_refused(sign_in, ada):
    response = sign_in(ada).post(PATH.format(ada.room.token))

    assert (response.status_code, data_of(response)) == (400, {"error": "messages"})


def test_a_hundred_messages_are_accepted(sign_in, ada, bob):
    post(sign_in(ada), ada.room.token, *[entry(ada, bob)] * 100)

    assert Signal.objects.count() == 100


def test_more_than_a_hundred_messages_are_refused(sign_in, ada, bob):
    response = post(sign_in(ada), ada.room.token, *[entry(ada, bob)] * 101)

    assert (response.status_code, data_of(response)) == (
        400,
        {"error": "messages", "message": "At most 100 messages at once."},
    )
    assert Signal.objects.count() == 0


@pytest.mark.parametrize(("excess", "status"), [(0, 200), (1, 400)])
def test_long_messages_are_refused(sign_in, ada, bob, excess, status):
    mine = entry(ada, bob, payload="")
    padding = "x" * (65_536 - len(mine["fn"]) + excess)
    mine = entry(ada, bob, payload=padding)

    response = post(sign_in(ada), ada.room.token, entry(ada, bob), mine)

    assert response.status_code == status
    assert Signal.objects.count() == (2 if status == 200 else 0)


def test_a_huge_body_is_refused_in_the_envelope(sign_in, ada):
    response = sign_in(ada).post(PATH.format(ada.room.token), {"messages": "x" * 10_000_000})

    assert (response.status_code, data_of(response)) == (413, [])


# Whoever is not in the room ------------------------------------------------------------------


def test_whoever_has_no_session_is_answered_and_everything_dropped(sign_in, ada, bob):
    for client in (TalkClient(), sign_in(UserFactory()), sign_in(ada.attendee)):
        response = post(client, ada.room.token, entry(ada, bob))

        assert (response.status_code, data_of(response)) == (200, None)
    assert Signal.objects.count() == 0


def test_whoever_fell_silent_is_answered_and_everything_dropped(sign_in, bob):
    silent = SessionFactory(attendee=AttendeeFactory(room=bob.room), age=100)

    send(sign_in(silent), silent, bob)

    assert Signal.objects.count() == 0


def test_an_unknown_room_answers_the_same(sign_in, ada, bob):
    response = post(sign_in(ada), "unknown1", entry(ada, bob))

    assert (response.status_code, data_of(response)) == (200, None)


def test_what_a_banned_guest_sends_is_dropped(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True), calling=True)
    other = SessionFactory(attendee=AttendeeFactory(room=guest.room), calling=True)
    Ban.objects.create(room=guest.room, actor_type="ip", actor_id="127.0.0.1")

    send(sign_in(guest), guest, other)

    assert Signal.objects.count() == 0


def test_guests_and_users_send_to_each_other(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    user = SessionFactory(attendee=AttendeeFactory(room=guest.room))

    send(sign_in(guest), guest, user)
    send(sign_in(user), user, guest)

    assert len(received(sign_in(user), user.room.token)) == 1
    assert len(received(sign_in(guest), user.room.token)) == 1


def test_a_room_that_meets_elsewhere_refuses(sign_in, ada, settings):
    settings.TALK_SIGNALING_SERVERS = [{"url": "https://hpb.example.org", "secret": "s" * 32}]
    ada.room.signaling_server = "https://hpb.example.org"
    ada.room.save()

    response = post(sign_in(ada), ada.room.token)

    assert (response.status_code, data_of(response)) == (400, "Internal signaling disabled.")


def test_posting_one_message_costs_one_insert(sign_in, ada, bob, django_assert_num_queries):
    client = sign_in(ada)
    post(client, ada.room.token)

    # Session and account of the request in one, participant, recipient, and the message. PostgreSQL
    # tells other processes, in the same transaction (a savepoint of the test's own).
    with django_assert_num_queries(4 + 3 * (connection.vendor == "postgresql")):
        post(client, ada.room.token, entry(ada, bob))


def test_posting_costs_the_same_for_many_messages(sign_in, ada, bob, django_assert_num_queries):
    client = sign_in(ada)
    token = ada.room.token
    carol = SessionFactory(attendee=AttendeeFactory(room=ada.room))
    post(client, token)

    for entries in ([entry(ada, bob)] * 2, [entry(ada, bob)] * 50 + [entry(ada, carol)] * 50):
        # As above; the messages in a savepoint, as the test has a transaction already.
        with django_assert_num_queries(6 + (connection.vendor == "postgresql")):
            post(client, token, *entries)


def test_messages_may_come_as_json(sign_in, ada, bob):
    response = sign_in(ada).post(
        PATH.format(ada.room.token),
        {"messages": json.dumps([entry(ada, bob)])},
        content_type="application/json",
    )

    assert (response.status_code, Signal.objects.count()) == (200, 1)
