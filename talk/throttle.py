"""Wrong secrets are counted, by where they come from; right ones never pay (ocs.md §9)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone

from talk import errors, signals
from talk.conf import Limit, settings
from talk.constants import Guess
from talk.models import ThrottledAddress
from talk.models.lock import writing


def refuse_if_spent(guess: Guess, address: str) -> None:
    """Refuse who has guessed too often.

    :raises Throttled: the address used up its attempts at this kind of secret.
    """
    limit = settings.TALK_THROTTLE
    if limit is not None and cache.get(_key(guess, address), 0) >= limit.attempts:
        raise errors.Throttled


def count(guess: Guess, address: str, token: str) -> None:
    """Note a wrong guess; the last one that is allowed sends the signal ``throttled``."""
    limit = settings.TALK_THROTTLE
    if limit is None:
        return
    _increase(_key(guess, address, token), limit.seconds)
    if _increase(_key(guess, address), limit.seconds) == limit.attempts:
        _write_down(guess, address, limit)
        signals.throttled.send_robust(sender=None, guess=guess, address=address)


def forgive(address: str, token: str) -> None:
    """Forget the wrong guesses at one room, of an address that got it right there.

    Guesses at other rooms still count: a room of one's own is no way to go on guessing.
    """
    for guess in Guess:
        here = cache.get(_key(guess, address, token), 0)
        if not here:
            continue
        cache.delete_many(_both(_key(guess, address, token)))
        total = _key(guess, address)
        # What was counted at this room may be older than what is still held against the address.
        with suppress(ValueError):
            cache.decr(total, min(here, cache.get(total, 0)))
            _keep_window(total)


def attempts_of(rows: Iterable[ThrottledAddress]) -> dict[int, int]:
    """How many wrong guesses are held against these addresses now, by primary key."""
    keys = {_key(Guess(row.guess), row.address): row.pk for row in rows}
    counted = cache.get_many(keys)
    return {pk: counted.get(key, 0) for key, pk in keys.items()}


def release(row: ThrottledAddress) -> None:
    """Let an address guess again, with all its attempts."""
    cache.delete_many(_both(_key(Guess(row.guess), row.address)))
    row.delete()


def _write_down(guess: Guess, address: str, limit: Limit) -> None:
    now = timezone.now()
    with writing() as using:
        ThrottledAddress.objects.using(using).update_or_create(
            guess=guess,
            address=address[:255],
            defaults={"since": now, "until": now + timedelta(seconds=limit.seconds)},
        )


def _increase(key: str, seconds: int) -> int:
    until = time.time() + seconds
    if cache.add(f"{key}.until", until, timeout=seconds):
        cache.set(key, 0, timeout=seconds)
    try:
        number = cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        cache.set(key, 1, timeout=seconds)
        return 1
    _keep_window(key)
    return number


def _keep_window(key: str) -> None:
    """Let a count run out when it began to: several caches give what they count a new life."""
    until = cache.get(f"{key}.until", 0)
    cache.touch(key, timeout=max(0, until - time.time()))


def _both(key: str) -> list[str]:
    return [key, f"{key}.until"]


def _key(guess: Guess, address: str, token: str = "") -> str:
    return f"talk.throttle.{guess}.{sha256(address.encode()).hexdigest()}.{token}"
