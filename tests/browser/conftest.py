"""Real browsers on a real site. ``CHROMIUM`` names the browser; without it these tests are skipped.

They also need Playwright and uvicorn: ``pip install -e '.[browser]'``.
"""

import pytest

ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    # Names of the local network that nobody resolves on loopback.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    from tests.browser.site import Site

    site = Site(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def browser():
    # This first: without a browser to drive, nothing has to be installed.
    from tests.browser.person import CHROMIUM

    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def report(pytestconfig):
    """Say a figure at the end of the run."""
    figures = pytestconfig.stash.setdefault(FIGURES, [])
    return lambda what, figure: figures.append(f"{what}: {figure}")


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)


@pytest.fixture
def visitor(browser, site):
    """Make people: signed in by their user name, or guests. Their consoles have to stay silent."""
    from tests.browser.person import Person

    people = []
    full_names = {
        "alice": "Alice Archer",
        "bob": "Bob Baker",
        "carol": "Carol Carter",
        "dave": "Dave Dyer",
    }

    def arrive(user=None, *, name=None, **context):
        person = Person(
            browser.new_context(base_url=site.url, **context),
            site,
            name or full_names.get(user, user),
        )
        people.append(person)
        return person.sign_in(user) if user else person

    yield arrive
    complaints = {person.name: person.complaints for person in people if person.complaints}
    for person in people:
        person.context.close()
    assert complaints == {}
