"""People who only wait: what each of them holds, and whether thousands are in the way."""

import asyncio
from time import perf_counter

from tests.benchmarks.polls import servers, usage
from tests.benchmarks.polls.crowd import ORIGINAL, SIGNALING, Crowd
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread, ratio_of
from tests.benchmarks.verdict import Verdict

PEOPLE, PER_ROOM = 1000, 4
FEW = 200
RATE = 50


def run_waiting(effort):
    """Two hundred polls that nothing happens to, at one server after the other."""
    sides = {
        # One thread more than polls: somebody asks whether all have sat down.
        "once a second": (lambda: servers.original(threads=FEW + 1), ORIGINAL),
        "talk.asgi": (servers.ours, SIGNALING),
        "raw ASGI": (servers.raw, SIGNALING),
    }
    shares = {name: [] for name in sides}
    for turn in range(min(3, effort.rounds)):
        for number, (name, (side, path)) in enumerate(sides.items()):
            # New people each time: those of the last round have fallen silent.
            people = fill_rooms(f"idle{turn}{number}", people=FEW, per_room=PER_ROOM)
            with side() as server:
                crowd = Crowd(server.port, people, path)
                shares[name].append(in_loop(_cpu_of_waiting(server, crowd, effort)))
    original, ours, raw = shares.values()
    figures = [f"{name} {Spread.of(found).middle:.2%}" for name, found in shares.items()]
    floor = f"once a second / raw ASGI {ratio_of(original, raw).middle:.1f}"
    return [
        Verdict(
            f"idle CPU, {FEW} people: once a second / ours",
            ratio_of(original, ours),
            15,
            at_least=True,
            figures=f"{', '.join(figures)}; {floor}",
        )
    ]


async def _cpu_of_waiting(server, crowd, effort):
    await crowd.sit_down(over=effort.over)
    # By then polls end together that are to.
    await asyncio.sleep(effort.over)
    before, began = server.cpu(), perf_counter()
    await asyncio.sleep(effort.over)
    share = (server.cpu() - before) / (perf_counter() - began)
    await crowd.leave()
    return share


def run_thousand(effort):
    """A thousand polls that nothing happens to."""
    people = fill_rooms("thousand", people=PEOPLE, per_room=PER_ROOM)
    threads, connections = [], []
    bytes_each = {servers.ours: [], servers.raw: []}
    for _ in range(min(3, effort.rounds)):
        for side, found in bytes_each.items():
            with side() as server:
                held = in_loop(_sit_still(server, people))
            found.append(held["bytes"] / (PEOPLE - FEW))
            if side is servers.ours:
                threads.append(held["threads"])
                connections.append(held["connections"])
    ours, raw = bytes_each.values()
    return [
        Verdict(f"threads under {PEOPLE} idle polls", Spread.of(threads), 12, exact=True),
        Verdict(
            f"database connections under {PEOPLE} idle polls",
            Spread.of(connections),
            8,
            exact=True,
        ),
        Verdict(
            "memory per idle poll: ours / raw ASGI",
            ratio_of(ours, raw),
            1.6,
            figures=f"{Spread.of(ours).middle / 1024:.1f} KiB, "
            f"{Spread.of(raw).middle / 1024:.1f} KiB",
        ),
    ]


async def _sit_still(server, people):
    # The first ones fill caches.
    first = Crowd(server.port, people[:FEW])
    await first.sit_down(over=1)
    await first.exchange(rate=RATE, seconds=1)
    before = server.memory()
    crowd = Crowd(server.port, people[FEW:])
    await crowd.sit_down(over=2)
    held = {
        "bytes": server.memory() - before,
        "threads": usage.threads(server.pids),
        "connections": usage.database_connections(server.pids),
    }
    await crowd.leave()
    await first.leave()
    return held


def run_crowd(effort):
    """The same messages among few and among many; at the floor as well, to see what can be."""
    p95 = {(side, size): [] for side in (servers.ours, servers.raw) for size in (FEW, effort.crowd)}
    for turn in range(min(3, effort.rounds)):
        for number, side in enumerate((servers.ours, servers.raw)):
            people = {
                size: fill_rooms(f"crowd{turn}{number}{size}in", people=size, per_room=PER_ROOM)
                for size in (FEW, effort.crowd)
            }
            with side() as server:
                for size, crowd in people.items():
                    p95[side, size].append(in_loop(_messages_among(server, crowd, effort)))
    few, many = p95[servers.ours, FEW], p95[servers.ours, effort.crowd]
    floor = ratio_of(p95[servers.raw, effort.crowd], p95[servers.raw, FEW])
    return [
        Verdict(
            f"delivery p95 of ours: {effort.crowd} people / {FEW}",
            ratio_of(many, few),
            1.5,
            figures=f"{Spread.of(many).middle * 1e3:.1f} ms, {Spread.of(few).middle * 1e3:.1f} ms; "
            f"of raw ASGI {floor.middle:.2f}",
        )
    ]


async def _messages_among(server, people, effort):
    crowd = Crowd(server.port, people)
    await crowd.sit_down(over=effort.over)
    found = await crowd.exchange(rate=RATE, seconds=2 * effort.turn)
    await crowd.leave()
    return found[int(len(found) * 0.95)]
