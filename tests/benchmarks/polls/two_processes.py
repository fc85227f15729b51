"""Sender and receiver at different processes, which know of each other by the database alone."""

from django.db import connection

from talk.signaling.watch import TICK
from tests.benchmarks.polls import servers
from tests.benchmarks.polls.crowd import Crowd
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread
from tests.benchmarks.verdict import Verdict

PEOPLE, PER_ROOM, RATE = 40, 4, 20


def run(effort):
    """By the tail query alone, and with what the database offers beyond it."""
    people = fill_rooms("apart", people=PEOPLE, per_room=PER_ROOM)
    verdicts = [_verdict("tail query alone", servers.deaf, people, effort, TICK * 1e3)]
    if connection.vendor == "postgresql":
        verdicts.append(_verdict("NOTIFY", servers.ours, people, effort, 10))
    return verdicts


def _verdict(way, serving, people, effort, bound):
    with serving() as server, serving() as other:
        medians = in_loop(_medians(server, other, people, effort))
    return Verdict(f"delivery p50 between two processes, in ms: {way}", Spread.of(medians), bound)


async def _medians(server, other, people, effort):
    crowd = Crowd(server.port, people, sends_to=other.port)
    await crowd.sit_down(over=1)
    medians = []
    for _ in range(effort.rounds):
        found = await crowd.exchange(rate=RATE, seconds=effort.turn)
        medians.append(found[len(found) // 2] * 1e3)
    await crowd.leave()
    return medians
