"""GET /signaling/{token}: what a poll answers (signaling.md §2.1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import ban, call, participant, permission, room
from talk import session as sessions
from talk.actor import Actor
from talk.constants import CallFlag, ParticipantType, Permission, PermissionMethod
from talk.models import Attendee, Ban, EndedSession, Session, Signal
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.signaling.asking import PATH, post, pull, received, send
from tests.signaling.copies import FarBehind

NOBODY = [{"type": "usersInRoom", "data": []}]


def users_of(entries):
    """What the one list at the end of an answer holds."""
    assert [each["type"] for each in entries].count("usersInRoom") == 1
    assert entries[-1]["type"] == "usersInRoom"
    return entries[-1]["data"]


def listed(client, token):
    """The sessions that a poll lists."""
    return [user["sessionId"] for user in users_of(pull(client, token)[1])]


# Who is in the room --------------------------------------------------------------------------


def test_a_poll_lists_the_sessions_of_the_room(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True), age=3)
    user = SessionFactory(
        attendee=AttendeeFactory(room=guest.room, permissions=Permission.CUSTOM | 16),
        calling=True,
        age=5,
    )
    owner = SessionFactory(attendee=AttendeeFactory(room=guest.room, owner=True))

    status, entries = pull(sign_in(owner), guest.room.token)

    owner.refresh_from_db()
    expected = [
        (guest, "", 0, 246),
        (user, user.attendee.actor_id, 7, 17),
        (owner, owner.attendee.actor_id, 0, 254),
    ]
    assert (status, entries) == (
        200,
        [
            {
                "type": "usersInRoom",
                "data": [
                    {
                        "userId": user_id,
                        "roomId": guest.room.pk,
                        "lastPing": int(session.last_ping.timestamp()),
                        "sessionId": session.session_id,
                        "inCall": flags,
                        "participantPermissions": permissions,
                        "actorType": session.attendee.actor_type,
                        "actorId": session.attendee.actor_id,
                    }
                    for session, user_id, flags, permissions in expected
                ],
            }
        ],
    )


@pytest.mark.parametrize(("age", "is_listed"), [(0, True), (38, True), (41, False), (101, False)])
def test_sessions_are_listed_for_forty_seconds(sign_in, ada, age, is_listed):
    other = SessionFactory(attendee=AttendeeFactory(room=ada.room), age=age)

    assert (other.session_id in listed(sign_in(ada), ada.room.token)) is is_listed


def test_the_own_session_is_always_listed(sign_in, db):
    session = SessionFactory(age=90)

    assert listed(sign_in(session), session.room.token) == [session.session_id]


def test_sessions_of_other_rooms_are_not_listed(sign_in, ada):
    SessionFactory(calling=True)

    assert listed(sign_in(ada), ada.room.token) == [ada.session_id]


def test_everybody_of_one_attendee_is_listed(sign_in, ada):
    phone = SessionFactory(attendee=ada.attendee, holder="phone")

    assert listed(sign_in(ada), ada.room.token) == [ada.session_id, phone.session_id]


def test_whoever_waits_in_the_lobby_polls_as_well(sign_in, db):
    session = SessionFactory(attendee__room__lobby_state=1)

    assert listed(sign_in(session), session.room.token) == [session.session_id]


# Messages ------------------------------------------------------------------------------------


def test_messages_come_first_in_the_order_of_sending(sign_in, ada, bob):
    for sid in range(3):
        send(sign_in(ada), ada, bob, sid=sid)

    _status, entries = pull(sign_in(bob), bob.room.token)

    assert [each["type"] for each in entries] == ["message"] * 3 + ["usersInRoom"]
    assert all(isinstance(each["data"], str) for each in entries[:-1])
    assert len(Signal.objects.all()) == 0


def test_each_message_is_delivered_once(sign_in, ada, bob):
    send(sign_in(ada), ada, bob)
    client = sign_in(bob)

    mails = [received(client, bob.room.token) for _poll in range(3)]

    assert [len(mail) for mail in mails] == [1, 0, 0]


def test_nobody_gets_what_is_meant_for_others(sign_in, ada, bob):
    phone = SessionFactory(attendee=bob.attendee, holder="phone")
    send(sign_in(ada), ada, bob)

    assert received(sign_in(phone), bob.room.token) == []
    assert received(sign_in(ada), bob.room.token) == []
    assert len(received(sign_in(bob), bob.room.token)) == 1


@pytest.mark.parametrize("who", ["ada", "bob"])
def test_messages_go_with_either_session(sign_in, ada, bob, who):
    send(sign_in(ada), ada, bob)

    sessions.leave({"ada": ada, "bob": bob}[who])

    assert Signal.objects.count() == 0


def test_a_flood_of_messages_arrives_in_parts(sign_in, ada, bob):
    Signal.objects.bulk_create(
        Signal(sender=ada, recipient=bob, data=f'{{"sid":{sid}}}') for sid in range(501)
    )
    client = sign_in(bob)

    mails = [received(client, bob.room.token) for _poll in range(2)]

    assert [[mail[0]["sid"], len(mail)] for mail in mails] == [[0, 500], [500, 1]]


# The ping ------------------------------------------------------------------------------------


def test_polling_keeps_the_session_alive(sign_in, ada):
    Session.objects.update(last_ping=timezone.now() - timedelta(seconds=80))

    pull(sign_in(ada), ada.room.token)

    ada.refresh_from_db()
    assert ada.is_fresh


def test_posting_does_not(sign_in, ada, bob):
    before = timezone.now() - timedelta(seconds=80)
    Session.objects.update(last_ping=before)

    send(sign_in(ada), ada, bob)

    ada.refresh_from_db()
    assert ada.last_ping == before


# Changes: polls answer early -----------------------------------------------------------------


def revision_of(session):
    return type(session.room).objects.values_list("revision", flat=True).get(pk=session.room_id)


CHANGES = {
    "somebody joins": lambda ada, bob: sessions.enter(
        ada.room, Actor(AttendeeFactory(room=ada.room).user, holder="new")
    ),
    "somebody leaves": lambda ada, bob: sessions.leave(bob),
    "somebody is removed": lambda ada, bob: participant.remove(bob.attendee),
    "flags change": lambda ada, bob: call.change_flags(bob, 3),
    "somebody leaves the call": lambda ada, bob: call.leave(bob),
    "somebody joins the call": lambda ada, bob: (call.leave(bob), call.join(bob)),
    "the call ends": lambda ada, bob: call.end(ada.room),
    "permissions change": lambda ada, bob: permission.change(
        bob.attendee, PermissionMethod.SET, 16
    ),
    "default permissions change": lambda ada, bob: permission.set_default(ada.room, 16),
    "somebody is promoted": lambda ada, bob: participant.promote(bob.attendee),
    "somebody falls silent": lambda ada, bob: (
        Session.objects.filter(pk=bob.pk).update(last_ping=timezone.now() - timedelta(days=1)),
        sessions.enter(ada.room, Actor(UserFactory(), holder="new"))
        if ada.room.type == 3
        else sessions.sweep(ada.room),
    ),
}
NO_CHANGES = {
    "name": lambda ada: room.rename(ada.room, "Other"),
    "description": lambda ada: room.describe(ada.room, "Other"),
    "nothing": lambda ada: call.end(RoomFactory()),
}


@pytest.fixture
def in_call(ada, bob):
    ada.room.call_started_at = timezone.now()
    ada.room.call_flags = CallFlag.IN_CALL
    ada.room.save()
    return ada, bob


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_is_in_the_room_is_told_of(in_call, change):
    ada, bob = in_call
    before = revision_of(ada)

    CHANGES[change](ada, bob)

    assert revision_of(ada) > before


@pytest.mark.parametrize("change", NO_CHANGES)
def test_nobody_is_told_of(in_call, change):
    ada, _bob = in_call
    before = revision_of(ada)

    NO_CHANGES[change](ada)

    assert revision_of(ada) == before


def test_a_renamed_guest_is_told_of(db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))

    participant.rename_guest(guest.attendee, "Eve")

    assert revision_of(guest) == 1


# Whoever is not in the room ------------------------------------------------------------------


def test_whoever_never_joined_hears_404(sign_in, ada):
    for client in (TalkClient(), sign_in(UserFactory()), sign_in(ada.attendee)):
        assert pull(client, ada.room.token) == (404, NOBODY)


def test_an_unknown_room_answers_404(sign_in, ada):
    assert pull(sign_in(ada), "unknown1") == (404, NOBODY)


def test_a_session_of_another_room_does_not_count(sign_in, ada):
    elsewhere = AttendeeFactory(user=ada.attendee.user)

    assert pull(sign_in(ada), elsewhere.room.token) == (404, NOBODY)


def test_somebody_elses_cookie_does_not_count(sign_in, ada, bob):
    thief = sign_in(bob.attendee).hold(ada)

    assert pull(thief, ada.room.token) == (404, NOBODY)


def test_whoever_left_hears_404(sign_in, ada):
    client = sign_in(ada)
    client.delete(f"/ocs/v2.php/apps/spreed/api/v4/room/{ada.room.token}/participants/active")

    assert pull(client, ada.room.token) == (404, NOBODY)


def test_whoever_was_removed_hears_404(sign_in, ada, bob):
    participant.remove(bob.attendee)

    assert pull(sign_in(bob), ada.room.token) == (404, NOBODY)


def test_people_of_a_deleted_room_hear_404(sign_in, ada):
    client = sign_in(ada)
    room.delete(ada.room)

    assert pull(client, ada.room.token) == (404, NOBODY)


def test_a_banned_guest_hears_404(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    moderator = AttendeeFactory(room=guest.room, moderator=True)
    client = sign_in(guest)
    ban.create(guest.room, "guests", guest.attendee.actor_id, by=moderator)

    assert pull(client, guest.room.token) == (404, NOBODY)


def test_a_guest_whose_address_is_banned_hears_404(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))
    Ban.objects.create(room=guest.room, actor_type="ip", actor_id="127.0.0.1")

    assert pull(sign_in(guest), guest.room.token) == (404, NOBODY)


@pytest.mark.parametrize("kind", [{}, {"guest": True}], ids=["user", "guest"])
@pytest.mark.parametrize("swept", [False, True])
def test_whoever_fell_silent_hears_409(sign_in, db, kind, swept):
    silent = SessionFactory(attendee=AttendeeFactory(**kind), age=100)
    client = sign_in(silent)
    if swept:
        sessions.enter(silent.room, Actor(AttendeeFactory(room=silent.room).user, holder="other"))

    assert (pull(client, silent.room.token), Session.objects.filter(pk=silent.pk).exists()) == (
        (409, NOBODY),
        not swept,
    )


@pytest.mark.parametrize("swept", [False, True])
def test_a_self_joined_user_who_fell_silent_has_no_seat_any_more(sign_in, db, swept):
    silent = SessionFactory(
        attendee=AttendeeFactory(
            room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
        ),
        age=100,
    )
    client = sign_in(silent)
    if swept:
        sessions.enter(silent.room, Actor(AttendeeFactory(room=silent.room).user, holder="other"))

    assert (pull(client, silent.room.token), Session.objects.filter(pk=silent.pk).exists()) == (
        (404, NOBODY),
        not swept,
    )
    assert EndedSession.objects.count() == 0


def test_a_self_joined_user_who_is_there_with_another_browser_has_a_seat(sign_in, db):
    silent = SessionFactory(
        attendee=AttendeeFactory(
            room=RoomFactory(public=True), participant_type=ParticipantType.SELF_JOINED
        ),
        age=100,
    )
    SessionFactory(attendee=silent.attendee, holder="other")

    assert pull(sign_in(silent), silent.room.token) == (409, NOBODY)


def test_whoever_fell_silent_and_was_removed_hears_404(sign_in, db):
    silent = SessionFactory(age=100)
    client = sign_in(silent)
    participant.remove(silent.attendee)

    assert pull(client, silent.room.token) == (404, NOBODY)


def test_another_browser_of_whoever_fell_silent_hears_404(sign_in, db):
    silent = SessionFactory(age=100)

    assert pull(sign_in(silent.attendee), silent.room.token) == (404, NOBODY)


def test_joining_again_ends_the_409(sign_in, db):
    silent = SessionFactory(age=100)
    client = sign_in(silent)
    path = f"/ocs/v2.php/apps/spreed/api/v4/room/{silent.room.token}/participants/active"

    client.post(path)
    statuses = [pull(client, silent.room.token)[0]]
    client.delete(path)
    statuses.append(pull(client, silent.room.token)[0])

    assert statuses == [200, 404]


def test_a_guest_who_logged_in_hears_404(sign_in, db):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True))

    assert pull(sign_in(UserFactory()).hold(guest), guest.room.token) == (404, NOBODY)


def test_a_room_that_meets_elsewhere_refuses(sign_in, ada, settings):
    settings.TALK_SIGNALING_SERVERS = [{"url": "https://hpb.example.org", "secret": "s" * 32}]
    ada.room.signaling_server = "https://hpb.example.org"
    ada.room.save()

    assert pull(sign_in(ada), ada.room.token) == (400, "Internal signaling disabled.")


def test_a_site_that_meets_elsewhere_refuses_strangers_whatever_they_ask_for(
    sign_in, guest_client, settings, db
):
    settings.TALK_SIGNALING_SERVERS = [{"url": "https://hpb.example.org", "secret": "s" * 32}]
    empty, in_use = AttendeeFactory().room, SessionFactory().room
    strangers = [guest_client, sign_in(UserFactory())]

    answers = [
        pull(client, token)
        for client in strangers
        for token in ("unknown2", empty.token, in_use.token)
    ]

    assert answers == [(400, "Internal signaling disabled.")] * 6


def test_an_idle_poll_costs_the_same_however_many_are_there(
    sign_in, ada, django_assert_num_queries
):
    client, token = sign_in(ada), ada.room.token
    pull(client, token)
    for count in (0, 20):
        for _number in range(count):
            SessionFactory(attendee=AttendeeFactory(room=ada.room))

        # Session and account of the request in one; participant, and whether there are messages;
        # then, as nothing is held here: messages, and the list.
        with django_assert_num_queries(4):
            pull(client, token)


def test_nothing_is_read_from_a_copy_of_the_database(sign_in, ada, bob, settings):
    client, token = sign_in(ada), ada.room.token
    Signal.objects.create(sender=bob, recipient=ada, data="{}")
    settings.DATABASE_ROUTERS = [FarBehind()]

    kinds = [[entry["type"] for entry in pull(client, token)[1]] for _ in range(2)]

    assert kinds == [["message", "usersInRoom"], ["usersInRoom"]]


def test_the_answer_is_written_as_xml_as_well(sign_in, ada):
    response = sign_in(ada).get(PATH.format(ada.room.token), {"format": "xml"})

    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert b"<type>usersInRoom</type>" in response.content


def test_version_1_carries_the_status_in_the_envelope(sign_in, ada):
    path = PATH.format(ada.room.token).replace("v2.php", "v1.php")
    client = sign_in(ada)

    for _poll in ("at once", "held"):
        response = client.get(path)
        assert (response.status_code, response.json()["ocs"]["meta"]["statuscode"]) == (200, 100)


def test_posting_and_polling_in_a_site_of_atomic_requests(sign_in, ada, bob, monkeypatch):
    from django.db import connection

    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    assert data_of(post(sign_in(ada), ada.room.token)) is None
    assert pull(sign_in(ada), ada.room.token)[0] == 200


def test_the_seat_is_all_that_a_trace_is_good_for(db):
    silent = SessionFactory(age=100)
    sessions.sweep(silent.room)

    Attendee.objects.all().delete()

    assert EndedSession.objects.count() == 0
