"""What goes wrong while people wait, and what is left of it."""

import asyncio
import json
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.waiting.conftest import (
    PATIENCE,
    V3,
    V4,
    Background,
    Browser,
    Site,
    data_of,
    kinds_of,
    prepare,
    until,
)


def threads_of(process):
    return len(list(Path(f"/proc/{process.pid}/task").iterdir()))


def test_idle_polls_hold_no_thread(site, pair):
    process = site.start()
    alice, bob = pair(process.address)
    for poll in [alice.poll(), bob.poll()]:
        time.sleep(0.5)
        assert not poll.is_over
    threads = threads_of(process)
    crowd = [Browser(process.address).enter(alice.token) for _ in range(30)]
    for browser in crowd:
        browser.pull()

    polls = [browser.poll() for browser in crowd]
    time.sleep(3)

    # The crowd's first polls told everybody of each other; the last ones wait.
    assert sum(not poll.is_over for poll in polls) >= 1
    assert threads_of(process) <= threads + 4


def test_a_client_that_dies_in_the_middle_of_a_wait_leaves_nothing(site, pair):
    process = site.start()
    alice, bob = pair(process.address)
    script = (
        "import requests,sys;"
        "s=requests.Session();"
        f"s.cookies.update({dict(bob.http.cookies)!r});"
        "s.headers.update({'OCS-APIRequest':'true','Accept':'application/json'});"
        f"s.get({bob.address + V3.format(bob.token)!r}, auth=('bob','talk'))"
    )
    victim = subprocess.Popen(["python3", "-c", script])
    time.sleep(2)

    victim.kill()
    victim.wait()
    time.sleep(0.5)
    alice.send((bob, {"sid": "1"}))

    # Had the dead client's poll still waited, it would have taken the message.
    assert kinds_of(bob.pull()) == (200, ["message", "usersInRoom"])
    assert "Traceback" not in site.log


def test_two_processes_tell_each_other(site, pair):
    brief = {"TALK_SIGNALING_HOLD": "10"}
    alice, bob = pair(site.start(**brief).address, site.start(**brief).address)
    poll = bob.poll()
    time.sleep(1)

    alice.send((bob, {"sid": "1"}))

    assert kinds_of(poll.result()) == (200, ["message", "usersInRoom"])
    bob.pull()  # a spare one: the other process may not know yet what it was told
    poll = bob.poll()
    time.sleep(1)

    alice.call()

    status, (users,) = poll.result()
    assert (status, [user["inCall"] for user in users["data"]]) == (200, [3, 0])


CROWD = 10_000


@pytest.fixture
def ten_thousand_sockets():
    """As many as this process and the servers that it starts may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CROWD + 500:
        pytest.skip(f"only {hard} open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, CROWD + 500), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def poll_from_elsewhere(browser, port, all_sent, statuses):
    """All at once from another address of this machine; notes the statuses of the answers."""
    cookie = "; ".join(f"{each.name}={each.value}" for each in browser.http.cookies)
    request = (
        f"GET {V3.format(browser.token)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"OCS-APIRequest: true\r\nAccept: application/json\r\nCookie: {cookie}\r\n\r\n"
    ).encode()
    doors, sent = asyncio.Semaphore(200), 0

    async def one():
        nonlocal sent
        async with doors:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=("127.0.0.2", 0)
            )
        writer.write(request)
        sent += 1
        if sent == CROWD:
            all_sent.set()
        statuses.append(int((await reader.readline()).split()[1]))
        writer.close()

    await asyncio.gather(*(one() for _ in range(CROWD)))


def test_ten_thousand_polls_from_one_address_do_not_stall_the_site(
    ten_thousand_sockets, site, pair
):
    process = site.start()
    alice, _bob = pair(process.address)
    guest = Browser(process.address).enter(alice.token)
    visitor = Browser(process.address)
    all_sent, statuses = threading.Event(), []
    port = int(process.address.rpartition(":")[2])
    crowd = Background(lambda: asyncio.run(poll_from_elsewhere(guest, port, all_sent, statuses)))
    assert all_sent.wait(3 * PATIENCE)
    answered = len(statuses)

    alice.call()

    # Nobody stands behind the whole crowd.
    assert len(statuses) - answered < (CROWD - answered) / 4
    assert visitor.ask("GET", "/").status_code == 200
    alice.ask("DELETE", f"{V4}/call/{alice.token}")
    crowd.result(3 * PATIENCE)
    assert Counter(statuses) == {200: CROWD}
    assert "Traceback" not in site.log


def test_a_request_that_is_too_long_is_refused_at_once(site, pair):
    _alice, bob = pair(site.start().address)

    response = bob.ask("POST", V3.format(bob.token), data={"messages": "x" * 10_000_000})

    assert (response.status_code, data_of(response)) == (413, [])


# A database that restarts --------------------------------------------------------------------

POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def cluster():
    """A PostgreSQL of our own, on a free port; restarts when called."""
    if not POSTGRESQL:
        pytest.skip("PostgreSQL is not installed here")
    # Not below pytest's own folder, which is nobody else's.
    folder = Path(tempfile.mkdtemp(prefix="talk-cluster-"))
    shutil.chown(folder, "postgres")
    data, log = folder / "data", folder / "log"

    def run(*command):
        subprocess.run(
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )

    port = free_port()
    run(POSTGRESQL[-1] / "initdb", "-A", "trust", "-U", "postgres", "-D", data)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [POSTGRESQL[-1] / "pg_ctl", "-w", "-D", data, "-l", log, "-o", options]
    run(*control, "start")
    cluster = lambda: run(*control, "-m", "fast", "restart")  # noqa: E731  one line says it all
    cluster.url = f"postgres://postgres@127.0.0.1:{port}/postgres"
    yield cluster
    run(*control, "-m", "fast", "stop")
    shutil.rmtree(folder)


def test_a_restarted_database_is_no_trouble_for_those_who_wait(tmp_path, cluster, environment):
    site = Site(tmp_path, environment | {"DATABASE_URL": cluster.url})
    prepare(site.environment)
    address = site.start().address
    try:
        alice = Browser(address, "alice")
        alice.enter(alice.make_room())
        crowd = [Browser(address).enter(alice.token) for _ in range(50)]
        # Told to one who does not poll just now, and accepted.
        alice.send((crowd[0], {"sid": "before"}))
        for browser in crowd[1:]:
            browser.pull()
        polls = [browser.poll() for browser in crowd[1:]]
        time.sleep(3)

        cluster()

        until(lambda: _accepts(alice, crowd[1:], {"sid": "after"}))
        assert [message_ids(poll.result()) for poll in polls] == [["after"]] * 49 or all(
            "after" in message_ids(browser.pull()) + message_ids(poll.result())
            for browser, poll in zip(crowd[1:], polls, strict=True)
        )
        assert message_ids(crowd[0].pull()) == ["before"]
    finally:
        site.stop()


def _accepts(sender, recipients, content):
    try:
        sender.send(*((recipient, content) for recipient in recipients))
    except AssertionError:
        return False
    return True


def message_ids(answer):
    status, entries = answer
    assert status == 200
    return [json.loads(e["data"])["sid"] for e in entries if e["type"] == "message"]
