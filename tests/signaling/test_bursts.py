"""Waits end together (docs/deployment.md)."""

import pytest

from talk.signaling.bursts import AT_ONCE, CROWD, LEEWAY, LEEWAY_IN_A_CROWD, REMEMBERED, Bursts

NUMBERS = [0, 1, 8, 200, 5000]
MOMENTS = [0.0, 0.3, 17.77, 1000.5]


@pytest.fixture
def bursts():
    return Bursts()


@pytest.fixture
def ends(bursts):
    """When a wait of up to 25 seconds ends."""

    def ends(*, begin, waiting, room="room"):
        return begin + bursts.seconds(25, room=room, now=begin, waiting=waiting)

    return ends


@pytest.mark.parametrize("waiting", NUMBERS)
def test_nobody_waits_longer_than_they_should(ends, waiting):
    for begin in MOMENTS:
        assert begin < ends(begin=begin, waiting=waiting) <= begin + 25


@pytest.mark.parametrize("waiting", NUMBERS)
def test_whoever_is_alone_in_a_room_waits_hardly_shorter(ends, waiting):
    for begin in MOMENTS:
        assert ends(begin=begin, waiting=waiting, room=begin) >= begin + 25 * (1 - LEEWAY)


@pytest.mark.parametrize("waiting", NUMBERS)
def test_nobody_waits_much_shorter(ends, waiting):
    for begin in range(40):
        assert ends(begin=begin, waiting=waiting) >= begin + 25 * (1 - LEEWAY_IN_A_CROWD)


@pytest.mark.parametrize(("waiting", "burst"), [(10, 1), (200, 20), (1000, 4), (5000, 1)])
def test_the_more_wait_the_fewer_of_them_end_at_the_same_time(ends, waiting, burst):
    begins = [number * 25 / waiting for number in range(waiting)]

    moments = {round(ends(begin=begin, waiting=waiting, room=begin), 6) for begin in begins}

    assert waiting / len(moments) == pytest.approx(burst, rel=0.1)


def test_in_a_crowd_those_of_one_room_end_together(ends):
    first = ends(begin=0, waiting=CROWD)

    assert [ends(begin=begin, waiting=CROWD) for begin in (1, 5, 9)] == [pytest.approx(first)] * 3


def test_among_few_they_do_not(ends):
    first = ends(begin=0, waiting=CROWD - 1)

    assert ends(begin=9, waiting=CROWD - 1) > first


def test_those_of_different_rooms_do_not(ends):
    first = ends(begin=0, waiting=CROWD)

    assert ends(begin=9, waiting=CROWD, room="another") > first


def test_once_together_they_stay_so_and_wait_in_full(ends):
    together = ends(begin=0, waiting=CROWD)
    for begin in (1, 5, 9):
        ends(begin=begin, waiting=CROWD)

    # Each asks again as soon as it was answered.
    again = [ends(begin=together + number / 100, waiting=CROWD) for number in range(1, 5)]

    assert again == [pytest.approx(again[0])] * 4
    assert again[0] - together >= 25 * (1 - LEEWAY)


def test_a_large_room_ends_in_several_bursts(ends):
    *first, next_one = [ends(begin=0.4 * number, waiting=CROWD) for number in range(AT_ONCE + 1)]

    assert first == [pytest.approx(first[0])] * AT_ONCE
    assert next_one > first[0] + 1


def test_rooms_are_forgotten(bursts, ends):
    for room in range(REMEMBERED + 10):
        ends(begin=0, waiting=CROWD, room=room)

    assert len(bursts._of_room) == REMEMBERED


def test_no_time_is_no_wait(bursts):
    assert bursts.seconds(0, room="room", now=3.0, waiting=5) == 0
