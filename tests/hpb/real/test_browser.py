"""The call page through real signaling and media servers. ``CHROMIUM`` names the browser."""

import os

import pytest

from talk.constants import Permission
from tests.hpb.real.servers import Servers, missing
from tests.hpb.real.site import Site
from tests.hpb.real.window import ARGUMENTS, Window
from tests.signaling.keys import EC_KEY

pytestmark = pytest.mark.skipif(not os.environ.get("CHROMIUM"), reason="CHROMIUM names no browser")

PEOPLE = ["alice", "bob", "carol", "dave"]


@pytest.fixture(scope="module")
def landscape(tmp_path_factory):
    """A site with two signaling servers on one bus, and one media server behind them."""
    if missing():
        pytest.skip(missing())
    folder = tmp_path_factory.mktemp("media")
    site = Site(folder)
    servers = Servers(folder, {site.name: site.url}, nodes=2)
    try:
        servers.start()
        site.prepare(servers, EC_KEY, TALK_SIGNALING_MODE="external")
        site.start()
        yield site, servers
    finally:
        site.stop()
        servers.stop()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(landscape):
    return landscape[0]


@pytest.fixture
def servers(landscape):
    return landscape[1]


@pytest.fixture
def gather(browser, site):
    """Bring people into one call; by node: which server each of them connects to."""
    windows = []

    def call(people, by_node=()):
        token = site.visitor("alice").room("bob", "carol", "dave")
        for number, person in enumerate(people):
            server = by_node[number] if by_node else None
            windows.append(Window(browser, site, person, server=server))
            windows[-1].enter(token)
        return windows

    yield call
    errors = {window.user: window.errors for window in windows if window.errors}
    for window in windows:
        window.close()
    assert errors == {}


def assert_all_see_all(windows):
    for window in windows:
        window.sees(len(windows) - 1)


def test_the_check_finds_all_well(site, servers):
    done = site.manage("talk_hpb_check")

    assert (done.returncode, done.stderr) == (0, "")
    told = [line.partition(" ")[0] for line in done.stdout.splitlines() if line.endswith(": well")]
    assert told == [*servers.urls, "The"]


def test_two_see_and_hear_each_other(gather):
    windows = gather(PEOPLE[:2])

    assert_all_see_all(windows)

    assert [window.names for window in windows] == [["Alice Archer", "Bob Baker"]] * 2
    assert [(window.upstreams, window.downstreams) for window in windows] == [(1, 1)] * 2


def test_of_four_each_sends_only_once(gather, servers):
    windows = gather(PEOPLE)

    assert_all_see_all(windows)

    assert [(window.upstreams, window.downstreams) for window in windows] == [(1, 3)] * 4
    assert servers.publishers() == 4


def test_a_camera_is_sent_in_three_sizes(gather):
    windows = gather(PEOPLE[:2])

    windows[0].wait_until(lambda: windows[0].layers == {"h": 540, "m": 270, "l": 135})


def test_a_small_tile_gets_a_smaller_picture_than_a_large_one(gather):
    windows = gather(PEOPLE[:3])
    assert_all_see_all(windows)

    windows[0].page.get_by_role("button", name="Speaker view").click()

    windows[0].gets_pictures_of(135, 540)


def test_a_screen_is_sent_in_one_size(gather):
    windows = gather(PEOPLE[:2])
    assert_all_see_all(windows)

    windows[1].page.get_by_role("button", name="Share screen").click()

    windows[0].wait_until(lambda: len(windows[0].lines) == 2)
    assert set(windows[1].layers) == {"h", "m", "l", ""}


def test_pictures_follow_the_size_of_the_window(gather):
    windows = gather(PEOPLE[:2])
    windows[0].gets_pictures_of(540)

    windows[0].page.set_viewport_size({"width": 500, "height": 400})
    windows[0].gets_pictures_of(270)

    windows[0].page.set_viewport_size({"width": 1280, "height": 720})
    windows[0].gets_pictures_of(540)
    windows[1].gets_pictures_of(540)


def test_a_page_that_nobody_looks_at_gets_the_smallest_pictures(gather):
    windows = gather(PEOPLE[:2])
    windows[0].gets_pictures_of(540)

    windows[0].hide(True)
    windows[0].gets_pictures_of(135)

    windows[0].hide(False)
    windows[0].gets_pictures_of(540)


def test_whoever_publishes_anew_is_seen_in_the_size_of_the_tile(gather, site):
    windows = gather(PEOPLE[:2])
    windows[0].page.set_viewport_size({"width": 500, "height": 400})
    windows[0].gets_pictures_of(270)

    windows[1].page.reload()
    windows[1].wait_for_stage("before")
    windows[1].page.evaluate("() => { document.querySelector('talk-call').join(); }")
    windows[1].wait_for_stage("call")

    windows[0].sees(1)
    windows[0].gets_pictures_of(270)


def test_whoever_may_not_show_a_camera_any_more_is_still_heard(gather, site):
    windows = gather(PEOPLE[:2])
    assert_all_see_all(windows)

    site.visitor("alice").forbid(windows[1].token, "bob", Permission.PUBLISH_VIDEO)

    windows[0].wait_until(lambda: windows[0].lines == [])
    windows[0].hears_more()
    windows[1].sees(1)


def test_those_on_two_nodes_see_each_other(gather, servers):
    windows = gather(PEOPLE[:2], by_node=servers.urls)

    assert_all_see_all(windows)

    # Windows of earlier tests may still be waited for by their server.
    windows[0].wait_until(
        lambda: [servers.stats(number)["sessions"] for number in (0, 1)] == [1, 1]
    )


def test_after_a_crash_of_the_server_all_are_back_without_a_reload(gather, servers):
    windows = gather(PEOPLE[:2], by_node=[servers.urls[0]] * 2)
    assert_all_see_all(windows)

    servers.nodes[0].kill()
    servers.start_node(0)

    assert_all_see_all(windows)
    assert [window.loads for window in windows] == [0, 0]
    for window in windows:
        window.wait_until(lambda window=window: window.upstreams == 1)


def test_after_a_crash_of_the_media_server_all_see_all_again(gather, servers):
    windows = gather(PEOPLE[:2])
    assert_all_see_all(windows)

    servers.janus.kill()
    servers.start_janus()

    assert_all_see_all(windows)
    assert [window.loads for window in windows] == [0, 0]


def test_a_site_that_is_started_anew_interrupts_nothing(gather, site):
    windows = gather(PEOPLE[:2])
    assert_all_see_all(windows)

    site.stop()
    site.start()

    assert_all_see_all(windows)
    assert [window.loads for window in windows] == [0, 0]


def test_whom_the_site_gave_up_is_back_without_a_reload(gather, site):
    windows = gather(PEOPLE[:2])
    assert_all_see_all(windows)
    alice, token = site.visitor("alice"), windows[0].page.url.rpartition("/")[2]
    before = {peer["sessionId"] for peer in alice.peers(token)}

    site.pass_time(600, then="talk_cleanup")

    def are_back():
        now = {peer["sessionId"] for peer in alice.peers(token)}
        return len(now) == 2 and now.isdisjoint(before)

    windows[0].wait_until(are_back)
    assert_all_see_all(windows)
    assert [window.loads for window in windows] == [0, 0]


def test_whoever_leaves_is_gone_for_the_others(gather):
    windows = gather(PEOPLE[:2])
    assert_all_see_all(windows)

    windows[1].page.evaluate("document.querySelector('talk-call').leave()")

    windows[0].wait_until(lambda: windows[0].names == ["Alice Archer"])
