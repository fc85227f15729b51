"""Interleaved rounds: everything is measured beside everything else, again and again.

A shared machine is slow now and quick then. What was measured in the same round was measured
under the same conditions, so ratios are taken within rounds, and only then the middle one.
Within a turn the quickest tenth of the requests counts: the others also paid for what somebody
else left in the processor's caches, and a long path through the code pays more of that.
"""

import statistics
from dataclasses import dataclass
from time import process_time

from tests.benchmarks.asking import ask


@dataclass(frozen=True)
class Spread:
    """The middle of several rounds, and half the width of the middle half of them."""

    middle: float
    half_width: float

    @classmethod
    def of(cls, values):
        if len(values) == 1:
            return cls(values[0], 0.0)
        first, _second, third = statistics.quantiles(values, n=4, method="inclusive")
        return cls(statistics.median(values), (third - first) / 2)


def measure(ways, token, *, rounds, seconds):
    """CPU seconds per request for each way, one value per round; a turn takes ``seconds``."""
    environs = {way.name: way.environ(token) for way in ways}
    turns = {way.name: _requests_in(seconds, way, environs[way.name]) for way in ways}
    results = {way.name: [] for way in ways}
    for number in range(rounds):
        first = number % len(ways)
        for way in ways[first:] + ways[:first]:
            cost = _turn(way, environs[way.name], turns[way.name])
            results[way.name].append(cost)
    return results


def ratios(results, name, reference):
    """How one way's cost relates to another's, round by round."""
    return ratio_of(results[name], results[reference])


def ratio_of(ours, theirs):
    """The same of two lists, one value per round."""
    return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])


def _requests_in(seconds, way, environ):
    # The first requests fill caches.
    _turn(way, environ, 3)
    return min(500, max(8, round(seconds / _turn(way, environ, 3))))


def _turn(way, environ, requests):
    """CPU seconds of a request out of several in a row that nothing got in the way of."""
    costs = []
    with way.chosen_json():
        for _ in range(requests):
            before = process_time()
            ask(way.application, environ)
            costs.append(process_time() - before)
    return sorted(costs)[len(costs) // 10]
