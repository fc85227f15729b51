"""Sender and receiver at different processes, which know of each other by the database alone."""

from tests.benchmarks.polls import servers
from tests.benchmarks.polls.crowd import Crowd
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread
from tests.benchmarks.verdict import Verdict

PEOPLE, PER_ROOM, RATE = 40, 4, 20


def run(effort):
    """With what the database offers, and by the tail query alone."""
    people = fill_rooms("apart", people=PEOPLE, per_room=PER_ROOM)
    verdicts = [_verdict("tail query alone", people, effort, TICK, TALK_SIGNALING_NOTIFY="false")]
    if connection.vendor == "postgresql":
        verdicts.append(_verdict("PostgreSQL's NOTIFY", people, effort, 10))
    return verdicts


def _verdict(way, people, effort, bound, **settings):
    with servers.ours(**settings) as server, servers.ours(**settings) as other:
        medians = in_loop(_medians(server, other, people, effort))
    return Verdict(f"delivery p50 between two processes, ms: {way}", Spread.of(medians), bound)


async def _medians(server, other, people, effort):
    crowd = Crowd(server.port, people, sends_to=other.port)
    await crowd.sit_down(over=1)
    medians = []
    for _ in range(effort.rounds):
        found = await crowd.exchange(rate=RATE, seconds=effort.turn)
        medians.append(found[len(found) // 2] * 1e3)
    await crowd.leave()
    return medians
