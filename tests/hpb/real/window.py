"""A browser window with the call page, asked through the element's own interface."""

import time

PASSWORD = "talk"
PATIENCE = 60
# Connections are kept where a test can ask them for their statistics.
KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...parts) { super(...parts); window.connections.push(this); }
};
"""
# Of every connection that is up: pictures sent and decoded, and sound that came in.
TRAFFIC = """
async () => {
  const all = [];
  for (const [number, connection] of window.connections.entries()) {
    if (connection.connectionState !== "connected") continue;
    const each = { number, sent: 0, decoded: 0, heard: 0 };
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "outbound-rtp") each.sent += report.packetsSent;
      if (report.type === "inbound-rtp") {
        each.decoded += report.framesDecoded ?? 0;
        each.heard += report.kind === "audio" ? report.packetsReceived : 0;
      }
    }
    all.push(each);
  }
  return all;
}
"""
# Of every connection that is up: the lines of its pictures, those sent by their simulcast layer.
PICTURES = """
async () => {
  const pictures = { sent: {}, received: [] };
  for (const connection of window.connections) {
    if (connection.connectionState !== "connected") continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.kind !== "video" || !report.frameHeight) continue;
      if (report.type === "outbound-rtp") pictures.sent[report.rid ?? ""] = report.frameHeight;
      if (report.type === "inbound-rtp") pictures.received.push(report.frameHeight);
    }
  }
  return pictures;
}
"""
HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
CALL = "document.querySelector('talk-call')"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]


class Window:
    """Somebody of the demo site in a browser of their own."""

    def __init__(self, browser, site, user, *, server=None):
        self.site, self.user = site, user
        self.context = browser.new_context()
        self.context.add_init_script(KEEP_CONNECTIONS)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.loads = 0
        self.page.on("load", lambda *_: self._loaded())
        if server:
            self._insist_on(server)

    def _loaded(self):
        self.loads += 1

    def _insist_on(self, server):
        """Of several nodes, this one."""

        def answer(route):
            response = route.fetch()
            content = response.json()
            content["ocs"]["data"]["server"] = server
            route.fulfill(response=response, json=content)

        self.page.route("**/signaling/settings*", answer)

    def enter(self, token):
        self.token = token
        self.page.goto(f"{self.site.url}accounts/login/")
        self.page.get_by_label("Username").fill(self.user)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.goto(f"{self.site.url}call/{token}")
        self.wait_for_stage("before")
        self.page.evaluate(f"() => {{ {CALL}.join(); }}")
        self.wait_for_stage("call")
        self.loads = 0
        return self

    def wait_for_stage(self, stage):
        self.wait_until(lambda: self.page.evaluate(f"{CALL}?.stage") == stage)

    @property
    def names(self):
        return sorted(each["name"] for each in self.page.evaluate(f"{CALL}.participants"))

    @property
    def traffic(self):
        return self.page.evaluate(TRAFFIC)

    @property
    def upstreams(self):
        return sum(1 for each in self.traffic if each["sent"])

    @property
    def downstreams(self):
        return sum(1 for each in self.traffic if each["decoded"])

    @property
    def layers(self):
        """Lines of the pictures that are sent, by layer; without simulcast it has no name."""
        return self.page.evaluate(PICTURES)["sent"]

    @property
    def lines(self):
        """Lines of the pictures that come in, smallest first."""
        return sorted(self.page.evaluate(PICTURES)["received"])

    def gets_pictures_of(self, *lines):
        self.wait_until(lambda: self.lines == list(lines))

    def hide(self, hidden):
        """Another tab comes to the front, or goes; headless windows know of neither."""
        self.page.evaluate(HIDE, hidden)

    def sees(self, count):
        """Pictures and sound of so many others are coming in, by one connection each."""
        self.wait_until(lambda: self.downstreams >= count)
        before = self._received()
        self.wait_until(lambda: self._more_than(before, count))

    def hears_more(self):
        """Sound of somebody comes in."""
        before = sum(each["heard"] for each in self.traffic)
        self.wait_until(lambda: sum(each["heard"] for each in self.traffic) > before)

    def _received(self):
        return {each["number"]: each for each in self.traffic if each["decoded"]}

    def _more_than(self, before, count):
        grown = [
            new
            for number, new in self._received().items()
            for old in [before.get(number, {"decoded": 0, "heard": 0})]
            if new["decoded"] > old["decoded"] and new["heard"] > old["heard"]
        ]
        return len(grown) >= count

    def wait_until(self, what):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if what():
                return
            self.page.wait_for_timeout(200)
        state = self.page.evaluate(
            f"({{stage: {CALL}?.stage, people: {CALL}?.participants, "
            "connections: window.connections.map((each) => each.connectionState)})"
        )
        text = self.page.evaluate("document.body.innerText")
        seen = f"{self.traffic} {self.page.evaluate(PICTURES)}"
        raise AssertionError(f"{self.user}: {state} {seen} {self.errors}\n{text}")

    def close(self):
        self.context.close()
