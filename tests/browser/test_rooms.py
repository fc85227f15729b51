"""``/call/`` in a browser: with scripts and without them."""

import re

import pytest

from tests.browser.person import expect


@pytest.mark.parametrize("scripts", [True, False])
def test_a_room_is_made_and_found(visitor, scripts):
    alice = visitor("alice", java_script_enabled=scripts)

    alice.page.get_by_role("link", name="Rooms", exact=True).click()
    alice.page.get_by_label("Name", exact=True).fill(f"Book club {scripts}")
    alice.page.get_by_label("Everybody who has the link").check()
    alice.page.get_by_label("Invite people").fill("bob, carol")
    alice.page.get_by_role("button", name="Create room").click()

    expect(alice.page).to_have_url(re.compile("/call/[a-z0-9]{8}$"))
    expect(alice.page).to_have_title(re.compile(f"Book club {scripts}"))
    alice.page.goto("/call/")
    rooms = alice.page.get_by_role("list", name="Your rooms")
    expect(rooms.get_by_role("link", name=f"Book club {scripts}", exact=True)).to_be_visible()


def test_what_is_wrong_is_told_beside_it(visitor):
    alice = visitor("alice")
    alice.page.goto("/call/")

    alice.page.get_by_label("Name", exact=True).fill("Book club")
    alice.page.get_by_label("Invite people").fill("nobody.here")
    alice.page.get_by_role("button", name="Create room").click()

    expect(alice.alert).to_have_text("Nobody here is called nobody.here.")
    expect(alice.page.get_by_label("Name", exact=True)).to_have_value("Book club")


def test_it_fits_a_phone(visitor, site):
    site.room("bob", name="Unbelievably" * 20)
    bob = visitor("bob", viewport={"width": 390, "height": 844})

    widths = []
    for path in ("/", "/call/"):
        bob.page.goto(path)
        widths.append(bob.page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [390, 390]


def test_the_call_button_leads_right_into_the_call(visitor, site):
    token = site.room("bob", name="Right away")
    bob = visitor("bob")
    bob.page.goto("/call/")

    bob.page.get_by_role("link", name="Call Right away").click()

    expect(bob.page).to_have_url(re.compile(f"/call/{token}$"))
    bob.sees(bob.name)
