"""Ports of 127.0.0.1 for servers that are told where to listen."""

import random
import socket
from contextlib import ExitStack

# Below the ports that systems give to outgoing connections (from 32768 on): among those, one that
# is free now may be the near end of somebody's connection before the server begins to listen.
# Above 24999, so that they are not those that the TURN server under test relays from.
_PORTS = range(25000, 32000)


def free_port():
    """A port that nobody listens at now."""
    return free_ports(1)[0]


def free_ports(count):
    """As many different ones."""
    with ExitStack() as held:
        return [_held(held) for _number in range(count)]


def _held(held):
    while True:
        try:
            server = socket.create_server(("127.0.0.1", random.choice(_PORTS)))
        except OSError:
            continue
        return held.enter_context(server).getsockname()[1]
