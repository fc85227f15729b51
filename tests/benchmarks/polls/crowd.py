"""People who sit in polls at one server, and messages between them."""

import asyncio
import json
import random
import re
from time import perf_counter

from talk.conf import settings
from tests.benchmarks.polls.client import Client, Unexpected, request

SIGNALING = "/ocs/v2.php/apps/spreed/api/v3/signaling/"
ORIGINAL = "/original/"
"""The same at the server that looks once a second."""

PATIENCE = 20.0
"""Seconds after which a message or an answer counts as lost."""

SETTLED_WITHIN = 120.0
"""Seconds in which a server has to have done all that comes of so many who sit down."""

_AT_ONCE = 0.1
_CLOCK = "T:{:020.9f}"
_UNSET = _CLOCK.format(0).encode()
_SENT_AT = re.compile(rb"T:(\d{10}\.\d{9})")
_CANDIDATE = 1500
"""Bytes of padding: with it a message is about as long as a small offer."""


class Crowd:
    """Everybody polls again as soon as a poll is answered, as clients do.

    ``latencies`` are seconds from the beginning of a POST to the end of the poll that brought
    the message.
    """

    def __init__(self, port, people, signaling=SIGNALING, sends_to=None):
        self._port, self._people, self._signaling = port, people, signaling
        self._sends_to = sends_to or port
        self._polls, self._clients = [], []
        self._may_poll = asyncio.Event()
        self._may_poll.set()
        self._dice = random.Random(1)
        self._messages = [self._message_to(number) for number in range(len(people))]
        self.latencies = []
        self.answers = 0

    async def sit_down(self, *, over):
        """Everybody begins to poll, evenly spread over so many seconds.

        Spread over as long as a poll is held, they go on like that for ever.
        """
        began = asyncio.get_running_loop().time()
        for number, person in enumerate(self._people):
            due = began + over * number / len(self._people)
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            client = await self._connect(self._port)
            self._polls.append(asyncio.create_task(self._poll(client, person)))
        await self._settle()

    async def leave(self):
        """Everybody hangs up, in the middle of their polls."""
        for poll in self._polls:
            poll.cancel()
        await asyncio.gather(*self._polls, return_exceptions=True)
        for client in self._clients:
            client.close()
        self._polls, self._clients = [], []

    async def exchange(self, *, rate, seconds):
        """Send ``rate`` messages a second to people at random. Returns the latencies, sorted."""
        self.latencies.clear()
        sender = await self._connect(self._sends_to)
        count, began = round(rate * seconds), perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - perf_counter()))
            await self._send(sender)
        await self._until(lambda: len(self.latencies) >= count, f"{count} messages")
        if len(self.latencies) != count:
            raise Unexpected(f"{count} messages arrived as {len(self.latencies)}")
        return sorted(self.latencies)

    async def saturate(self, meter, *, senders=16, seconds):
        """Send as fast as the server can. Returns what the meter counted per message."""
        self._stopping = False
        clients = [await self._connect(self._sends_to) for _ in range(senders)]
        blasts = [asyncio.create_task(self._blast(each)) for each in clients]
        await asyncio.sleep(0.3)
        self.latencies.clear()
        before = meter()
        await asyncio.sleep(seconds)
        cost, count = meter() - before, len(self.latencies)
        self._stopping = True
        await asyncio.gather(*blasts)
        await self._settle()
        self._check_polls()
        return cost / count

    async def change(self, trigger, meter):
        """One request that answers every poll. Returns what the meter counted, and seconds."""
        sender = await self._connect(self._sends_to)
        self._may_poll.clear()
        self.answers = 0
        before, began = meter(), perf_counter()
        async with asyncio.timeout(PATIENCE):
            await sender.ask(trigger)
        await self._until(lambda: self.answers >= len(self._people), "an answer for everybody")
        cost, took = meter() - before, perf_counter() - began
        self._may_poll.set()
        await self._settle()
        return cost, took

    # ------------------------------------------------------------------------------------

    async def _poll(self, client, person):
        poll = request("GET", self._signaling + person.token, cookie=person.cookie)
        while True:
            await self._may_poll.wait()
            body = await client.ask(poll)
            now = perf_counter()
            self.latencies.extend(now - float(sent) for sent in _SENT_AT.findall(body))
            self.answers += 1

    async def _blast(self, sender):
        while not self._stopping:
            await self._send(sender)

    async def _send(self, sender):
        message = self._messages[self._dice.randrange(len(self._messages))]
        async with asyncio.timeout(PATIENCE):
            await sender.ask(message.replace(_UNSET, _CLOCK.format(perf_counter()).encode()))

    def _message_to(self, number):
        """A POST in which somebody of the same room sends a candidate."""
        person = self._people[number]
        neighbour = next(
            other
            for other in (self._people[number - 1], *self._people[number + 1 : number + 2])
            if other.token == person.token
        )
        function = {
            "type": "candidate",
            "to": person.session_id,
            "roomType": "video",
            "sid": "1",
            "payload": {"candidate": {"candidate": _UNSET.decode() + " " + "x" * _CANDIDATE}},
        }
        entry = {
            "ev": "message",
            "fn": json.dumps(function),
            "sessionId": neighbour.session_id,
        }
        body = json.dumps({"messages": json.dumps([entry])}).encode()
        return request("POST", self._signaling + person.token, cookie=neighbour.cookie, body=body)

    async def _connect(self, port):
        client = await Client.connect(port)
        self._clients.append(client)
        return client

    async def _settle(self):
        """Give the server time to put everybody on hold, as it is all the while later on."""
        usual = 2 + len(self._people) / settings.TALK_SIGNALING_HOLD
        other = await self._connect(self._port)
        calm, patient_until = 0, perf_counter() + SETTLED_WITHIN
        while calm < 2:
            if perf_counter() > patient_until:
                raise Unexpected("so many are more than the server can do")
            answers = self.answers
            await asyncio.sleep(0.7)
            is_calm = self.answers - answers <= usual and await self._delay(other) < _AT_ONCE
            calm = calm + 1 if is_calm else 0
            self._check_polls()

    async def _delay(self, client):
        """Seconds until a request is answered: how much the server has yet to do before it."""
        person, began = self._people[0], perf_counter()
        body = json.dumps({"messages": "[]"}).encode()
        path = self._signaling + person.token
        await client.ask(request("POST", path, cookie=person.cookie, body=body))
        return perf_counter() - began

    async def _until(self, reached, what):
        patient_until = perf_counter() + PATIENCE
        while not reached():
            self._check_polls()
            if perf_counter() > patient_until:
                raise Unexpected(f"waited in vain for {what}")
            await asyncio.sleep(0.001)

    def _check_polls(self):
        for poll in self._polls:
            if poll.done():
                poll.result()
