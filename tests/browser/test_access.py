"""For everybody: keyboards, screen readers, phones, and names that are not nice."""

import os
from pathlib import Path

import pytest

from tests.browser.person import expect

AXE = os.environ.get("AXE", "")
# axe-core itself measures with inline styles.
MEASURED = {"bypass_csp": True}
GRAVE = {"serious", "critical"}
HOSTILE = '"><img src=x onerror=alert(1)><b>Mallory</b>'
NONSENSE = (Path(__file__).parent / "nonsense.js").read_text().split("\n", 1)[1].rstrip(";\n")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def grave_faults():
    """What axe-core finds on a page that shuts somebody out."""
    if not AXE:
        pytest.skip("AXE names no axe.min.js")
    source = Path(AXE).read_text()

    def find(person):
        person.page.evaluate(source)
        # It would fetch style sheets itself, by names that only their own sheet can resolve.
        found = person.page.evaluate("axe.run({preload: false})")["violations"]
        return [
            (fault["id"], fault["nodes"][0]["target"])
            for fault in found
            if fault["impact"] in GRAVE
        ]

    return find


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(visitor, site, grave_faults, scheme):
    token = site.room("bob", description="Every day at four.")
    alice = visitor("alice", color_scheme=scheme, **MEASURED).enter(token)
    bob = visitor("bob", color_scheme=scheme, **MEASURED).open(token)
    expect(bob.button("Join call")).to_be_visible()

    before = grave_faults(bob)
    bob.join()
    bob.sees(alice.name)
    during = grave_faults(bob)
    bob.leave()
    expect(bob.status).to_contain_text("left")
    after = grave_faults(bob)

    assert (before, during, after) == ([], [], [])


def test_axe_finds_nothing_grave_in_front_of_a_guest(visitor, site, grave_faults):
    token = site.room()
    site.api("PUT", f"v4/room/{token}/password", password="Sesame, open!")
    gil = visitor(name="Gil Guest", **MEASURED).open(token)
    expect(gil.textbox("Password")).to_be_visible()

    assert grave_faults(gil) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_in_the_list_of_rooms(visitor, site, grave_faults, scheme):
    site.room("bob")
    bob = visitor("bob", color_scheme=scheme, **MEASURED)
    bob.page.goto("/call/")
    expect(bob.page.get_by_role("list", name="Your rooms")).to_be_visible()

    assert grave_faults(bob) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_in_an_incoming_call(visitor, site, grave_faults, scheme):
    token = site.room("bob")
    bob = visitor("bob", color_scheme=scheme, **MEASURED)
    bob.page.goto("/call/")
    visitor("alice").enter(token)
    popup = bob.page.get_by_role("alertdialog", name="Incoming call")
    # As often as pages ask while nobody calls.
    expect(popup).to_be_visible(timeout=20_000)

    assert grave_faults(bob) == []


def test_all_of_a_call_can_be_done_with_the_keyboard(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").open(token)
    expect(bob.button("Join call")).to_be_visible()

    def press(name, key="Enter"):
        """Tab on until the focus is there."""
        for _ in range(40):
            bob.page.keyboard.press("Tab")
            if bob.focused_name() == name:
                return bob.page.keyboard.press(key)
        raise AssertionError(f"{name} cannot be reached")

    press("Join call")
    bob.sees(alice.name)
    press("Microphone", "Space")
    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "false")
    press("Raise hand", "Space")
    expect(alice.tile(bob.name)).to_contain_text("hand raised")
    press("Leave call")
    expect(bob.status).to_contain_text("left")


def test_on_a_phone_everything_is_in_view(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob", **PHONE).open(token)
    expect(bob.button("Join call")).to_be_in_viewport(ratio=1)

    bob.join()

    bob.sees_and_hears(alice.name)
    for name in ("Microphone", "Camera", "Leave call"):
        expect(bob.button(name)).to_be_in_viewport(ratio=1)
    for name in (alice.name, bob.name):
        expect(bob.tile(name)).to_be_in_viewport(ratio=1)
    expect(bob.people).to_be_in_viewport()
    width = bob.page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["viewport"]["width"]


def test_names_and_titles_are_text(visitor, site):
    token = site.room(name=HOSTILE, description=HOSTILE)
    alice = visitor("alice").enter(token)
    mallory = visitor(name=HOSTILE).enter(token, guest=HOSTILE)

    alice.sees(HOSTILE)
    expect(alice.people).to_contain_text(HOSTILE)
    expect(mallory.page.get_by_role("heading", name=HOSTILE).first).to_be_attached()
    for person in (alice, mallory):
        assert person.page.locator("talk-call img, talk-call b").count() == 0


def test_nonsense_from_a_peer_breaks_nothing(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees_and_hears(bob.name)
    _, peers = site.api("GET", f"v4/call/{token}")
    sessions = {each["displayName"]: each["sessionId"] for each in peers}

    said = bob.page.evaluate(NONSENSE, [token, sessions[bob.name], sessions[alice.name]])
    alice.page.wait_for_timeout(1500)

    assert said == 200
    expect(alice.tiles).to_have_count(2)
    expect(alice.button("Microphone")).to_have_attribute("aria-pressed", "true")
    visitor(name="Gil Guest").enter(token, guest="Gil Guest").sees_and_hears(alice.name)
    alice.sees_and_hears("Gil Guest")


def test_the_element_tells_the_page_and_obeys_it(visitor, site):
    token = site.room("bob")
    visitor("alice").enter(token)
    bob = visitor("bob").open(token)
    expect(bob.button("Join call")).to_be_visible()
    bob.page.evaluate(
        """() => {
          window.heard = [];
          const hear = ({ type, detail }) => heard.push([type, detail.reason ?? ""]);
          for (const name of ["joined", "left", "ended", "error"]) {
            document.addEventListener(name, hear);
          }
        }"""
    )
    call = bob.page.locator("talk-call")

    call.evaluate("(call) => call.join()")
    bob.sees("Alice Archer")
    call.evaluate("(call) => call.setCamera(false)")
    expect(bob.button("Camera")).to_have_attribute("aria-pressed", "false")
    names = call.evaluate("(call) => call.participants.map(({ name }) => name)")
    call.evaluate("(call) => call.leave()")
    expect(bob.status).to_contain_text("left")

    assert sorted(names) == ["Alice Archer", "Bob Baker"]
    assert bob.page.evaluate("heard") == [["joined", ""], ["left", "left"]]
