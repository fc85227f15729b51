"""Which way the browsers of a room find each other (signaling.md §1.1).

A client asks once, when it joins, and stays with the answer. So that all in a room meet in one
place, the first one who comes pins the room to it, until everybody has left.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.dispatch import Signal

from talk import signals
from talk.conf import SignalingServer, settings
from talk.constants import SignalingMode
from talk.models import Room, Session


def configured_mode() -> SignalingMode:
    """The mode of rooms that nobody is in yet."""
    servers, wanted = settings.TALK_SIGNALING_SERVERS, settings.TALK_SIGNALING_MODE
    if not servers or wanted == SignalingMode.INTERNAL:
        return SignalingMode.INTERNAL
    if len(servers) == 1:
        return SignalingMode.EXTERNAL
    return SignalingMode.CLUSTER if wanted == "auto" else wanted


def mode_of(room: Room) -> SignalingMode:
    """The mode of a room: that of those who are in it.

    Costs a query only where servers are configured and nobody joined the room since.
    """
    mode = configured_mode()
    if mode == SignalingMode.INTERNAL or room.signaling_server:
        return mode
    # Whoever came before there was a server polls the site, and goes on doing so.
    polling = room.sessions.alive().exists()
    return SignalingMode.INTERNAL if polling else mode


def server_for(room: Room | None, mode: SignalingMode) -> SignalingServer | None:
    """The server that whoever joins the room now is told to connect to; None in internal mode.

    Of nodes on one bus, any: a client that lost its node asks again, and gets another one.
    """
    if mode == SignalingMode.INTERNAL:
        return None
    if mode == SignalingMode.EXTERNAL or room is None:
        return secrets.choice(settings.TALK_SIGNALING_SERVERS)
    return home_of(room)


def lanes() -> dict[str, list[SignalingServer]]:
    """The servers that are told what changes, each by itself; nodes on one bus share a lane."""
    servers, mode = settings.TALK_SIGNALING_SERVERS, configured_mode()
    if mode == SignalingMode.INTERNAL:
        return {}
    if mode == SignalingMode.EXTERNAL and len(servers) > 1:
        return {"": servers}
    return {server.url: [server] for server in servers}


def lane_of(room: Room) -> str | None:
    """Which server, or bus, is told of changes in a room; None in internal mode."""
    every = list(lanes())
    if len(every) > 1:
        return home_of(room).url
    return every[0] if every else None


def home_of(room: Room) -> SignalingServer:
    """The server that the room is pinned to, or would be if somebody joined now."""
    servers = {server.url: server for server in settings.TALK_SIGNALING_SERVERS}
    return servers.get(room.signaling_server) or _choose(servers.values(), room)


def pin(signal: Signal, *, room: Room, session: Session | None = None, **_arguments: Any) -> None:
    """Recorder: the first session in a room decides where the room meets."""
    if signal is not signals.session_started or session is None:
        return
    servers = [] if configured_mode() == SignalingMode.INTERNAL else settings.TALK_SIGNALING_SERVERS
    home = _choose(servers, room).url if servers else ""
    if room.signaling_server == home:
        return
    if servers and room.signaling_server in {"", *(server.url for server in servers)}:
        others = Session.objects.alive().filter(room=room).exclude(pk=session.pk)
        if others.exists():
            return
    room.signaling_server = home
    room.save(update_fields=["signaling_server"])


def _choose(servers: Iterable[SignalingServer], room: Room) -> SignalingServer:
    """Rooms spread evenly, and when a server goes away only its own rooms move."""
    return max(servers, key=lambda server: sha256(f"{server.url} {room.token}".encode()).digest())
