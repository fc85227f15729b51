"""The far end of a hook: which URLs may be called, and one careful request to one.

Whoever may make hooks must not get to see through them what only this machine can reach. So the
name is looked up when the request is made, private addresses are refused, and the connection
goes to the very address that was checked. No redirect is followed and no proxy is asked.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext

from talk import errors
from talk.conf import settings

SILENCE = 10.0
"""Seconds that the far end may say nothing."""

DEADLINE = 20.0
"""Seconds that all of it may take, for those who answer letter by letter."""

READ_BYTES = 2000
SHOWN_CHARACTERS = 200

_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 addresses as NAT64 writes them: the last four bytes."""


@dataclass(frozen=True)
class Reply:
    """What came back: a status, or the reason why there is none."""

    status: int | None
    error: str = ""
    retry_after: int = 0
    """Seconds that the far end asks to be left alone."""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def require_allowed(url: str) -> SplitResult:
    """The parts of a URL that a hook may have; where its name leads is seen at each request.

    :raises InvalidValue: ``url``, with the reason in words.
    """
    try:
        parts = urlsplit(url)
        port_is_wrong = parts.port == 0
    except ValueError:
        raise _refused(gettext("This is not a URL.")) from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or port_is_wrong:
        raise _refused(gettext("This is not a URL that can be called."))
    if not url.isascii() or any(character <= " " for character in url):
        raise _refused(gettext("Write the URL in ASCII characters, without spaces."))
    if parts.username is not None:
        raise _refused(gettext("User names and passwords do not belong into the URL."))
    if parts.scheme == "http" and not settings.TALK_WEBHOOK_HTTP:
        raise _refused(gettext("The URL has to begin with https://."))
    try:
        written = ip_address(parts.hostname)
    except ValueError:
        written = None
    if (written is not None or parts.hostname == "localhost") and not _may_be_called(
        str(written or "127.0.0.1")
    ):
        raise _refused(gettext("This address is not public."))
    return parts


def post(url: str, body: bytes, headers: dict[str, str]) -> Reply:
    """Send a body and say what came back; raises nothing that the network or the URL causes."""
    try:
        parts = require_allowed(url)
    except errors.InvalidValue as refusal:
        return Reply(None, refusal.explanation)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    connection = _Connection(parts)
    timer = Timer(DEADLINE, connection.abort)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        start = response.read(READ_BYTES)
        asked = response.getheader("Retry-After", "")
        if connection.is_aborted:
            return Reply(None, f"It took longer than {DEADLINE:g} seconds.")
        return Reply(
            response.status,
            "" if 200 <= response.status < 300 else _shown(start.decode(errors="replace")),
            int(asked) if asked.isdecimal() and len(asked) < 10 else 0,
        )
    except (OSError, HTTPException, ValueError) as error:
        return Reply(None, _shown(f"{type(error).__name__}: {error}"))
    finally:
        timer.cancel()
        connection.close()


class AddressRefused(OSError):
    """The name leads to addresses that are not public, and to no others."""


class _Connection(HTTPConnection):
    """A connection to an address that was looked at before."""

    is_aborted = False

    def __init__(self, parts: SplitResult) -> None:
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None
        if self.tls is not None:
            self.default_port = 443
        super().__init__(parts.hostname or "", parts.port, timeout=SILENCE)

    def connect(self) -> None:
        failure: OSError | None = None
        for address in _addresses(self.host, self.port):
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                failure = error
                continue
            if self.tls is not None:
                self.sock = secure = self.tls.wrap_socket(
                    self.sock, server_hostname=self.host, do_handshake_on_connect=False
                )
                secure.do_handshake()
            return
        raise failure or AddressRefused("the name does not lead to a public address")

    def abort(self) -> None:
        """End it from another thread, whatever it is waiting for."""
        self.is_aborted = True
        if self.sock is not None:
            with suppress(OSError):
                # Not the method of TLS sockets, which would go on without encryption.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _addresses(host: str, port: int) -> list[str]:
    """Where a name leads, without what may not be called."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    return [address for address in addresses if _may_be_called(address)]


def _may_be_called(address: str) -> bool:
    if settings.TALK_WEBHOOK_PRIVATE_ADDRESSES:
        return True
    return all(each.is_global and not each.is_multicast for each in _meant_by(address))


def _meant_by(text: str) -> list[IPv4Address | IPv6Address]:
    """An address, and those that it stands for."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    meant: list[IPv4Address | IPv6Address] = [address]
    if address.sixtofour is not None:
        meant.append(address.sixtofour)
    if address in _TRANSLATED:
        meant.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return meant


def _shown(text: str) -> str:
    """The beginning of a text from outside, on one line."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[
        :SHOWN_CHARACTERS
    ]


def _refused(words: str) -> errors.InvalidValue:
    return errors.InvalidValue("url", message=words)
