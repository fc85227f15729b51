import asyncio
import threading
import time

import pytest

from talk.signaling import crew as crews
from talk.signaling.crew import Crew
from tests.signaling.turns import how_many_begin


@pytest.fixture
def crew():
    crew = Crew(3)
    yield crew
    crew.close()


@pytest.fixture
def pair():
    """A crew of which two may compute at once."""
    crew = Crew(3, at_once=2)
    yield crew
    crew.close()


@pytest.fixture
def only_the_queue(monkeypatch):
    """Nothing but a queue lets another one begin, however little the process has to do."""
    monkeypatch.setattr(crews, "BUSY", 0)
    monkeypatch.setattr(crews, "STUCK", 60)


def thread_after(seconds):
    """Work that takes so long, and says which thread did it."""

    def work():
        # The crew measures how long work takes: only passing time is that.
        time.sleep(seconds)
        return threading.get_ident()

    return work


async def done(crew, *works):
    return await asyncio.wait_for(asyncio.gather(*map(crew.run, works)), 10)


def test_work_is_done_in_a_thread(crew):
    (thread,) = asyncio.run(done(crew, threading.get_ident))

    assert thread != threading.get_ident()


def test_what_fails_there_fails_here(crew):
    def fail():
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        asyncio.run(done(crew, fail))


def test_work_goes_on_after_a_failure(crew):
    def fail():
        raise LookupError

    async def both():
        with pytest.raises(LookupError):
            await crew.run(fail)
        return await crew.run(lambda: "done")

    assert asyncio.run(both()) == "done"


def test_short_work_is_done_by_one_thread_in_the_order_in_which_it_was_given(crew, monkeypatch):
    monkeypatch.setattr(crews, "MOMENT", 60)
    order = []

    def work(number):
        order.append(number)
        return threading.get_ident()

    threads = asyncio.run(done(crew, *(lambda n=n: work(n) for n in range(20))))

    assert order == list(range(20))
    assert len(set(threads)) == 1


def test_as_many_as_may_compute_at_once_are_begun(pair, only_the_queue, monkeypatch):
    monkeypatch.setattr(crews, "QUEUE", 0)

    assert asyncio.run(how_many_begin(pair, of=3)) == 2


def test_a_short_burst_is_done_by_one_thread(pair, only_the_queue, monkeypatch):
    monkeypatch.setattr(crews, "QUEUE", 60)

    assert asyncio.run(how_many_begin(pair, of=3)) == 1


def test_a_lasting_queue_is_done_by_as_many_as_may_compute_at_once(pair, only_the_queue):
    threads = asyncio.run(done(pair, *[thread_after(0.01)] * 20))

    assert len(set(threads)) == 2


def test_short_bursts_one_after_the_other_are_no_lasting_queue(pair, only_the_queue):
    async def bursts():
        # Together they take much longer than a queue has to.
        return [await done(pair, *[thread_after(0.01)] * 2) for _ in range(10)]

    assert len({thread for burst in asyncio.run(bursts()) for thread in burst}) == 1


def test_whoever_comes_later_does_not_make_a_queue_a_new_one(pair, only_the_queue):
    async def always_one_more():
        works = []
        # One every 10 ms, each of which takes 20: the queue never ends.
        for _ in range(20):
            works.append(pair.run(thread_after(0.02)))
            await asyncio.sleep(0.01)
        # What is done later is done while nobody comes any more.
        meanwhile = {work.result() for work in works if work.done()}
        await asyncio.gather(*works)
        return meanwhile

    assert len(asyncio.run(always_one_more())) == 2


def test_nobody_waits_for_somebody_who_waits(crew):
    released = threading.Event()

    was_released, _ = asyncio.run(done(crew, lambda: released.wait(5), released.set))

    assert was_released


def test_a_burst_after_a_rest_is_done_by_one_thread(crew):
    async def burst_after_a_rest():
        await crew.run(lambda: None)
        await asyncio.sleep(3 * crews.MOMENT)
        return await done(crew, *[threading.get_ident] * 5)

    assert len(set(asyncio.run(burst_after_a_rest()))) == 1


def test_work_that_mostly_waits_is_done_by_several_threads(crew):
    def wait():
        # Stands for a few statements to a database that is not near: as they, it uses no processor,
        # and is over before the crew looks.
        time.sleep(0.75 * crews.MOMENT)
        return threading.get_ident()

    threads = asyncio.run(done(crew, *[wait] * 30))

    assert len(set(threads)) > 1


def test_there_are_never_more_threads_than_allowed(crew):
    busy, most, lock = 0, 0, threading.Lock()

    def work():
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        # So long that the crew sees that everybody waits.
        time.sleep(3 * crews.MOMENT)
        with lock:
            busy -= 1

    asyncio.run(done(crew, *[work] * 12))

    assert most == 3


def test_clients_take_turns(crew, monkeypatch):
    monkeypatch.setattr(crews, "MOMENT", 60)
    order = []

    async def crowd_and_another():
        crowd = [crew.run(lambda n=n: order.append(f"crowd {n}"), client="crowd") for n in range(5)]
        await asyncio.gather(*crowd, crew.run(lambda: order.append("another"), client="another"))

    first = threading.Event()

    async def behind_a_long_one():
        long = crew.run(lambda: first.wait(10), client="crowd")
        asyncio.get_running_loop().call_soon(first.set)
        await asyncio.gather(long, crowd_and_another())

    asyncio.run(behind_a_long_one())

    assert order == ["crowd 0", "another", "crowd 1", "crowd 2", "crowd 3", "crowd 4"]


def test_who_is_cancelled_leaves_the_others_alone(crew):
    released = threading.Event()

    async def cancelled_and_another():
        task = crew.run(lambda: released.wait(10))
        await asyncio.sleep(0)
        task.cancel()
        released.set()
        return await crew.run(lambda: "done")

    assert asyncio.run(cancelled_and_another()) == "done"


def test_one_loop_after_another_is_served(crew):
    released = threading.Event()

    async def leave_something_waiting():
        crew.run(lambda: released.wait(10))
        crew.run(lambda: None)

    # Its loop is closed while it was to look after what waits.
    asyncio.run(leave_something_waiting())

    assert asyncio.run(done(crew, released.set, lambda: "done"))[1] == "done"


def test_the_end_ends_the_threads(crew):
    of_others = set(threading.enumerate())
    asyncio.run(done(crew, threading.get_ident))
    own = [each for each in set(threading.enumerate()) - of_others if each.name == "talk"]

    crew.close()

    assert (len(own) > 0, [each for each in own if each.is_alive()]) == (True, [])


def test_threads_that_are_busy_do_not_get_in_each_others_way(crew, monkeypatch):
    monkeypatch.setattr(crews.time, "process_time", time.monotonic)

    threads = asyncio.run(done(crew, *[thread_after(0.01)] * 9))

    assert len(set(threads)) == 1


def test_fewer_threads_go_on_once_they_are_busy(crew, monkeypatch):
    async def waiting_and_then_busy():
        await done(crew, *[thread_after(0.03)] * 6)
        monkeypatch.setattr(crews.time, "process_time", time.monotonic)
        await done(crew, *[thread_after(0.03)] * 6)
        return await done(crew, *[thread_after(0.01)] * 9)

    assert len(set(asyncio.run(waiting_and_then_busy()))) == 1


def test_who_is_stuck_stops_nobody_even_if_the_process_is_busy_elsewhere(crew, monkeypatch):
    monkeypatch.setattr(crews.time, "process_time", time.monotonic)
    released = threading.Event()

    was_released, _ = asyncio.run(done(crew, lambda: released.wait(5), released.set))

    assert was_released
