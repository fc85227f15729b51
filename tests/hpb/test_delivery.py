"""How the outbox is emptied: in order, by one worker, and in spite of everything (§4)."""

import json
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from talk import call, participant
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.constants import CallFlag, Permission
from talk.models import Announcement, Attendee, Relay, Session
from talk.signaling import announcing, delivery, wire
from talk.signaling.wire import Wire
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def deliver():
    """Tell the servers what is waiting, as a worker does; what is left to do is returned."""
    connections = Wire()
    yield lambda worker="worker": delivery.deliver(connections, worker)
    connections.close()


def enter(seat, holder="browser"):
    return sessions.enter(seat.room, Actor(seat.user, holder=holder))


def forget():
    """Only what happens from now on is of interest."""
    Announcement.objects.all().delete()


# What is said.


def test_a_request_is_signed_and_says_which_site_speaks(server, deliver):
    room = RoomFactory()
    announcing.tell(room, {"type": "x"})

    deliver()

    (headers,) = server.headers
    assert server.tokens == [room.token]
    assert headers["Spreed-Signaling-Backend"] == "https://example.org/talk/"
    assert headers["Content-Type"] == "application/json"
    assert "Content-Length" in headers
    assert server.told == [{"type": "message", "message": {"data": {"type": "x"}}}]


def test_a_web_socket_address_is_reached_over_http(server, settings, deliver):
    url = server.settings["url"].replace("http", "ws") + "/"
    settings.TALK_SIGNALING_SERVERS = [server.settings | {"url": url}]
    announcing.tell(RoomFactory(), {})

    deliver()

    assert server.types == ["message"]


def test_joining_the_call_is_told_with_everybody_in_it(server, deliver):
    room = RoomFactory(with_call=True)
    other = SessionFactory(calling=True, attendee__room=room)
    SessionFactory(attendee__room=room)
    mine = SessionFactory(attendee__room=room)
    call.join(mine, CallFlag.IN_CALL | CallFlag.WITH_AUDIO)

    deliver()

    (told,) = server.told
    shown = {
        "sessionId": mine.session_id,
        "inCall": 3,
        "lastPing": int(mine.last_ping.timestamp()),
        "participantType": 3,
        "participantPermissions": 246,
        "actorType": "users",
        "actorId": mine.attendee.actor_id,
        "userId": mine.attendee.actor_id,
        "nextcloudSessionId": mine.session_id,
    }
    assert told["incall"]["changed"] == [shown]
    assert [user["sessionId"] for user in told["incall"]["users"]] == [
        other.session_id,
        mine.session_id,
    ]
    assert told["incall"]["incall"] == 3


def test_a_guest_has_no_user_id(server, deliver):
    session = SessionFactory(attendee__guest=True, attendee__room__with_call=True)
    SessionFactory(calling=True, attendee__room=session.room)
    call.join(session)

    deliver()

    (changed,) = server.told[0]["incall"]["changed"]
    assert (changed["actorType"], "userId" in changed) == ("guests", False)


def test_whoever_is_gone_is_not_in_the_call(server, deliver):
    room = RoomFactory(with_call=True)
    other = SessionFactory(calling=True, attendee__room=room)
    mine = SessionFactory(calling=True, attendee__room=room)
    sessions.leave(mine)

    deliver()

    told = server.told[-1]["incall"]
    assert [(each["sessionId"], each["inCall"]) for each in told["changed"]] == [
        (mine.session_id, 0)
    ]
    assert [user["sessionId"] for user in told["users"]] == [other.session_id]


def test_ending_for_everyone_is_one_request(server, deliver):
    room = RoomFactory(with_call=True)
    SessionFactory(calling=True, attendee__room=room)
    call.end(room)

    deliver()

    assert {"type": "incall", "incall": {"incall": 0, "all": True}} in server.told
    assert server.types == ["update", "incall"]


def test_an_invitation_names_the_new_and_all(server, deliver):
    seat = AttendeeFactory()
    new = participant.add_user(seat.room, UserFactory())

    deliver()

    invite = server.told[0]["invite"]
    assert server.types == ["invite"]
    assert invite["userids"] == [new.actor_id]
    assert invite["alluserids"] == [seat.actor_id, new.actor_id]
    assert invite["properties"]["participant-list"] == "refresh"
    assert "description" not in invite["properties"]


def test_a_removal_names_the_one_and_those_who_stay(server, deliver):
    seat = AttendeeFactory()
    other = AttendeeFactory(room=seat.room)
    participant.remove(other)

    deliver()

    disinvite = server.told[0]["disinvite"]
    assert server.types == ["disinvite"]
    assert (disinvite["userids"], disinvite["alluserids"]) == ([other.actor_id], [seat.actor_id])


def test_whoever_was_removed_and_added_again_is_not_thrown_out(server, deliver):
    seat = AttendeeFactory()
    participant.remove(seat)
    participant.add_user(seat.room, seat.user)

    deliver()

    assert server.types == ["invite"]


def test_the_session_of_whoever_was_removed_and_added_again_is_ended_on_the_server(server, deliver):
    seat = AttendeeFactory()
    session = enter(seat)
    participant.remove(seat)
    participant.add_user(seat.room, seat.user)

    deliver()

    assert server.types == ["invite", "disinvite"]
    assert server.told[1]["disinvite"]["sessionids"] == [session.session_id]
    assert "userids" not in server.told[1]["disinvite"]


def test_a_session_that_was_replaced_is_ended_on_the_server(server, deliver):
    seat = AttendeeFactory()
    first = enter(seat)
    second = enter(seat)

    deliver()

    assert server.types == ["disinvite"]
    assert server.told[0]["disinvite"]["sessionids"] == [first.session_id]
    assert Session.objects.get() == second


def test_a_user_who_left_says_so_to_the_server_themself(server, deliver):
    sessions.leave(enter(AttendeeFactory()))

    deliver()

    assert server.told == []
    assert not Announcement.objects.exists()


def test_new_permissions_are_told_with_the_names_that_the_server_knows(server, deliver):
    session = SessionFactory()
    other = SessionFactory(attendee__room=session.room)
    absent = AttendeeFactory(room=session.room)
    session.attendee.permissions = Permission.CUSTOM | Permission.PUBLISH_AUDIO
    session.attendee.save()
    announcing.announce(session.room, "participants", attendees=[session.attendee.pk])

    deliver()

    told = server.told[0]["participants"]
    assert [(each["sessionId"], each["permissions"]) for each in told["changed"]] == [
        (session.session_id, ["publish-audio"])
    ]
    assert [user["sessionId"] for user in told["users"]] == [
        session.session_id,
        other.session_id,
        "0",
    ]
    assert told["users"][2]["displayName"] == absent.display_name


def test_new_default_permissions_concern_everybody(server, deliver):
    session = SessionFactory()
    announcing.announce(session.room, "participants", everybody=True)

    deliver()

    assert len(server.told[0]["participants"]["changed"]) == 1


def test_a_deleted_room_is_all_that_is_told_of_it(server, deliver):
    seat = AttendeeFactory(owner=True)
    rooms.rename(seat.room, "New")
    rooms.delete(seat.room)

    deliver()

    assert server.told == [{"type": "delete", "delete": {"userids": [seat.actor_id]}}]
    assert not Announcement.objects.exists()


def test_whoever_was_removed_from_a_room_that_is_gone_is_told_as_well(server, deliver):
    owner = AttendeeFactory(owner=True)
    seat = AttendeeFactory(room=owner.room)
    participant.remove(seat)
    rooms.delete(owner.room)

    deliver()

    assert server.types == ["delete"]
    assert set(server.told[0]["delete"]["userids"]) == {owner.actor_id, seat.actor_id}


def test_a_change_of_a_room_that_is_gone_needs_no_telling(server, deliver):
    room = RoomFactory()
    rooms.rename(room, "New")
    room.delete()

    deliver()

    assert server.told == []
    assert not Announcement.objects.exists()


def test_many_changes_become_few_requests(server, deliver):
    room = RoomFactory(with_call=True)
    calling = [SessionFactory(calling=True, attendee__room=room) for _number in range(3)]
    for name in ("One", "Two", "Three"):
        rooms.rename(room, name)
    for session in calling:
        call.change_flags(session, CallFlag.IN_CALL)

    deliver()

    update, in_call = server.told
    assert update["update"]["properties"]["name"] == "Three"
    assert [each["inCall"] for each in in_call["incall"]["changed"]] == [1, 1, 1]


def test_a_crowd_is_told_in_requests_that_a_server_takes(server, deliver):
    room = RoomFactory(with_call=True)
    seats = [AttendeeFactory(room=room) for _number in range(3)]
    people = Session.objects.bulk_create(
        [
            Session(room=room, attendee=seats[number % 3], holder=str(number), in_call=7)
            for number in range(500)
        ]
    )
    for session in people:
        session.attendee.room = room
    changed = [announcing.entry(session.attendee, room, session) for session in people]
    announcing.announce(room, "incall", changed=changed)

    deliver()

    told = [each["sessionId"] for content in server.told for each in content["incall"]["changed"]]
    assert sorted(told) == sorted(session.session_id for session in people)
    assert max(len(json.dumps(content)) for content in server.told) < 256 * 1024


@pytest.mark.parametrize(
    ("change", "kind", "named"),
    [
        (lambda room: rooms.rename(room, "New"), "update", "userids"),
        (lambda room: participant.add_user(room, UserFactory()), "invite", "alluserids"),
        (lambda room: participant.remove(AttendeeFactory(room=room)), "disinvite", "alluserids"),
        (rooms.delete, "delete", "userids"),
    ],
)
def test_all_seats_of_a_large_room_are_named_in_requests_that_a_server_takes(
    server, deliver, change, kind, named
):
    room = RoomFactory()
    people = [
        Attendee(room=room, actor_type="users", actor_id=f"{number:04}{'x' * 200}")
        for number in range(2000)
    ]
    Attendee.objects.bulk_create(people)
    change(room)

    deliver()

    assert set(server.types) == {kind}
    told = [user for content in server.told for user in content[kind][named]]
    assert set(told) >= {person.actor_id for person in people}
    assert len(told) == len(set(told))
    assert max(len(json.dumps(content)) for content in server.told) < 256 * 1024


# When it fails.


def assert_is_told_later(server, deliver, answer, error):
    announcing.tell(RoomFactory(), {"type": "x"})
    server.answers = [answer]

    pause = deliver()

    relay = Relay.objects.get()
    assert server.told == []
    assert Announcement.objects.count() == 1
    assert 0 < pause <= 1
    assert (relay.failures, relay.error, relay.leased_by) == (1, error, "")
    Relay.objects.update(retry_at=None)
    deliver()
    relay.refresh_from_db()
    assert server.types == ["message"]
    assert not Announcement.objects.exists()
    assert (relay.failures, relay.error) == (0, "")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((403, b"Authentication check failed"), "403 Authentication check failed"),
        ((429, b""), "429"),
        ((500, b"nats: timeout"), "500 nats: timeout"),
        ((302, b""), "302"),
        ((200, b"<html>Welcome</html>"), "something answers that is no signaling server"),
        ((200, b""), "something answers that is no signaling server"),
        ("hang up", "ConnectionError"),
    ],
)
def test_what_a_server_does_not_take_is_told_later(server, deliver, answer, error):
    assert_is_told_later(server, deliver, answer, error)


def test_a_slow_server_is_not_waited_for(server, deliver, monkeypatch):
    monkeypatch.setattr(wire, "TIMEOUT", (0.2, 0.2))

    assert_is_told_later(server, deliver, 2.0, "ReadTimeout")


def test_an_answer_without_an_end_is_not_waited_for(server, deliver, monkeypatch):
    monkeypatch.setattr(wire, "TIMEOUT", (0.2, 0.2))
    announcing.tell(RoomFactory(), {"type": "x"})
    server.answers = ["trickle"]
    began = time.monotonic()

    deliver()

    assert time.monotonic() - began < 2
    assert Relay.objects.get().error.startswith("500 x")


def test_a_server_that_is_down_is_tried_ever_more_rarely(deliver):
    announcing.tell(RoomFactory(), {})

    pauses = []
    for _time in range(7):
        pauses.append(deliver())
        Relay.objects.update(retry_at=None)

    assert [round(pause) for pause in pauses] == [1, 2, 4, 8, 16, 30, 30]


def test_a_server_that_failed_is_left_alone_for_a_while(server, deliver):
    announcing.tell(RoomFactory(), {})
    server.answers = [(500, b"")]
    deliver()

    deliver()

    assert server.told == []


def test_a_server_that_speaks_is_tried_at_once(server, deliver, hpb):
    session = SessionFactory()
    announcing.tell(session.room, {})
    server.answers = [(500, b"")]
    deliver()
    asked = {
        "roomid": session.room.token,
        "userid": session.attendee.actor_id,
        "sessionid": session.session_id,
    }
    hpb({"type": "room", "room": asked})

    deliver()

    assert server.types == ["message"]


def test_what_changed_while_a_server_was_down_is_told_as_it_is_then(server, deliver):
    room = RoomFactory()
    rooms.rename(room, "Old")
    server.answers = [(500, b"")]
    deliver()
    rooms.rename(room, "New")
    Relay.objects.update(retry_at=None)

    deliver()

    assert [told["update"]["properties"]["name"] for told in server.told] == ["New"]


def test_what_a_server_does_not_understand_stops_nothing(server, deliver, caplog):
    room = RoomFactory()
    announcing.tell(room, {"type": "odd"})
    announcing.tell(room, {"type": "x"})
    server.answers = [(400, b"Unsupported request type")]

    assert deliver() is None

    assert server.told == [{"type": "message", "message": {"data": {"type": "x"}}}]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_without_the_library_all_is_kept(monkeypatch, server, deliver):
    announcing.tell(RoomFactory(), {})
    monkeypatch.setitem(__import__("sys").modules, "requests", None)

    deliver()

    assert Relay.objects.get().error == 'install "django-talk[hpb]"'
    assert Announcement.objects.count() == 1


def test_what_is_a_day_old_is_forgotten_when_a_server_fails(deliver):
    announcing.tell(RoomFactory(), {})
    announcing.tell(RoomFactory(), {})
    first = Announcement.objects.order_by("pk").first()
    Announcement.objects.filter(pk=first.pk).update(due_at=timezone.now() - timedelta(days=2))

    deliver()

    assert Announcement.objects.count() == 1


def test_what_nobody_took_for_a_day_is_cleaned_up(capsys):
    for _number in range(2):
        announcing.tell(RoomFactory(), {})
    first = Announcement.objects.order_by("pk").first()
    Announcement.objects.filter(pk=first.pk).update(due_at=timezone.now() - timedelta(days=2))

    call_command("talk_cleanup")

    assert "Forgot 0 webhook events, 0 throttlings and 1 announcement." in capsys.readouterr().out
    assert Announcement.objects.count() == 1


# Who speaks.


def test_nothing_waiting_costs_nothing(server, deliver, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert deliver() is None


def test_while_one_worker_speaks_others_wait(server, deliver):
    announcing.tell(RoomFactory(), {})
    url = server.settings["url"]
    Relay.objects.lease(url, "another")

    assert deliver() == delivery.OTHERS_ARE_BUSY

    assert server.told == []


def test_a_worker_that_died_holds_nobody_up_for_long(server, deliver):
    announcing.tell(RoomFactory(), {})
    Relay.objects.lease(server.settings["url"], "dead")
    Relay.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

    deliver()

    assert server.types == ["message"]


def test_a_worker_that_was_too_slow_stops(server, deliver, monkeypatch):
    announcing.tell(RoomFactory(), {})
    announcing.tell(RoomFactory(), {})
    monkeypatch.setattr(delivery, "RENEW_AFTER", -1)
    monkeypatch.setattr(
        delivery, "requests_for", lambda *_: Relay.objects.update(leased_by="quicker") and []
    )

    assert deliver() == delivery.OTHERS_ARE_BUSY

    assert Announcement.objects.count() == 1


def test_a_worker_stops_between_two_requests_of_a_room(server, deliver, monkeypatch):
    monkeypatch.setattr(delivery, "RENEW_AFTER", -1)
    post = Wire.post

    def slow(*args):
        post(*args)
        Relay.objects.update(leased_by="quicker")

    monkeypatch.setattr(Wire, "post", slow)
    room = RoomFactory()
    announcing.tell(room, {"number": 1})
    announcing.tell(room, {"number": 2})

    assert deliver() == delivery.OTHERS_ARE_BUSY

    assert len(server.told) == 1
    assert Announcement.objects.count() == 2


def test_what_is_due_later_is_told_later(server, deliver):
    announcing.announce(RoomFactory(), "update", delay=timedelta(seconds=60))

    assert 50 < deliver() <= 60

    assert server.told == []


# Several servers.


@pytest.fixture
def two(server, settings):
    from tests.hpb.pretended import PretendedServer

    with PretendedServer("another secret") as second:
        settings.TALK_SIGNALING_SERVERS = [server.settings, second.settings]
        yield server, second


def test_each_server_of_a_cluster_hears_of_its_own_rooms(two, deliver):
    for _number in range(20):
        announcing.tell(RoomFactory(), {})

    deliver()

    first, second = two
    assert len(first.told) + len(second.told) == 20
    assert first.told
    assert second.told


def test_a_server_that_fails_does_not_hold_up_the_others(two, deliver):
    first, second = two
    first.answers = [(500, b"")] * 20
    for _number in range(20):
        announcing.tell(RoomFactory(), {})

    deliver()

    assert (first.told, len(second.told)) == ([], 20 - Announcement.objects.count())
    assert Announcement.objects.exists()


def test_of_nodes_on_one_bus_one_is_told(two, settings, deliver):
    settings.TALK_SIGNALING_MODE = "external"
    for _number in range(5):
        announcing.tell(RoomFactory(), {})

    deliver()

    assert [len(node.told) for node in two] == [5, 0]


def test_when_a_node_is_down_the_next_one_is_told(two, settings, deliver):
    settings.TALK_SIGNALING_MODE = "external"
    two[0].answers = ["hang up"]
    announcing.tell(RoomFactory(), {})

    deliver()

    assert [len(node.told) for node in two] == [0, 1]
    assert not Announcement.objects.exists()
