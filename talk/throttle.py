"""Wrong secrets are counted, by where they come from; right ones never pay (ocs.md §9)."""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache

from talk import errors, signals
from talk.conf import settings
from talk.constants import Guess


def refuse_if_spent(guess: Guess, address: str) -> None:
    """Refuse who has guessed too often.

    :raises Throttled: the address used up its attempts at this kind of secret.
    """
    limit = settings.TALK_THROTTLE
    if limit is not None and cache.get(_key(guess, address), 0) >= limit.attempts:
        raise errors.Throttled


def count(guess: Guess, address: str) -> None:
    """Note a wrong guess; the last one that is allowed sends the signal ``throttled``."""
    limit = settings.TALK_THROTTLE
    if limit is None:
        return
    key = _key(guess, address)
    cache.add(key, 0, timeout=limit.seconds)
    try:
        spent = cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        cache.set(key, 1, timeout=limit.seconds)
        spent = 1
    if spent == limit.attempts:
        signals.throttled.send_robust(sender=None, guess=guess, address=address)


def forgive(address: str) -> None:
    """Forget the wrong guesses of an address that got it right."""
    cache.delete_many([_key(guess, address) for guess in Guess])


def _key(guess: Guess, address: str) -> str:
    return f"talk.throttle.{guess}.{sha256(address.encode()).hexdigest()}"
