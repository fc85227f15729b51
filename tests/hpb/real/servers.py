"""The real signaling servers on loopback: NATS, Janus and any number of HPB nodes.

One node speaks to Janus itself. Several ask each other who is where (gRPC) and share Janus through
a signaling proxy, as only a proxy knows the publishers of all.

Everything listens on 127.0.0.1 and free ports, lives in one folder, and is ended by its own process
id. Debian's packages: nats-server, janus, and from backports nextcloud-spreed-signaling and
nextcloud-spreed-signaling-proxy.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from tests.ports import free_ports
from tests.signaling.keys import RSA_KEY

PROGRAMS = {
    "nats": ("nats-server", "/usr/sbin/nats-server"),
    "janus": ("janus", "/usr/bin/janus"),
    "proxy": (
        "nextcloud-spreed-signaling-proxy",
        "/usr/bin/nextcloud-spreed-signaling-proxy",
    ),
    "hpb": ("nextcloud-spreed-signaling-server", "/usr/bin/nextcloud-spreed-signaling-server"),
}
STARTS_WITHIN = 30
MEDIA_ADDRESS = "127.88.0.1"
"""Janus leaves loopback devices out, so media has a device of its own with this address."""


def program(name):
    """The path of a program, or None where its package is not installed."""
    called, usual = PROGRAMS[name]
    return shutil.which(called) or (usual if Path(usual).exists() else None)


def missing():
    """Why the servers cannot be had here; empty if they can."""
    lacking = [PROGRAMS[name][0] for name in PROGRAMS if program(name) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


class Process:
    """A program with a configuration and a log of its own."""

    def __init__(self, name, command, folder):
        self.name, self.command = name, command
        self.log = folder / f"{name}.log"
        self._process = None

    def start(self):
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def cpu(self):
        """Seconds of CPU that it has taken so far."""
        return cpu_of(self._process.pid)

    def kill(self):
        """Without a word, as when a machine loses its power."""
        self._end(signal.SIGKILL)

    def stop(self):
        self._end(signal.SIGTERM)

    def _end(self, number):
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def wait_until(self, is_well):
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            if is_well():
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not start:\n{self.log.read_text()[-4000:]}")


class Servers:
    """``sites``: name of each site to its address; every site has a secret of its own."""

    def __init__(self, folder, sites, *, nodes=1, media=True):
        self.folder = folder
        self.secrets = {name: secrets.token_hex(32) for name in sites}
        self.nats_port, self.janus_port, self.proxy_port, *ports = free_ports(3 + 2 * nodes)
        self.ports, self._grpc_ports = ports[:nodes], ports[nodes:]
        self._device = None
        self._media = media
        self._hash_key, self._block_key = secrets.token_hex(16), secrets.token_hex(8)
        self._write_nats()
        if media:
            self._write_janus()
        if media and nodes > 1:
            self._write_proxy()
        for number, port in enumerate(self.ports):
            self._write_hpb(number, port, sites)
        self.nats = Process("nats", [program("nats"), "-c", str(folder / "nats.conf")], folder)
        janus = [program("janus"), "--disable-colors", f"--configs-folder={folder / 'janus'}"]
        self.janus = Process("janus", janus, folder)
        proxy = [program("proxy"), "--config", str(folder / "proxy.conf")]
        self.proxy = Process("proxy", proxy, folder)
        self.nodes = [
            Process(f"hpb{number}", [program("hpb"), "--config", str(self._conf(number))], folder)
            for number in range(nodes)
        ]

    @property
    def urls(self):
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def settings_for(self, site):
        """What a site puts into ``TALK_SIGNALING_SERVERS``."""
        return [{"url": url, "secret": self.secrets[site]} for url in self.urls]

    def start(self):
        self.start_nats()
        if self._media:
            self._make_device()
            self.start_janus()
            if len(self.nodes) > 1:
                self.proxy.start()
                self.proxy.wait_until(lambda: listens(self.proxy_port))
        for number in range(len(self.nodes)):
            self.start_node(number)

    def start_nats(self):
        self.nats.start()
        self.nats.wait_until(lambda: listens(self.nats_port))

    def start_janus(self):
        self.janus.start()
        self.janus.wait_until(lambda: listens(self.janus_port))

    def start_node(self, number):
        self.nodes[number].start()
        self.nodes[number].wait_until(lambda: self._is_well(number))

    def stop(self):
        for process in [*self.nodes, self.proxy, self.janus, self.nats]:
            process.stop()
        if self._device:
            subprocess.run(["ip", "link", "del", self._device], check=False, capture_output=True)

    def stats(self, number=0):
        """Numbers of sessions, rooms and publishers, as the server itself counts them."""
        return _get(f"{self.urls[number]}/api/v1/stats")

    def publishers(self):
        """How many streams the media server is sent, through whichever node."""
        return sum(self.stats(number)["mcu"]["publishers"] for number in range(len(self.nodes)))

    def _is_well(self, number):
        stats = self.stats(number)
        if stats is None or not self._media:
            return stats is not None
        if len(self.nodes) == 1:
            return stats["mcu"]["connected"]
        return all(each["connected"] for each in stats["mcu"]["details"])

    def _make_device(self):
        """A pair of virtual devices, one of which has the address for media."""
        device = f"talk{secrets.randbelow(10**6)}"
        pair = ["ip", "link", "add", device, "type", "veth", "peer", "name", f"{device}b"]
        for command in (
            pair,
            ["ip", "addr", "add", f"{MEDIA_ADDRESS}/32", "dev", device],
            ["ip", "link", "set", device, "up"],
            ["ip", "link", "set", f"{device}b", "up"],
        ):
            made = subprocess.run(command, check=False, capture_output=True, text=True)
            if made.returncode:
                raise RuntimeError(f"{' '.join(command)}: {made.stderr}")
            self._device = device

    # Configurations ----------------------------------------------------------------------

    def _conf(self, number):
        return self.folder / f"hpb{number}.conf"

    def _write_nats(self):
        (self.folder / "nats.conf").write_text(
            f"listen: 127.0.0.1:{self.nats_port}\nmax_payload: 8MB\n"
        )

    def _write_janus(self):
        folder = self.folder / "janus"
        folder.mkdir()
        library = next(Path("/usr/lib").glob("*/janus/plugins")).parent
        unused = ["audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip"]
        unused += ["streaming", "textroom", "videocall", "voicemail"]
        without = ",".join(f"libjanus_{name}.so" for name in unused)
        transports = ["http", "mqtt", "nanomsg", "pfunix", "rabbitmq"]
        silent = ",".join(f"libjanus_{name}.so" for name in transports)
        (folder / "janus.jcfg").write_text(
            f"""
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{library}/plugins"
    transports_folder = "{library}/transports"
    events_folder = "{library}/events"
    loggers_folder = "{library}/loggers"
    debug_level = 4
}}
media: {{ ipv6 = false, rtp_port_range = "22000-23999" }}
nat: {{ full_trickle = true, ice_enforce_list = "{MEDIA_ADDRESS}", ignore_mdns = true }}
plugins: {{ disable = "{without}" }}
transports: {{ disable = "{silent}" }}
events: {{ broadcast = false }}
"""
        )
        (folder / "janus.transport.websockets.jcfg").write_text(
            f"""
general: {{ ws = true, ws_ip = "127.0.0.1", ws_port = {self.janus_port}, wss = false }}
admin: {{ admin_ws = false, admin_wss = false }}
"""
        )
        (folder / "janus.plugin.videoroom.jcfg").write_text("general: {\n}\n")

    def _write_proxy(self):
        """The proxy believes nodes by a key, of which it knows the public half."""
        private, public = self.folder / "proxy-key.pem", self.folder / "proxy-public.pem"
        key = load_pem_private_key(RSA_KEY.encode(), password=None)
        private.write_text(RSA_KEY)
        public.write_bytes(
            key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        (self.folder / "proxy.conf").write_text(
            f"""
[http]
listen = 127.0.0.1:{self.proxy_port}
[app]
tokentype = static
[tokens]
nodes = {public}
[mcu]
type = janus
url = ws://127.0.0.1:{self.janus_port}
[stats]
allowed_ips = 127.0.0.1
"""
        )

    def _mcu(self):
        if not self._media:
            return ""
        if len(self.ports) == 1:
            return f"type = janus\nurl = ws://127.0.0.1:{self.janus_port}"
        return f"""
type = proxy
url = http://127.0.0.1:{self.proxy_port}
token_id = nodes
token_key = {self.folder / "proxy-key.pem"}
"""

    def _write_hpb(self, number, port, sites):
        backends = "".join(
            f"\n[{name}]\nurl = {url}\nsecret = {self.secrets[name]}\n"
            for name, url in sites.items()
        )
        others = [f"127.0.0.1:{each}" for each in self._grpc_ports if len(self.ports) > 1]
        self._conf(number).write_text(
            f"""
[http]
listen = 127.0.0.1:{port}
[app]
debug = false
[sessions]
hashkey = {self._hash_key}
blockkey = {self._block_key}
[clients]
internalsecret = {secrets.token_hex(16)}
[backend]
backends = {", ".join(sites)}
allowall = false
timeout = 10
connectionsperhost = 8
{backends}
[nats]
url = nats://127.0.0.1:{self.nats_port}
[grpc]
listen = 127.0.0.1:{self._grpc_ports[number]}
targets = {", ".join(others)}
[mcu]
{self._mcu()}
[stats]
allowed_ips = 127.0.0.1
"""
        )


def cpu_of(pid):
    """Seconds of CPU that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _get(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None
