"""One change in a room of three hundred, all of whom wait for it."""

import asyncio

from tests.benchmarks.polls import servers
from tests.benchmarks.polls.client import request
from tests.benchmarks.polls.crowd import Crowd
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.polls.requests import CALL
from tests.benchmarks.rounds import Spread, ratio_of
from tests.benchmarks.verdict import Verdict

PEOPLE = 300


def run(effort):
    """Somebody switches the camera on or off; everybody hears the whole list."""
    sides = {
        servers.raw: fill_rooms("alone", people=PEOPLE, per_room=PEOPLE),
        servers.ours: fill_rooms("shared", people=PEOPLE, per_room=PEOPLE),
    }
    with servers.raw("query_per_poll") as raw, servers.ours() as ours:
        each = dict(zip(sides, (raw, ours), strict=True))
        costs = in_loop(_measure(effort, [(each[side], sides[side]) for side in sides]))
    one, other = zip(*costs, strict=True)
    return [
        Verdict(
            f"server CPU of one change, {PEOPLE} polls: a query per poll / ours",
            ratio_of(one, other),
            25,
            at_least=True,
            figures=f"{Spread.of(one).middle * 1e3:.0f} ms, {Spread.of(other).middle * 1e3:.0f} ms",
        )
    ]


async def _measure(effort, sides):
    crowds = [(server, Crowd(server.port, people), people[0]) for server, people in sides]
    await asyncio.gather(*(crowd.sit_down(over=1) for _server, crowd, _person in crowds))
    costs = []
    for number in range(min(3, effort.rounds) + 1):
        costs.append(
            [
                (await crowd.change(_switch(person, number), server.cpu))[0]
                for server, crowd, person in crowds
            ]
        )
    for _server, crowd, _person in crowds:
        await crowd.leave()
    # The first one fills caches.
    return costs[1:]


def _switch(person, number):
    body = b'{"flags": %d}' % (3 if number % 2 else 7)
    return request("PUT", CALL + person.token, cookie=person.cookie, body=body)
