"""Who waits, and how they are woken."""

import threading

import pytest

from talk.signaling.hub import (
    MOST_PER_SESSION,
    REMEMBERED,
    Hub,
    WaitingThread,
    room_key,
    session_key,
)

MAIL, ROOM = session_key(1), room_key(1)


class Sleeper(WaitingThread):
    def __init__(self):
        super().__init__()
        self.times = 0

    def wake(self):
        self.times += 1
        super().wake()


@pytest.fixture
def hub():
    return Hub()


def wait(hub, *keys, since=None):
    sleeper = Sleeper()
    hub.wait_for(keys, sleeper, since=hub.now() if since is None else since)
    return sleeper


def test_whoever_waits_for_a_key_is_woken_once_and_knows_by_what(hub):
    sleeper, other = wait(hub, MAIL, ROOM), wait(hub, session_key(2), ROOM)

    hub.wake(MAIL)
    hub.wake(MAIL, ROOM)

    assert (sleeper.times, sleeper.woken_by) == (1, {MAIL})
    assert (other.times, other.woken_by) == (1, {ROOM})
    assert not hub.is_waited_for()


def test_what_happens_between_the_look_and_the_wait_is_not_lost(hub):
    looked_at = hub.now()
    hub.wake(ROOM)

    sleeper = wait(hub, MAIL, ROOM, since=looked_at)

    assert (sleeper.times, sleeper.woken_by) == (1, {ROOM})
    assert not hub.is_waited_for()


def test_what_happened_before_the_look_is_known_already(hub):
    hub.wake(ROOM)

    assert wait(hub, ROOM).times == 0


def test_whoever_looked_too_long_ago_looks_again(hub):
    looked_at = hub.now()
    for number in range(REMEMBERED + 1):
        hub.wake(session_key(number + 10))

    assert wait(hub, MAIL, since=looked_at).times == 1


def test_whoever_has_gone_is_forgotten(hub):
    sleeper = wait(hub, MAIL, ROOM)

    hub.forget((MAIL, ROOM), sleeper)
    hub.wake(MAIL)

    assert (sleeper.times, hub.is_waited_for()) == (0, False)


def test_a_session_waits_in_a_few_tabs_only(hub):
    sleepers = [wait(hub, MAIL, ROOM) for _ in range(MOST_PER_SESSION + 2)]

    assert [sleeper.times for sleeper in sleepers] == [1, 1] + [0] * MOST_PER_SESSION
    assert sleepers[0].woken_by == frozenset()


def test_whoever_came_last_is_handed_something(hub):
    first, last = wait(hub, MAIL, ROOM), wait(hub, MAIL, ROOM)

    assert hub.hand(MAIL, "a letter")

    assert (last.times, last.woken_by, last.mail) == (1, {MAIL}, "a letter")
    assert (first.times, first.woken_by, first.mail) == (1, {MAIL}, None)


def test_whoever_was_handed_something_waits_no_more_and_nobody_beside_them(hub):
    for _tab in range(2):
        wait(hub, MAIL, ROOM)
    hub.hand(MAIL, "a letter")

    assert not hub.hand(MAIL, "another")
    assert not hub.is_waited_for()


def test_nobody_is_handed_anything_at_the_end_of_a_process(hub):
    sleeper = wait(hub, MAIL)

    hub.close()

    assert not hub.hand(MAIL, "a letter")
    sleeper.wait(60)
    assert sleeper.mail is None


def test_how_many_wait_is_known(hub):
    sleepers = [wait(hub, session_key(number), ROOM) for number in range(5)]
    assert hub.size() == 5

    hub.wake(session_key(0))
    hub.hand(session_key(1), "a letter")
    for _time in range(2):
        hub.forget((session_key(2), ROOM), sleepers[2])
    assert hub.size() == 2

    hub.wake(ROOM)
    assert hub.size() == 0


def test_nobody_is_handed_what_they_do_not_wait_for(hub):
    sleeper = wait(hub, MAIL, ROOM)

    assert not hub.hand(session_key(2), "a letter")

    assert (sleeper.times, hub.has_waiter(MAIL), hub.has_waiter(session_key(2))) == (0, True, False)


def test_a_room_is_waited_for_by_any_number(hub):
    sleepers = [wait(hub, session_key(number), ROOM) for number in range(50)]

    assert [sleeper.times for sleeper in sleepers] == [0] * 50
    assert hub.waiting("room") == [1]


def test_nobody_waits_for_the_end_of_a_process(hub):
    sleeper = wait(hub, MAIL)

    hub.close()
    sleeper.wait(60)

    assert (sleeper.times, wait(hub, MAIL).times) == (1, 1)
    hub.open()
    assert wait(hub, MAIL).times == 0


def test_many_threads_at_once(hub):
    woken = []

    def work(number):
        for _turn in range(200):
            sleeper = wait(hub, session_key(number), ROOM)
            hub.wake(session_key(number))
            sleeper.wait(60)
            woken.append(sleeper.times)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert (woken, hub.is_waited_for()) == ([1] * 1600, False)
