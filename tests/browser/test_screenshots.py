"""The page as it looks: made for docs/screenshots, and looked at there."""

from pathlib import Path

import pytest

from tests.browser.person import expect

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PORTRAIT = (Path(__file__).parent / "portrait.js").read_text()
LOOKS = {
    "alice": '[0, ["#b8c8d8", "#7f97ad"], "#2f4858", "#f0c8a8", "#5a3a22"]',
    "bob": '[1, ["#d9c7a8", "#a88a5c"], "#3c5a3c", "#c68f63", "#241a14"]',
    "carol": '[2, ["#c9d6c3", "#7fa18d"], "#7a2f3a", "#f3d3bb", "#c07a3a"]',
    "dave": '[3, ["#cfc4de", "#8c7bab"], "#22304a", "#8a5a3c", "#15100d"]',
}
DESK = {"viewport": {"width": 1200, "height": 720}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1}


@pytest.fixture
def model(visitor):
    def sit(user, **context):
        person = visitor(user, **{**DESK, **context})
        person.page.add_init_script(PORTRAIT.replace("LOOK", LOOKS[user]))
        return person

    return sit


def shoot(person, name):
    person.page.wait_for_timeout(1500)
    person.page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=72)


def test_before_and_two(model, site):
    token = site.room("bob", name="Weekly plan", description="Every Monday at ten.")
    alice = model("alice").enter(token)
    bob = model("bob").open(token)
    expect(bob.button("Join call")).to_be_visible()

    shoot(bob, "before")
    bob.join()
    bob.sees(alice.name)
    shoot(bob, "two")


def test_four_on_a_desk_by_night_and_on_a_phone(model, site):
    token = site.room("bob", "carol", "dave", name="Weekly plan")
    alice = model("alice").enter(token)
    bob = model("bob", color_scheme="dark").enter(token)
    carol = model("carol", **PHONE).enter(token)
    dave = model("dave").enter(token)
    dave.button("Raise hand").click()
    carol.button("Microphone").click()
    for person in (alice, bob, carol):
        person.sees(dave.name)
        expect(person.tile(dave.name)).to_contain_text("hand raised")
        for other in (alice, bob, carol, dave):
            if other is not person:
                person.receives_frames(person.tile(other.name))

    shoot(alice, "four")
    shoot(bob, "four-dark")
    shoot(carol, "phone")
    dave.button("Camera").click()
    bob.button("Speaker view").click()
    shoot(bob, "speaker-dark")


def test_lobby(model, site):
    token = site.room("bob", name="Consultation")
    site.api("PUT", f"v4/room/{token}/webinar/lobby", state=1)
    alice = model("alice").enter(token)
    bob = model("bob").open(token).join()
    expect(bob.status).to_contain_text("lobby")
    expect(alice.button("Admit Bob Baker")).to_be_visible()

    shoot(bob, "lobby")
    shoot(alice, "moderator")
