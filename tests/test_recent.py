"""What a process remembers of late (talk/recent.py)."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from talk.recent import Recent


@pytest.fixture
def threads_take_turns_often():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_as_many_as_may_be_are_kept():
    recent = Recent(2)

    recent["a"], recent["b"] = 1, 2

    assert dict(recent) == {"a": 1, "b": 2}


def test_the_one_that_was_set_longest_ago_makes_room():
    recent = Recent(2)
    recent["a"], recent["b"] = 1, 2
    recent["a"] = 3

    recent["c"] = 4

    assert dict(recent) == {"a": 3, "c": 4}


def test_what_is_renewed_is_never_missing():
    recent = Recent(1)
    recent["a"] = 0
    is_over, missing = threading.Event(), []

    def read():
        while not is_over.is_set():
            if recent.get("a") is None:
                missing.append(True)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20_000):
        recent["a"] = number
    is_over.set()
    reader.join()

    assert missing == []


def test_threads_may_set_at_the_same_time(threads_take_turns_often):
    recent, threads = Recent(1), 4

    def fill(first):
        for number in range(first, 20_000, threads):
            recent[number] = number

    with ThreadPoolExecutor(threads) as pool:
        # What one of them raises is raised here.
        list(pool.map(fill, range(threads)))

    assert len(recent) == 1
