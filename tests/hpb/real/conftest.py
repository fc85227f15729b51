"""Real signaling servers. ``SIGNALING_SERVERS=1`` runs these tests; they need Debian's packages."""

import os

import pytest

from tests.hpb.real.servers import Servers, missing
from tests.hpb.real.site import Site
from tests.signaling.keys import EC_KEY

if not os.environ.get("SIGNALING_SERVERS"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def landscape(tmp_path_factory):
    """Two sites that share one server, as a provider would run them."""
    if missing():
        pytest.skip(missing())
    folder = tmp_path_factory.mktemp("hpb")
    sites = [Site(folder, "one"), Site(folder, "two")]
    servers = Servers(folder, {site.name: site.url for site in sites}, media=False)
    try:
        servers.start()
        for site in sites:
            site.prepare(servers, EC_KEY)
            site.start()
        yield sites, servers
    finally:
        for site in sites:
            site.stop()
        servers.stop()


@pytest.fixture
def site(landscape):
    return landscape[0][0]


@pytest.fixture
def other_site(landscape):
    return landscape[0][1]


@pytest.fixture
def servers(landscape):
    return landscape[1]


@pytest.fixture
def arrive(site):
    """Make people who have entered a room on the site and on its server."""
    from tests.hpb.real.client import Client

    clients = []

    def come(token, user=None, *, version="2.0", at=site):
        visitor = at.visitor(user)
        visitor.token = token
        visitor.talk_session_id = visitor.enter(token)
        settings = visitor.settings(token)
        client = Client(settings["server"], at.url)
        clients.append(client)
        visitor.client = client
        answer = client.hello(settings, version)
        assert answer["type"] == "hello", answer
        answer = client.join(token, visitor.talk_session_id)
        assert answer["type"] == "room", answer
        visitor.id = client.session_id
        return visitor

    yield come
    for client in clients:
        client.close()
