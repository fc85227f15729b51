"""Addresses that guessed too often: shown while they are refused, and released."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from talk import errors, throttle
from talk.constants import Guess
from talk.models import ThrottledAddress

HERE, THERE = "192.0.2.7", "2001:db8::7"


@pytest.fixture(autouse=True)
def _few_attempts(settings):
    settings.TALK_THROTTLE = {"attempts": 2, "seconds": 60}


def guess(address, times=2, kind=Guess.PASSWORD):
    for _time in range(times):
        throttle.count(kind, address, "abcd2345")


def test_whoever_used_up_the_attempts_is_listed(boss):
    guess(HERE)
    guess(THERE, times=1)

    [row] = boss.rows(ThrottledAddress)

    assert (row.address, row.guess) == (HERE, Guess.PASSWORD)
    assert timedelta(seconds=50) < row.until - timezone.now() <= timedelta(seconds=60)
    page = boss.list(ThrottledAddress).content.decode()
    assert page.count('<td class="field-wrong_guesses">2</td>') == 1


def test_an_address_that_comes_again_is_listed_once(boss):
    guess(HERE)
    cache.clear()
    guess(HERE)

    assert ThrottledAddress.objects.count() == 1


def test_whose_time_is_over_is_not_listed(boss):
    guess(HERE)
    ThrottledAddress.objects.update(until=timezone.now())

    assert boss.rows(ThrottledAddress) == []


def test_an_address_is_released_after_a_question(boss):
    guess(HERE)
    guess(HERE, kind=Guess.TOKEN)
    row = ThrottledAddress.objects.get(guess=Guess.PASSWORD)

    said = boss.act("release", row)

    throttle.refuse_if_spent(Guess.PASSWORD, HERE)
    with pytest.raises(errors.Throttled):
        throttle.refuse_if_spent(Guess.TOKEN, HERE)
    assert said == [("success", "1 address was released.")]
    assert list(ThrottledAddress.objects.values_list("guess", flat=True)) == [Guess.TOKEN]


def test_what_the_cache_has_forgotten_is_told(boss):
    guess(HERE)
    cache.clear()

    page = boss.list(ThrottledAddress).content.decode()

    assert page.count('<td class="field-wrong_guesses">0</td>') == 1
    assert page.count('alt="False"') == 1


@pytest.mark.parametrize("permission", ["view_throttledaddress", "change_throttledaddress"])
def test_who_may_look_may_not_release(staff, permission):
    guess(HERE)
    row = ThrottledAddress.objects.get()
    member = staff(permission)

    assert member.list(ThrottledAddress).status_code == 200
    assert member.delete(row).status_code == 403
    assert ThrottledAddress.objects.exists()


@pytest.mark.parametrize("number", [1, 20])
def test_list_costs_the_same_for_many(boss, django_assert_num_queries, number):
    for each in range(number):
        guess(f"192.0.2.{each}")

    with django_assert_num_queries(5):
        boss.list(ThrottledAddress)
