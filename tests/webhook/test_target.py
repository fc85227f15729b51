"""Where a hook may lead: not into the network that only this machine can reach."""

import socket
import threading
from contextlib import suppress

import pytest

from talk import errors, webhook
from talk.webhook import target
from talk.webhook.target import post

PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch):
    """Say where names lead, and hear which addresses are connected to."""
    known, called = {}, []

    def look_up(host, port, **facts):
        found = known.get(host, [host])
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def connect(address, timeout):
        called.append(address)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(target.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(target.socket, "create_connection", connect)
    known["called"] = called
    return known


@pytest.fixture
def _strict(settings):
    settings.TALK_WEBHOOK_HTTP = settings.TALK_WEBHOOK_PRIVATE_ADDRESSES = False


@pytest.mark.usefixtures("_strict")
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.7",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.7",
        "2002:a00:7::1",
        "64:ff9b::a00:7",
    ],
)
def test_names_that_lead_inside_are_not_called(names, address):
    names["hook.example.org"] = [address]

    reply = post("https://hook.example.org/", b"{}", {})

    assert (reply.status, names["called"]) == (None, [])
    assert reply.error == "AddressRefused: the name does not lead to a public address"


@pytest.mark.usefixtures("_strict")
def test_only_the_public_ones_of_several_addresses_are_called(names):
    names["hook.example.org"] = ["127.0.0.1", PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]

    reply = post("https://hook.example.org/", b"{}", {})

    assert names["called"] == [(PUBLIC, 443), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443)]
    assert reply.error == "ConnectionRefusedError: nobody there"


def test_a_site_may_allow_private_addresses(names, settings):
    settings.TALK_WEBHOOK_PRIVATE_ADDRESSES = True
    names["worker.local"] = ["10.0.0.7"]

    post("https://worker.local:8443/", b"{}", {})

    assert names["called"] == [("10.0.0.7", 8443)]


@pytest.mark.usefixtures("_strict")
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hook.example.org/", "The URL has to begin with https://."),
        ("ftp://hook.example.org/", "This is not a URL that can be called."),
        ("file:///etc/passwd", "This is not a URL that can be called."),
        ("https:///path", "This is not a URL that can be called."),
        ("https://hook.example.org:0/", "This is not a URL that can be called."),
        ("https://hook.example.org:99999/", "This is not a URL."),
        ("https://[::1/", "This is not a URL."),
        (
            "https://me:secret@hook.example.org/",
            "User names and passwords do not belong into the URL.",
        ),
        ("https://hook.example.org/a b", "Write the URL in ASCII characters, without spaces."),
        ("https://hook.example.org/ä", "Write the URL in ASCII characters, without spaces."),
        ("https://127.0.0.1/", "This address is not public."),
        ("https://[::1]/", "This address is not public."),
        ("https://localhost/", "This address is not public."),
        ("https://169.254.169.254/latest/", "This address is not public."),
    ],
)
@pytest.mark.django_db
def test_such_a_hook_cannot_be_made(url, reason):
    with pytest.raises(errors.InvalidValue) as refusal:
        webhook.create(url)

    assert (refusal.value.parameter, refusal.value.explanation) == ("url", reason)


@pytest.mark.usefixtures("_strict")
def test_a_hook_from_before_is_not_called_either(names):
    reply = post("http://hook.example.org/", b"{}", {})

    assert (reply.error, names["called"]) == ("The URL has to begin with https://.", [])


def test_http_is_fine_while_debugging(settings, names):
    del settings.TALK_WEBHOOK_HTTP
    settings.DEBUG = True

    assert target.require_allowed("http://hook.example.org/").hostname == "hook.example.org"


@pytest.mark.django_db
def test_an_unknown_event_is_refused():
    with pytest.raises(errors.InvalidValue) as refusal:
        webhook.create("https://hook.example.org/", events=["call.begun"])

    assert refusal.value.parameter == "events"


def test_names_that_nobody_knows_are_an_answer():
    reply = post("https://no-such-name.invalid/", b"{}", {})

    assert reply.status is None
    assert reply.error.startswith("gaierror: ")


def test_a_host_without_tls_is_an_answer(receiver):
    reply = post(receiver.url.replace("http:", "https:"), b"{}", {})

    assert (reply.status, receiver.letters) == (None, [])
    assert reply.error.startswith("SSLError: ")


def test_no_more_of_an_answer_is_kept_than_is_shown(receiver):
    receiver.status, receiver.body = 500, b"a\x00b \x1b[31mred\n" + b"x" * 100_000

    reply = post(receiver.url, b"{}", {})

    assert len(reply.error) == 200
    assert reply.error.startswith("a b [31mred xxx")


def answering_with(reply):
    """A server that says something else than HTTP would, and goes on for as long as it may."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer():
        caller, _address = server.accept()
        with caller, server:
            caller.recv(65536)
            reply(caller)
            # Closing with something unread would break the connection instead of ending it.
            with suppress(OSError):
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(65536):
                    pass

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/", thread


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", "RemoteDisconnected: Remote end closed connection without response"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "BadStatusLine: SSH-2.0-OpenSSH_9.2"),
        (b"HTTP/1.1 abc\r\n", "BadStatusLine: HTTP/1.1 abc"),
    ],
)
def test_what_is_not_http_is_an_answer(said, error):
    url, thread = answering_with(lambda caller: caller.sendall(said))

    reply = post(url, b"{}", {})

    thread.join()
    assert reply == target.Reply(None, error)


def test_who_says_nothing_is_waited_for_so_long(monkeypatch):
    monkeypatch.setattr(target, "SILENCE", 0.05)
    done = threading.Event()
    url, thread = answering_with(lambda caller: done.wait(30))

    reply = post(url, b"{}", {})

    done.set()
    thread.join()
    assert reply == target.Reply(None, "TimeoutError: timed out")


def test_who_answers_letter_by_letter_is_cut_off(monkeypatch):
    monkeypatch.setattr(target, "DEADLINE", 0.2)
    ended = threading.Event()

    def drip(caller):
        caller.sendall(b"HTTP/1.1 200 OK\r\n")
        while not ended.wait(0.01):
            try:
                caller.sendall(b"X-More: 1\r\n")
            except OSError:
                return

    url, thread = answering_with(drip)

    reply = post(url, b"{}", {})

    ended.set()
    thread.join()
    assert (reply.is_success, thread.is_alive()) == (False, False)
