"""Before the call."""

from tests.browser.person import expect


def test_before_shows_a_preview(visitor, site):
    alice = visitor("alice").open(site.room())

    expect(alice.button("Start call")).to_be_visible()
    expect(alice.button("Microphone")).to_have_attribute("aria-pressed", "true")
    expect(alice.button("Camera")).to_have_attribute("aria-pressed", "true")
    alice.page.screenshot(path="/tmp/before.png")
