"""What every test may ask for."""

import math
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.test import Client

from talk import signals
from talk.actor import HOLDER_KEY
from talk.signaling import listing, ping, revision
from talk.webhook import outbox
from tests.promises import require_declared


def pytest_addoption(parser):
    parser.addoption(
        "--one-case-each",
        action="store_true",
        help="run one case of every parametrised test: what differs from Python to Python, or "
        "from site to site, is not in the tables",
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--one-case-each"):
        first = {
            (item.path, getattr(item, "originalname", item.name)): item for item in items[::-1]
        }
        kept = set(first.values())
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]


@pytest.fixture(autouse=True)
def _empty_cache():
    """Remembered passwords must not outlive their test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _fresh_process():
    """What polls have told and heard must not outlive their test."""
    revision.forget_all()
    ping.forget_all()
    listing.forget_all()


@pytest.fixture(autouse=True)
def _no_webhooks(monkeypatch):
    """As in a process that asked for hooks and heard of none; making one ends that."""
    monkeypatch.setattr(outbox, "_remembered", (math.inf, []))


class TalkClient(Client):
    """Django's test client as a Talk client: asks for JSON, sends OCS-APIRequest.

    Whatever it is answered has to be among what the action declares.

    ``session`` arguments of :meth:`hold` tie the client to a Talk session, as the cookie that
    joining a room sets would.
    """

    def __init__(self, headers=None, **defaults):
        usual = {"accept": "application/json", "ocs-apirequest": "true"}
        super().__init__(headers=usual if headers is None else headers, **defaults)

    def request(self, **request):
        response = super().request(**request)
        require_declared(response)
        return response

    def hold(self, talk_session):
        """Be the browser that this Talk session belongs to."""
        store = self.session
        store[HOLDER_KEY] = talk_session.holder
        store.save()
        return self


@pytest.fixture
def guest_client(db):
    """A client without an account and without a cookie."""
    return TalkClient()


@pytest.fixture
def sign_in(db):
    """Make a client for a user, an attendee, or a session (then with its cookie)."""

    def client_for(who):
        client = TalkClient()
        attendee = getattr(who, "attendee", who)
        user = getattr(attendee, "user", attendee)
        if user is not None:
            client.force_login(user)
        if hasattr(who, "session_id"):
            client.hold(who)
        return client

    return client_for


@pytest.fixture
def heard():
    """A list that receives (name of the signal, arguments) of every talk signal sent.

    But for those that accompany others and have tests of their own.
    """
    with listening(
        leaving_out={"notification_created", "session_started", "session_ended"}
    ) as events:
        yield events


@contextmanager
def listening(*, leaving_out=frozenset()):
    """Hear the talk signals that are sent meanwhile."""
    events = []
    receivers = []
    for name, signal in vars(signals).items():
        if isinstance(signal, signals.Signal) and name not in leaving_out:

            def receive(signal=signal, name=name, **arguments):
                arguments.pop("sender")
                events.append((name, arguments))

            signal.connect(receive, weak=False)
            receivers.append((signal, receive))
    yield events
    for signal, receive in receivers:
        signal.disconnect(receive)


def data_of(response):
    """What the envelope carries."""
    return response.json()["ocs"]["data"]
