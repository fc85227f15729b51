"""What a crowd behind a signaling server costs the site: ``python -m tests.hpb.load``.

In one room, for more and more people: requests that the site answers or makes, queries and CPU time
of joining (room, server, call), of telling the server, and of a round of pings; and a ping of a
thousand sessions at once, which has to be one query and little CPU (or else exit status 1). The
server is pretended, so that only the site is measured; ``tests.hpb.real.load`` tells of media.
"""

import json
import os
import secrets
import statistics
import sys
import time
from dataclasses import dataclass, field

CROWDS = (5, 50, 200)
PING_LIMIT = 200
CROWD, CROWD_CPU = 1000, 0.05
"""Sessions in one ping, and seconds of CPU that it may take."""

SECRET = "s" * 32


@dataclass
class Cost:
    """``cpu`` in seconds, of the whole process but for the pretended server's thread."""

    requests: int = 0
    queries: int = 0
    cpu: float = 0.0

    def per(self, number):
        each = [self.requests / number, self.queries / number, 1000 * self.cpu / number]
        return " / ".join(f"{value:.2f}" for value in each)


@dataclass
class Costs:
    people: int
    join: Cost = field(default_factory=Cost)
    tell: Cost = field(default_factory=Cost)
    storm: Cost = field(default_factory=Cost)
    ping: Cost = field(default_factory=Cost)


class Measured:
    """Adds what happens inside to a cost."""

    def __init__(self, cost, requests=0):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.cost, self.requests = cost, requests
        self._queries = CaptureQueriesContext(connection)

    def __enter__(self):
        from django.db import reset_queries

        # The log takes so many and no more.
        reset_queries()
        self._queries.__enter__()
        self._began = time.thread_time()

    def __exit__(self, *exc):
        self.cost.cpu += time.thread_time() - self._began
        self._queries.__exit__(*exc)
        self.cost.queries += len(self._queries)
        self.cost.requests += self.requests


def ask(content):
    """The site, as a signaling server does; the answer's data."""
    from tests.conftest import TalkClient
    from tests.hpb.conftest import BACKEND, sign

    body = json.dumps(content).encode()
    headers = sign(body, secret=SECRET, random=secrets.token_hex(32))
    response = TalkClient().post(BACKEND, body, content_type="application/json", headers=headers)
    return response.json()["ocs"]["data"]


def measure(people, server):
    from talk.models import Announcement, Room, Session
    from talk.signaling import delivery
    from talk.signaling.wire import Wire
    from tests.conftest import TalkClient
    from tests.factories import RoomFactory, UserFactory

    costs, wire = Costs(people), Wire()
    room = RoomFactory(public=True)
    url = "/ocs/v2.php/apps/spreed/api"
    clients = []
    for _number in range(people):
        client = TalkClient()
        client.force_login(UserFactory())
        clients.append(client)

    def join(client):
        session_id = client.post(f"{url}/v4/room/{room.token}/participants/active").json()["ocs"][
            "data"
        ]["sessionId"]
        client.get(f"{url}/v3/signaling/settings", {"token": room.token})
        user = Session.objects.get(session_id=session_id).attendee.actor_id
        asked = {"roomid": room.token, "userid": user, "sessionid": session_id}
        assert ask({"type": "room", "room": asked})["type"] == "room"
        assert client.post(f"{url}/v4/call/{room.token}").status_code == 200

    for client in clients:
        with Measured(costs.join, requests=4):
            join(client)
        told = len(server.told)
        with Measured(costs.tell):
            delivery.deliver(wire, "load")
        costs.tell.requests += len(server.told) - told

    # All of them change something before anybody has been told.
    for client in clients:
        client.put(f"{url}/v4/call/{room.token}", {"flags": 3}, content_type="application/json")
    told = len(server.told)
    with Measured(costs.storm):
        delivery.deliver(wire, "load")
    costs.storm.requests += len(server.told) - told

    ids = list(Session.objects.filter(room=room).values_list("session_id", flat=True))
    for start in range(0, len(ids), PING_LIMIT):
        entries = [{"sessionid": each} for each in ids[start : start + PING_LIMIT]]
        with Measured(costs.ping, requests=1):
            ask({"type": "ping", "ping": {"version": "1.0", "entries": entries}})
    wire.close()
    assert not Announcement.objects.exists()
    Room.objects.all().delete()
    return costs


def ping_a_crowd():
    """Queries, and seconds of CPU, of pings of many sessions: one with each way of measuring."""
    from talk.models import Session
    from tests.factories import AttendeeFactory

    seat = AttendeeFactory()
    people = [Session(room=seat.room, attendee=seat, holder=str(each)) for each in range(CROWD)]
    Session.objects.bulk_create(people)
    entries = [{"sessionid": person.session_id} for person in people]
    request = {"type": "ping", "ping": {"version": "1.0", "entries": entries}}
    counted = Cost()
    with Measured(counted):
        ask(request)
    times = []
    for _time in range(9):
        began = time.thread_time()
        ask(request)
        times.append(time.thread_time() - began)
    return counted.queries, statistics.median(times)


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.test.utils import override_settings, setup_test_environment

    django.setup()
    setup_test_environment()
    from django.db import connection

    from tests.hpb.pretended import PretendedServer

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with (
            PretendedServer(SECRET) as server,
            override_settings(
                TALK_SIGNALING_SERVERS=[server.settings],
                TALK_SIGNALING_RELAY="command",
                TALK_SITE_URL="https://example.org/",
            ),
        ):
            measure(2, server)
            rows = [measure(people, server) for people in CROWDS]
            queries, cpu = ping_a_crowd()
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    print(f"{connection.vendor}, Python {sys.version.split()[0]}, Django {django.__version__}")
    print("requests | queries | CPU in ms, each per person\n")
    print("| people | joining | telling the server of it | telling of a storm | round of pings |")
    print("| --- | --- | --- | --- | --- |")
    for costs in rows:
        cells = [costs.join, costs.tell, costs.storm, costs.ping]
        shown = [cell.per(costs.people) for cell in cells]
        print(f"| {costs.people} | {' | '.join(shown)} |")
    print(f"\nA ping of {CROWD} sessions: queries {queries}, CPU {1000 * cpu:.1f} ms (median of 9)")
    if queries != 1 or cpu > CROWD_CPU:
        sys.exit("That is too much.")


if __name__ == "__main__":
    main()
