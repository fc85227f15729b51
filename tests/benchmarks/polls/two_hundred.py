"""Two hundred people in calls of four: what a message costs, and how long it takes."""

import asyncio
from contextlib import ExitStack

from tests.benchmarks.polls import servers
from tests.benchmarks.polls.crowd import ORIGINAL, Crowd
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread, ratio_of
from tests.benchmarks.verdict import Verdict

PEOPLE, PER_ROOM, SENDERS = 200, 4, 16
_NAMES = ("ours", "ours, all kept")
RATE = 50
"""Messages a second while latencies are taken: far from what any of them could do."""


def run(effort):
    """Some messages first, then as many as go."""
    people = {
        prefix: fill_rooms(prefix, people=PEOPLE, per_room=PER_ROOM)
        for prefix in ("ours", "kept", "floor", "once")
    }
    with ExitStack() as stack:
        ours = _Side(stack.enter_context(servers.ours()), people["ours"])
        keeping = _Side(stack.enter_context(servers.keeping()), people["kept"])
        raw = _Side(stack.enter_context(servers.raw()), people["floor"])
        with servers.original(threads=PEOPLE + SENDERS) as server:
            original = _Side(server, people["once"], ORIGINAL)
            return in_loop(_measure(effort, ours, keeping, raw, original))


class _Side:
    def __init__(self, server, people, *path):
        self.server = server
        self.crowd = Crowd(server.port, people, *path)

    async def latency(self, effort):
        found = await self.crowd.exchange(rate=RATE, seconds=effort.turn)
        return {"p50": found[len(found) // 2], "p95": found[int(len(found) * 0.95)]}

    async def cost(self, effort):
        return await self.crowd.saturate(self.server.cpu, senders=SENDERS, seconds=effort.turn)


async def _measure(effort, ours, keeping, raw, original):
    sides = (original, ours, raw)
    await asyncio.gather(*(side.crowd.sit_down(over=effort.over) for side in sides))
    verdicts = [await _slow(effort, original, ours)]
    await original.crowd.leave()
    await keeping.crowd.sit_down(over=effort.over)
    verdicts += await _quick(effort, ours, keeping, raw)
    verdicts += await _load(effort, ours, keeping, raw)
    for side in (ours, keeping, raw):
        await side.crowd.leave()
    return verdicts


async def _slow(effort, original, ours):
    pairs = [
        (await original.latency(effort), await ours.latency(effort)) for _ in range(effort.rounds)
    ]
    return _latency_verdict("once a second / ours", pairs, "p50", 100, at_least=True)


async def _quick(effort, ours, keeping, raw):
    rounds = [
        [await side.latency(effort) for side in (ours, keeping, raw)] for _ in range(effort.rounds)
    ]
    return [
        _latency_verdict(
            f"{name} / raw ASGI", [(found[place], found[-1]) for found in rounds], share, 1.3
        )
        for place, name in enumerate(_NAMES)
        for share in ("p50", "p95")
    ]


def _latency_verdict(names, pairs, share, bound, **direction):
    one, other = ([found[share] for found in side] for side in zip(*pairs, strict=True))
    return Verdict(
        f"delivery {share}, {PEOPLE} people: {names}",
        ratio_of(one, other),
        bound,
        figures=f"{Spread.of(one).middle * 1e3:.1f} ms, {Spread.of(other).middle * 1e3:.1f} ms",
        **direction,
    )


async def _load(effort, ours, keeping, raw):
    costs = [
        [await side.cost(effort) for side in (ours, keeping, raw)] for _ in range(effort.rounds)
    ]
    *sides, floor = zip(*costs, strict=True)
    return [
        Verdict(
            f"CPU per message: {name} / raw ASGI",
            ratio_of(one, floor),
            2.5,
            figures=f"{Spread.of(one).middle * 1e6:.0f} µs, {Spread.of(floor).middle * 1e6:.0f} µs",
        )
        for name, one in zip(_NAMES, sides, strict=True)
    ]
