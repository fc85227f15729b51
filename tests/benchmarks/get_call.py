"""``GET /call/{token}`` beside a bare view and beside a ``ModelSerializer``."""

import json
from dataclasses import asdict, dataclass

from tests.benchmarks import asking, people, rounds
from tests.benchmarks.asking import BARE, BASIC, INJECTED, MODEL_SERIALIZER, SESSION, WITH_ORJSON
from tests.benchmarks.verdict import Verdict

SIZES = [3, 30, 300, 1000]
"""Peers in the call."""


@dataclass(frozen=True)
class Target:
    """``way`` costs at most ``bound`` times what ``reference`` costs."""

    way: str
    reference: str
    bound: float
    sizes: tuple[int, ...]


TARGETS = [
    Target(INJECTED, BARE, 2.0, (30,)),
    Target(INJECTED, BARE, 1.35, (1000,)),
    Target(INJECTED + WITH_ORJSON, BARE, 0.75, (1000,)),
    Target(SESSION, MODEL_SERIALIZER, 0.8, tuple(SIZES)),
    Target(BASIC, SESSION, 1.5, tuple(SIZES)),
]


def run(*, number_of_rounds, seconds):
    """Measure every way at every size. Returns rows for the table, and the verdicts."""
    for size in SIZES:
        people.fill_room(size)
    ways = asking.ways()
    rows, verdicts = [], []
    for size in SIZES:
        token = f"size{size:04d}"
        queries = _check(ways, token, size)
        costs = rounds.measure(ways, token, rounds=number_of_rounds, seconds=seconds)
        for way in ways:
            cost = rounds.Spread.of(costs[way.name])
            rows.append(
                {
                    "peers": size,
                    "way": way.name,
                    "queries": queries[way.name],
                    "microseconds": cost.middle * 1e6,
                    "to_bare": asdict(rounds.ratios(costs, way.name, BARE)),
                    "to_model_serializer": asdict(rounds.ratios(costs, way.name, MODEL_SERIALIZER)),
                }
            )
        verdicts += _judge(costs, size)
    return rows, verdicts


def _judge(costs, size):
    for target in TARGETS:
        if size in target.sizes and target.way in costs:
            yield Verdict(
                f"CPU, {size} peers: {target.way} / {target.reference}",
                rounds.ratios(costs, target.way, target.reference),
                target.bound,
            )


def _check(ways, token, size):
    """All give the same answer, or there is nothing to compare. Returns their query counts."""
    expected, queries = None, {}
    for way in ways:
        environ = way.environ(token)
        with way.chosen_json():
            status, body = asking.ask(way.application, environ)
            # From the second request on: the first one compiles queries and hashes passwords.
            queries[way.name] = asking.count_queries(way, environ)
        answer = json.loads(body) if status == "200 OK" else None
        expected = expected or answer
        if answer is None or answer != expected or len(answer["ocs"]["data"]) != size:
            raise AssertionError(f"{way.name}, {size} peers: {status} {body[:200]!r}")
    return queries
