"""Before the call."""

from tests.browser.person import expect


def test_a_preview_is_shown_and_switched_off(visitor, site):
    alice = visitor("alice").open(site.room())
    expect(alice.button("Camera")).to_have_attribute("aria-pressed", "true")
    expect(alice.button("Microphone")).to_have_attribute("aria-pressed", "true")

    alice.button("Camera").click()

    expect(alice.button("Camera")).to_have_attribute("aria-pressed", "false")
    expect(alice.button("Start call")).to_be_visible()
    expect(alice.tiles).to_have_count(0)


def test_those_in_the_call_are_named(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)

    bob = visitor("bob").open(token)

    expect(bob.page.get_by_role("list", name="In the call now")).to_have_text(alice.name)
    expect(bob.button("Join call")).to_be_visible()
