"""People in front of a browser, and what they see and hear."""

import os
import re
import time

import pytest

from tests.browser.site import PASSWORD

# The suite needs no browser: without one, tests that import this are left out.
CHROMIUM = os.environ.get("CHROMIUM", "")
if not CHROMIUM:
    pytest.skip("CHROMIUM names no browser", allow_module_level=True)
expect = pytest.importorskip("playwright.sync_api").expect
# Four browsers on a busy machine take their time.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

# Connections are kept where a test can ask them for their statistics.
KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...parts) { super(...parts); window.connections.push(this); }
};
"""
# So are all devices.
KEEP_TRACKS = """
window.tracks = [];
const getUserMedia = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (getUserMedia) navigator.mediaDevices.getUserMedia = async (wishes) => {
  const stream = await getUserMedia(wishes);
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""
# What has come through to this video: pictures decoded, and the energy of its sound.
RECEIVED = """
async (video) => {
  const received = { frames: 0, energy: 0 };
  const tracks = video.srcObject?.getTracks() ?? [];
  for (const connection of window.connections) {
    for (const receiver of connection.getReceivers()) {
      if (!tracks.includes(receiver.track)) continue;
      for (const report of (await receiver.getStats()).values()) {
        if (report.type !== "inbound-rtp") continue;
        received.frames += report.framesDecoded ?? 0;
        received.energy += report.totalAudioEnergy ?? 0;
      }
    }
  }
  return received;
}
"""


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, context, site, name):
        self.context = context
        self.site = site
        self.name = name
        self.complaints = []
        self.tolerates = re.compile("favicon")
        context.add_init_script(KEEP_CONNECTIONS)
        context.add_init_script(KEEP_TRACKS)
        context.set_default_timeout(PATIENCE)
        self.page = self.new_page()

    def new_page(self):
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message):
        if message.type in {"error", "warning"} and not self.tolerates.search(message.text):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def expects_trouble(self):
        """Browsers complain of refused requests by themselves: let only scripts' errors count."""
        self.tolerates = re.compile("Failed to load resource|net::ERR")

    def sign_in(self, user):
        self.page.goto(f"{self.site.url}/accounts/login/")
        self.page.get_by_label("Username").fill(user)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.site.url}/")
        return self

    def open(self, token):
        self.page.goto(f"{self.site.url}/call/{token}")
        return self

    def join(self, *, guest=None, password=None):
        if guest is not None:
            self.textbox("Your name").fill(guest)
        if password is not None:
            self.textbox("Password").fill(password)
        self.page.get_by_role("button", name=re.compile("^(Join|Start) call$")).click()
        return self

    def enter(self, token, **credentials):
        """Open the page, join, and be in the call."""
        self.open(token).join(**credentials)
        self.sees(self.name)
        return self

    def leave(self):
        self.button("Leave call").click()

    # What there is on the page ---------------------------------------------------------------

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def textbox(self, name):
        return self.page.get_by_role("textbox", name=name, exact=True)

    def tile(self, name):
        return self.page.get_by_role("group", name=name, exact=True)

    @property
    def tiles(self):
        return self.page.get_by_role("group")

    @property
    def status(self):
        return self.page.get_by_role("status")

    @property
    def alert(self):
        return self.page.get_by_role("alert")

    @property
    def people(self):
        return self.page.get_by_role("list", name="Participants", exact=True)

    def sees(self, *names):
        for name in names:
            expect(self.tile(name)).to_be_visible()

    def focused_name(self):
        """What a screen reader would say of the element that has the focus."""
        return self.page.evaluate(
            """() => {
              let focused = document.activeElement;
              while (focused?.shadowRoot) focused = focused.shadowRoot.activeElement;
              return focused?.getAttribute("aria-label") ?? focused?.textContent;
            }"""
        )

    # What comes through ----------------------------------------------------------------------

    def received(self, name):
        return self.tile(name).locator("video").evaluate(RECEIVED)

    def _grows(self, place, what, by):
        video = place.locator("video")
        start = video.evaluate(RECEIVED)[what]
        until = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < until:
            if video.evaluate(RECEIVED)[what] > start + by:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.name} gets no {what} in {place}: {video.evaluate(RECEIVED)}")

    def receives_frames(self, place):
        self._grows(place, "frames", 3)

    def sees_and_hears(self, name):
        """Pictures and sound of somebody are coming in right now."""
        self.sees(name)
        self._grows(self.tile(name), "frames", 3)
        self._grows(self.tile(name), "energy", 0)

    def gets_no_picture_of(self, name):
        self.page.wait_for_timeout(700)
        before = self.received(name)["frames"]
        self.page.wait_for_timeout(1000)
        assert self.received(name)["frames"] == before
