"""The real signaling servers on loopback: NATS, Janus and any number of HPB nodes.

Everything listens on 127.0.0.1 and free ports, lives in one folder, and is ended by its own process
id. Debian's packages: nats-server, janus, and nextcloud-spreed-signaling from backports.
"""

import json
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

PROGRAMS = {
    "nats": ("nats-server", "/usr/sbin/nats-server"),
    "janus": ("janus", "/usr/bin/janus"),
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


def free_ports(count):
    """Ports of 127.0.0.1 that nobody uses now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


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
        self.nats_port, self.janus_port, *self.ports = free_ports(2 + nodes)
        self._device = None
        self._media = media
        self._write_nats()
        if media:
            self._write_janus()
        for number, port in enumerate(self.ports):
            self._write_hpb(number, port, sites)
        self.nats = Process("nats", [program("nats"), "-c", str(folder / "nats.conf")], folder)
        janus = [program("janus"), "--disable-colors", f"--configs-folder={folder / 'janus'}"]
        self.janus = Process("janus", janus, folder)
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
        self.nats.start()
        self.nats.wait_until(lambda: _listens(self.nats_port))
        if self._media:
            self._make_device()
            self.janus.start()
            self.janus.wait_until(lambda: _listens(self.janus_port))
        for number in range(len(self.nodes)):
            self.start_node(number)

    def start_node(self, number):
        self.nodes[number].start()
        self.nodes[number].wait_until(lambda: self._is_well(number))

    def stop(self):
        for process in [*self.nodes, self.janus, self.nats]:
            process.stop()
        if self._device:
            subprocess.run(["ip", "link", "del", self._device], check=False, capture_output=True)

    def stats(self, number=0):
        """Numbers of sessions, rooms and publishers, as the server itself counts them."""
        return _get(f"{self.urls[number]}/api/v1/stats")

    def _is_well(self, number):
        stats = self.stats(number)
        return stats is not None and (not self._media or stats["mcu"]["connected"])

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

    def _write_hpb(self, number, port, sites):
        backends = "".join(
            f"\n[{name}]\nurl = {url}\nsecret = {self.secrets[name]}\n"
            for name, url in sites.items()
        )
        mcu = f"type = janus\nurl = ws://127.0.0.1:{self.janus_port}" if self._media else ""
        self._conf(number).write_text(
            f"""
[http]
listen = 127.0.0.1:{port}
[app]
debug = false
[sessions]
hashkey = {secrets.token_hex(16)}
blockkey = {secrets.token_hex(8)}
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
[mcu]
{mcu}
[stats]
allowed_ips = 127.0.0.1
"""
        )


def _listens(port):
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
