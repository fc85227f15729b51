"""``GET /call/{token}`` under uvicorn: how many a second."""

import asyncio
from time import perf_counter

from tests.benchmarks.polls import servers
from tests.benchmarks.polls.client import Client, request
from tests.benchmarks.polls.effort import in_loop
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread, ratio_of
from tests.benchmarks.verdict import Verdict

PEERS, CLIENTS = 30, 8
CALL = "/ocs/v2.php/apps/spreed/api/v4/call/"


def run(effort):
    """The same request to both, in turns."""
    person = fill_rooms("peers", people=PEERS, per_room=PEERS)[0]
    peers = request("GET", CALL + person.token, cookie=person.cookie)
    with servers.ours() as ours, servers.stock() as stock:
        rates = [
            (_rate(ours.port, peers, effort), _rate(stock.port, peers, effort))
            for _ in range(effort.rounds)
        ]
    one, other = zip(*rates, strict=True)
    return [
        Verdict(
            "requests/s of GET call: talk.asgi / Django's ASGI handler",
            ratio_of(one, other),
            4,
            at_least=True,
            figures=f"{Spread.of(one).middle:.0f}/s, {Spread.of(other).middle:.0f}/s",
        )
    ]


def _rate(port, peers, effort):
    return in_loop(_ask_for_a_while(port, peers, effort.turn))


async def _ask_for_a_while(port, peers, seconds):
    clients = [await Client.connect(port) for _ in range(CLIENTS)]
    for client in clients:
        await client.ask(peers)
    began = perf_counter()
    counts = await asyncio.gather(*(_ask_until(began + seconds, each, peers) for each in clients))
    took = perf_counter() - began
    for client in clients:
        client.close()
    return sum(counts) / took


async def _ask_until(end, client, peers):
    count = 0
    while perf_counter() < end:
        await client.ask(peers)
        count += 1
    return count
