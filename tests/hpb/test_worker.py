"""The thread that empties the outbox, and the command that does the same."""

import threading
import time

import pytest
from django.core.management import CommandError, call_command

from talk import call
from talk.models import Announcement, Relay
from talk.signaling import announcing, worker
from talk.signaling.worker import Worker
from tests.factories import RoomFactory, SessionFactory


def wait_until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def in_process(settings, transactional_db, monkeypatch):
    """The site tells servers itself, as it does by default; the thread ends with the test."""
    settings.TALK_SIGNALING_RELAY = "process"
    monkeypatch.setattr(worker, "LINGER", 0.05)
    yield worker._workers
    for each in worker._workers:
        each.stop()
        each.join(20)
    worker._workers.clear()


def test_the_site_tells_servers_by_itself(server, in_process):
    call.join(SessionFactory())

    wait_until(lambda: not Announcement.objects.exists())

    assert server.types == ["update", "incall"]
    assert len(in_process) == 1


def test_it_goes_on_after_a_rest(server, in_process):
    announcing.tell(RoomFactory(), {})
    wait_until(lambda: server.told)
    time.sleep(0.2)

    announcing.tell(RoomFactory(), {})

    wait_until(lambda: len(server.told) == 2)
    assert len(in_process) == 1


def test_joining_does_not_wait_for_a_slow_server(server, in_process):
    server.answers = [2.0]

    call.join(SessionFactory())

    assert server.told == []
    wait_until(lambda: not Announcement.objects.exists())


def test_a_process_that_ends_says_what_it_knows_and_leaves_the_server_to_others(server, in_process):
    server.answers = [0.3]
    announcing.tell(RoomFactory(), {"number": 1})
    # The worker is in the middle of the first.
    wait_until(lambda: Relay.objects.exclude(leased_by="").exists())
    announcing.tell(RoomFactory(), {"number": 2})

    worker.finish()

    assert len(server.told) == 2
    assert not Relay.objects.exclude(leased_by="").exists()


def test_whoever_is_stopped_says_first_what_it_was_woken_for(server, transactional_db):
    announcing.tell(RoomFactory(), {})
    relay = Worker()
    relay.wake()
    relay.stop()

    relay.run()

    assert server.types == ["message"]


def test_a_server_that_comes_back_hears_what_is_so_then(server, in_process):
    server.answers = [(500, b"")]

    session = call.join(SessionFactory())
    wait_until(lambda: not Announcement.objects.exists())

    assert server.told[-1]["incall"]["changed"][0]["sessionId"] == session.session_id


def test_a_bug_is_logged_and_tried_again(server, in_process, monkeypatch, caplog):
    monkeypatch.setattr(worker, "AFTER_A_BUG", 0.01)
    answers = [RuntimeError("bug"), None]

    def deliver(*_):
        if isinstance(answer := answers.pop(0) if answers else None, Exception):
            raise answer

    monkeypatch.setattr(worker.delivery, "deliver", deliver)
    announcing.tell(RoomFactory(), {})

    wait_until(lambda: not answers)

    assert [record.message for record in caplog.records] == ["Telling signaling servers failed"]


def test_a_site_that_leaves_it_to_the_command_starts_no_thread(server, transactional_db):
    call.join(SessionFactory())

    assert worker._workers == []
    assert Announcement.objects.count() == 2


def test_a_forked_process_has_a_thread_of_its_own(server, in_process):
    announcing.tell(RoomFactory(), {})
    (of_the_parent,) = in_process
    worker._forget_worker()  # as the operating system calls it in the child

    announcing.tell(RoomFactory(), {})
    (of_the_child,) = in_process

    wait_until(lambda: len(server.told) == 2)
    assert of_the_child is not of_the_parent
    of_the_parent.stop()
    of_the_parent.join(20)


# The command.


def test_the_command_tells_what_is_waiting(server, db):
    announcing.tell(RoomFactory(), {})

    call_command("talk_hpb_relay", once=True)

    assert server.types == ["message"]


def test_the_command_says_when_something_is_left(server, db):
    announcing.tell(RoomFactory(), {})
    server.answers = [(500, b"")]

    with pytest.raises(CommandError, match="1 could not be told"):
        call_command("talk_hpb_relay", once=True)


def test_the_command_needs_servers(settings, db):
    settings.TALK_SIGNALING_SERVERS = []

    with pytest.raises(CommandError, match="TALK_SIGNALING_SERVERS"):
        call_command("talk_hpb_relay", once=True)


def test_two_commands_say_everything_once_and_in_order(server, transactional_db):
    relays = [Worker(poll=0.001) for _number in range(2)]
    threads = [threading.Thread(target=relay.run) for relay in relays]
    for thread in threads:
        thread.start()
    room = RoomFactory()

    for number in range(30):
        announcing.tell(room, {"number": number})

    wait_until(lambda: not Announcement.objects.exists())
    for relay in relays:
        relay.stop()
    for thread in threads:
        thread.join(20)
    assert [told["message"]["data"]["number"] for told in server.told] == list(range(30))


def test_the_command_runs_until_it_is_stopped(server, transactional_db):
    relay = Worker(poll=0.01)
    thread = threading.Thread(target=relay.run)
    thread.start()

    announcing.tell(RoomFactory(), {})

    wait_until(lambda: server.told)
    relay.stop()
    thread.join(20)
    assert not thread.is_alive()
