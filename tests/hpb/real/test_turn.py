"""Credentials that the site hands out, shown to a real TURN server."""

import shutil
import subprocess

import pytest

from talk.signaling import ice
from tests.hpb.real.servers import Process, listens
from tests.ports import free_port

SECRET = "shared with the TURN server"


@pytest.fixture(scope="module")
def turn(tmp_path_factory):
    """The address of a TURN server that knows the secret."""
    programs = {name: shutil.which(name) for name in ("turnserver", "turnutils_uclient")}
    if None in programs.values():
        pytest.skip("not installed: coturn")
    folder = tmp_path_factory.mktemp("turn")
    port = free_port()
    settings = folder / "turnserver.conf"
    settings.write_text(
        f"""
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
min-port=24000
max-port=24999
realm=example.org
use-auth-secret
static-auth-secret={SECRET}
no-tls
no-dtls
no-cli
allow-loopback-peers
userdb={folder / "turn.sqlite"}
pidfile={folder / "turn.pid"}
log-file=stdout
"""
    )
    process = Process("turnserver", [programs["turnserver"], "-c", str(settings)], folder)
    process.start()
    try:
        process.wait_until(lambda: listens(port))
        yield programs["turnutils_uclient"], port
    finally:
        process.stop()


def relay(turn, username, credential):
    """Whether the server relays for somebody with these credentials."""
    program, port = turn
    command = [program, "-y", "-n", "2", "-m", "1", "-p", str(port)]
    command += ["-u", username, "-w", credential, "127.0.0.1"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and "Total lost packets 0" in done.stdout


def credentials(settings):
    settings.TALK_TURN_SERVERS = [{"server": "127.0.0.1:3478", "secret": SECRET}]
    (entry,) = ice.turn_servers()
    return entry["username"], entry["credential"]


def test_the_server_believes_the_site(turn, settings):
    assert relay(turn, *credentials(settings))


def test_the_server_refuses_what_has_run_out(turn, settings, monkeypatch):
    monkeypatch.setattr(ice, "TURN_LIFETIME", -60)

    assert not relay(turn, *credentials(settings))
