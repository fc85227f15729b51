"""Waits end together (docs/deployment.md)."""

import pytest

from talk.signaling.hold import LEEWAY, together


def ends(*, begin, waiting, seconds=25):
    return begin + together(seconds, now=begin, waiting=waiting)


@pytest.mark.parametrize("waiting", [0, 1, 8, 200, 5000])
def test_nobody_waits_longer_than_they_should(waiting):
    for begin in (0.0, 0.3, 17.77, 1000.5):
        assert begin < ends(begin=begin, waiting=waiting) <= begin + 25


@pytest.mark.parametrize("waiting", [0, 1, 8, 200, 5000])
def test_nobody_waits_much_shorter(waiting):
    for begin in (0.0, 0.3, 17.77, 1000.5):
        assert ends(begin=begin, waiting=waiting) >= begin + 25 * (1 - LEEWAY)


@pytest.mark.parametrize(("waiting", "burst"), [(10, 1), (200, 20), (1000, 4), (5000, 1)])
def test_the_more_wait_the_fewer_of_them_end_at_the_same_time(waiting, burst):
    begins = [number * 25 / waiting for number in range(waiting)]

    moments = {round(ends(begin=begin, waiting=waiting), 6) for begin in begins}

    assert waiting / len(moments) == pytest.approx(burst, rel=0.1)


def test_no_time_is_no_wait():
    assert together(0, now=3.0, waiting=5) == 0
