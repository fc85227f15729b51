"""What media costs the servers: ``python -m tests.hpb.real.load``. Needs ``aiortc`` besides.

Publishers send sound and pictures, at the rate of a camera, through the real signaling and media
servers to everybody else in one room. There is nothing to see in the pictures, and nobody looks at
them: so a machine that has two cores for all of it can say what the servers take.
"""

import argparse
import asyncio
import json
import logging
import os
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import aioice.ice
import aiortc
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
from aiortc.sdp import candidate_from_sdp
from websockets.asyncio.client import connect

from tests.hpb.real.servers import MEDIA_ADDRESS, Servers
from tests.hpb.real.site import Site
from tests.signaling.keys import EC_KEY

CALLS = ("1/2", "1/6", "1/11", "1/21", "3/3", "5/5", "1/50/sound")
"""Those who send, and people in all; with ``/sound`` they send no pictures."""

COLUMNS = (
    "sending",
    "in the call",
    "Mbit/s in",
    "Mbit/s out",
    "arrived",
    "lost per second",
    "Janus",
    "HPB",
    "site",
    "clients",
)
SECONDS = 10
RATES = {"video": (30, 4, 1040), "audio": (50, 1, 100)}
"""Frames in a second, packets of a frame, bytes of a packet: 1 Mbit/s, and 40 kbit/s of sound."""

CLOCKS = {"video": 90_000, "audio": 48_000}


class Camera(aiortc.MediaStreamTrack):
    """Counts frames, and has none."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self._began, self._number = time.monotonic(), 0

    async def recv(self):
        rate = RATES[self.kind][0]
        self._number += 1
        await asyncio.sleep(max(0, self._began + self._number / rate - time.monotonic()))
        return Fraction(self._number, rate)


class Packer:
    """In place of an encoder: packets of the right size, of which only the first byte is VP8."""

    def __init__(self, codec):
        self._kind = codec.mimeType.partition("/")[0].lower()

    def pack(self, moment):
        _rate, packets, size = RATES[self._kind]
        noise = os.urandom(size)
        begins = [b"\x10", *[b"\x00"] * (packets - 1)]
        return [begin + noise for begin in begins], int(moment * CLOCKS[self._kind])


class Blind:
    """In place of a decoder."""

    def __init__(self, codec):
        pass

    def decode(self, frame):
        return []


aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [MEDIA_ADDRESS]
aiortc.rtcrtpsender.get_encoder = Packer
aiortc.rtcrtpreceiver.get_decoder = Blind


class Person:
    """Somebody in the call: publishes kinds of media, or none, and subscribes to whoever does."""

    def __init__(self, site, token, publishes):
        self.site, self.token, self.publishes = site, token, publishes
        self.id = ""
        self.connections = {}
        self._number = 0

    async def enter(self):
        self.visitor = self.site.visitor()
        session_id = await asyncio.to_thread(self.visitor.enter, self.token)
        settings = await asyncio.to_thread(self.visitor.settings, self.token)
        url = f"{settings['server'].replace('http', 'ws')}/spreed"
        self._socket = await connect(url, proxy=None, max_size=None)
        backend = f"{self.site.url}ocs/v2.php/apps/spreed/api/v3/signaling/backend"
        auth = {"url": backend, "params": settings["helloAuthParams"]["2.0"]}
        await self.say("hello", version="2.0", auth=auth)
        self.id = (await self._until("hello"))["hello"]["sessionid"]
        await self.say("room", roomid=self.token, sessionid=session_id)
        await self._until("room")
        self._listens = asyncio.create_task(self._listen())
        flags = 1 + 2 * ("audio" in self.publishes) + 4 * ("video" in self.publishes)
        status, _ = await asyncio.to_thread(
            self.visitor.api, "POST", f"v4/call/{self.token}", flags=flags
        )
        assert status == 200, status

    async def say(self, kind, **content):
        self._number += 1
        await self._socket.send(json.dumps({"id": str(self._number), "type": kind, kind: content}))

    async def message(self, to, **data):
        recipient = {"type": "session", "sessionid": to}
        await self.say("message", recipient=recipient, data={"roomType": "video", "to": to, **data})

    async def publish(self):
        connection = self.connections[self.id] = aiortc.RTCPeerConnection()
        for kind in self.publishes:
            connection.addTrack(Camera(kind))
        await connection.setLocalDescription(await connection.createOffer())
        await self._describe(self.id, connection)

    async def subscribe(self, publisher):
        await self.message(publisher, type="requestoffer")

    async def _until(self, kind):
        while True:
            told = json.loads(await self._socket.recv())
            assert told["type"] != "error", told
            if told["type"] == kind:
                return told

    async def _listen(self):
        async for text in self._socket:
            told = json.loads(text)
            if told["type"] == "error":
                print("refused:", told["error"]["code"])
            if told["type"] == "message":
                await self._hear(told["message"]["sender"]["sessionid"], told["message"]["data"])

    async def _hear(self, sender, data):
        payload = data.get("payload")
        match data["type"]:
            case "answer":
                description = aiortc.RTCSessionDescription(payload["sdp"], "answer")
                await self.connections[sender].setRemoteDescription(description)
            case "offer":
                connection = self.connections[sender] = aiortc.RTCPeerConnection()
                description = aiortc.RTCSessionDescription(payload["sdp"], "offer")
                await connection.setRemoteDescription(description)
                await connection.setLocalDescription(await connection.createAnswer())
                await self._describe(sender, connection, sid=data.get("sid"))
            case "candidate" if text := payload["candidate"].get("candidate"):
                candidate = candidate_from_sdp(text.partition(":")[2])
                candidate.sdpMLineIndex = payload["candidate"]["sdpMLineIndex"]
                await self.connections[sender].addIceCandidate(candidate)

    async def _describe(self, to, connection, sid=None):
        mine = connection.localDescription
        payload = {"type": mine.type, "sdp": mine.sdp}
        more = {"sid": sid} if sid else {}
        await self.message(to, type=mine.type, payload=payload, **more)

    async def traffic(self):
        """Packets and bytes that came in, and packets that did not."""
        received = lost = 0
        for publisher, connection in self.connections.items():
            if publisher == self.id:
                continue
            for report in (await connection.getStats()).values():
                if report.type == "inbound-rtp":
                    received += report.packetsReceived
                    lost += report.packetsLost
        return received, lost

    async def leave(self):
        self._listens.cancel()
        await asyncio.gather(*(each.close() for each in self.connections.values()))
        await self._socket.close()


class Call:
    """Named as in ``CALLS``."""

    def __init__(self, name):
        senders, people, *rest = name.split("/")
        self.senders, self.people = int(senders), int(people)
        self.kinds = ("audio",) if rest else tuple(RATES)
        self.everybody = []

    async def begin(self, site):
        """All are there, and get what is sent."""
        token = await asyncio.to_thread(site.visitor("alice").room)
        for number in range(self.people):
            self.everybody.append(Person(site, token, self.kinds if number < self.senders else ()))
            await self.everybody[-1].enter()
        await asyncio.sleep(2)
        sending = self.everybody[: self.senders]
        for person in sending:
            await person.publish()
        for person in self.everybody:
            for sender in sending:
                if person is not sender:
                    await person.subscribe(sender.id)
        await asyncio.wait_for(self._all_connected(), 60)
        await asyncio.sleep(2)

    @property
    def streams(self):
        """How many the media server sends."""
        return self.senders * (self.people - 1)

    @property
    def packets(self):
        """In a second, of each who sends."""
        return sum(rate * count for rate, count, _size in map(RATES.get, self.kinds))

    @property
    def megabits(self):
        """In a second, of each who sends."""
        sizes = (rate * count * (size + 1) for rate, count, size in map(RATES.get, self.kinds))
        return 8 * sum(sizes) / 1e6

    async def traffic(self):
        """Packets that came in so far, and packets that did not."""
        counts = [await person.traffic() for person in self.everybody]
        return [sum(each) for each in zip(*counts, strict=True)]

    async def end(self):
        await asyncio.gather(*(person.leave() for person in self.everybody))

    async def _all_connected(self):
        connections = self.senders + self.streams
        while True:
            states = [
                each.connectionState
                for person in self.everybody
                for each in person.connections.values()
            ]
            if states.count("connected") == connections:
                return
            await asyncio.sleep(0.1)


async def measure(name, site, servers, seconds):
    """One line of the table."""
    call = Call(name)
    await call.begin(site)
    watched = [servers.janus.cpu, servers.nodes[0].cpu, site.cpu, time.process_time]
    before, began = [each() for each in watched], time.monotonic()
    came, missed = await call.traffic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    shares = [(each() - old) / took for each, old in zip(watched, before, strict=True)]
    now, missing = await call.traffic()
    arrived = (now - came) / took / call.packets
    cells = [
        f"{call.senders} {'camera' if 'video' in call.kinds else 'sound'}",
        f"{call.people}",
        f"{call.senders * call.megabits:.1f}",
        f"{arrived * call.megabits:.1f}",
        f"{arrived / call.streams:.0%}",
        f"{(missing - missed) / took:.0f}",
        *(f"{share:.1%}" for share in shares),
    ]
    print(f"| {' | '.join(cells)} |", flush=True)
    await call.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("calls", nargs="*", help=f"default: {' '.join(CALLS)}")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Site(folder)
        servers = Servers(folder, {site.name: site.url})
        try:
            servers.start()
            site.prepare(servers, EC_KEY)
            site.start()
            print(f"| {' | '.join(COLUMNS)} |")
            print("| --- " * len(COLUMNS) + "|")
            for call in options.calls or CALLS:
                asyncio.run(measure(call, site, servers, options.seconds))
        finally:
            site.stop()
            servers.stop()


if __name__ == "__main__":
    main()
