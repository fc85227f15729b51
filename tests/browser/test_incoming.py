"""Somebody calls while one is anywhere on the site: ``{% talk_incoming_calls %}``."""

import re

import pytest

from tests.browser.person import expect

PHONE = {"width": 390, "height": 844}
# As often as pages ask while nobody calls, and some patience for a busy machine.
SOON = 20_000


def rings(page):
    """The pop-up of a page, which is there by now or very soon."""
    popup = page.get_by_role("alertdialog", name="Incoming call")
    expect(popup).to_be_visible(timeout=SOON)
    return popup


def expect_silence(page):
    expect(page.get_by_role("alertdialog")).to_have_count(0, timeout=SOON)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def called(visitor, site):
    """Bob, somewhere on the site, whom Alice calls; and the token of the room."""

    def call(**context):
        token = site.room("bob", name="Tea <b>time</b>")
        bob = visitor("bob", **context)
        visitor("alice").enter(token)
        return bob, token

    return call


def test_answering_leads_into_the_call(called):
    bob, token = called()

    popup = rings(bob.page)
    expect(popup).to_contain_text("A group call has started in Tea <b>time</b>")
    popup.get_by_role("button", name="Answer").click()

    expect(bob.page).to_have_url(re.compile(f"/call/{token}"))
    bob.sees("Alice Archer")


def test_whoever_dismisses_is_left_alone(called):
    bob, _token = called()
    rings(bob.page)

    bob.page.keyboard.press("Escape")

    expect_silence(bob.page)
    bob.page.reload()
    with bob.page.expect_response("**/notifications"):
        pass
    expect_silence(bob.page)


def test_one_of_many_tabs_rings_and_all_know_that_it_was_dismissed(called):
    bob, _token = called()
    other = bob.new_page()
    other.goto("/call/")
    other.bring_to_front()

    popup = rings(other)
    expect_silence(bob.page)
    popup.get_by_role("button", name="Dismiss").click()
    other.close()
    bob.page.bring_to_front()

    with bob.page.expect_response("**/notifications", timeout=SOON):
        pass
    expect_silence(bob.page)


def test_the_tab_that_is_left_rings_on(called):
    bob, _token = called()
    other = bob.new_page()
    other.goto("/call/")
    rings(other)

    other.close()

    rings(bob.page)


def test_a_notification_that_another_device_removed_stops_the_ring(called):
    bob, _token = called()
    rings(bob.page)

    gone = bob.page.evaluate(
        """async () => {
          const path = "/ocs/v2.php/apps/notifications/api/v2/notifications";
          const headers = { "OCS-APIRequest": "true" };
          return (await fetch(path, { method: "DELETE", headers })).status;
        }"""
    )

    assert gone == 200
    expect_silence(bob.page)


def test_a_missed_call_can_be_called_back(called, site, visitor):
    bob, token = called()
    rings(bob.page)

    status, _ = site.api("PUT", f"v4/room/{token}/read-only", state=1)
    site.api("PUT", f"v4/room/{token}/read-only", state=0)

    assert status == 200
    missed = bob.page.get_by_role("dialog", name="Missed call")
    expect(missed).to_contain_text("You missed a group call in Tea <b>time</b>", timeout=SOON)
    missed.get_by_role("button", name="Call back").click()
    expect(bob.page).to_have_url(re.compile(f"/call/{token}"))


def test_whoever_types_goes_on_typing_and_hears_of_it(visitor, site):
    token = site.room("bob", name="Tea time")
    bob = visitor("bob")
    bob.page.goto("/call/")
    name = bob.page.get_by_label("Name", exact=True)
    name.press_sequentially("Half a wor")

    visitor("alice").enter(token)

    rings(bob.page)
    expect(name).to_be_focused()
    expect(bob.alert).to_have_text("A group call has started in Tea time")


def test_the_keyboard_is_enough(called):
    bob, token = called()

    popup = rings(bob.page)

    expect(popup).to_be_focused()
    bob.page.keyboard.press("Tab")
    expect(popup.get_by_role("button", name="Answer")).to_be_focused()
    bob.page.keyboard.press("Enter")
    expect(bob.page).to_have_url(re.compile(f"/call/{token}"))


def test_it_fits_a_phone_and_the_dark(called):
    bob, _token = called(viewport=PHONE, color_scheme="dark", reduced_motion="reduce")

    box = rings(bob.page).bounding_box()

    assert (box["x"] >= 0, box["x"] + box["width"] <= PHONE["width"]) == (True, True)
    moving = bob.page.evaluate(
        "document.querySelector('talk-incoming').shadowRoot.getAnimations().length"
    )
    assert moving == 0


def test_the_site_is_told_and_may_answer_itself(called):
    bob, token = called()
    bob.page.evaluate(
        """() => {
          window.told = [];
          for (const name of ["ringing", "answer"]) {
            document.addEventListener(name, (event) => {
              window.told.push([name, event.detail.token]);
              event.preventDefault();
            });
          }
        }"""
    )

    rings(bob.page).get_by_role("button", name="Answer").click()

    expect_silence(bob.page)
    assert bob.page.evaluate("window.told") == [["ringing", token], ["answer", token]]
    assert bob.page.url.endswith("/")
