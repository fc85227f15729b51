"""Sender and receiver at different processes, which know of each other by the database alone."""

from tests.benchmarks.polls import servers
from tests.benchmarks.polls.crowd import Crowd
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread
from tests.benchmarks.verdict import Verdict

PEOPLE, PER_ROOM, RATE = 40, 4, 20


async def _median(server, other, people, effort):
    crowd = Crowd(server.port, people, sends_to=other.port)
    await crowd.sit_down(over=1)
    medians = []
    for _ in range(effort.rounds):
        found = await crowd.exchange(rate=RATE, seconds=effort.turn)
        medians.append(found[len(found) // 2] * 1e3)
    await crowd.leave()
    return medians
