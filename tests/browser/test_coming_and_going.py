"""Leaving, losing the way, and coming back."""

from tests.browser.person import expect


def two_in_a_call(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees_and_hears(bob.name)
    return token, alice, bob


def live_tracks(person):
    """How many cameras and microphones this page still holds."""
    return person.page.evaluate(
        "window.tracks.filter((track) => track.readyState === 'live').length"
    )


def test_whoever_leaves_is_gone_and_their_camera_is_off(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)

    bob.leave()

    expect(alice.tile(bob.name)).to_have_count(0)
    expect(bob.status).to_contain_text("left")
    expect(bob.tiles).to_have_count(0)
    assert live_tracks(bob) == 0


def test_whoever_left_can_come_back(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)
    bob.leave()
    expect(alice.tile(bob.name)).to_have_count(0)

    bob.join()

    alice.sees_and_hears(bob.name)
    bob.sees_and_hears(alice.name)


def test_a_closed_tab_leaves(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)

    bob.page.close()

    expect(alice.tile(bob.name)).to_have_count(0)


def test_a_reloaded_tab_comes_back_with_one_click(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)

    bob.page.reload()
    bob.join()

    bob.sees_and_hears(alice.name)
    alice.sees_and_hears(bob.name)
    expect(alice.tiles).to_have_count(2)


def test_ten_seconds_without_network_are_told_and_mended(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)
    bob.expects_trouble()

    bob.context.set_offline(True)
    bob.page.wait_for_timeout(1000)
    alice.button("Raise hand").click()
    expect(bob.status).to_contain_text("interrupted")
    bob.page.wait_for_timeout(9000)
    bob.context.set_offline(False)

    expect(bob.status).to_contain_text("connected again")
    expect(bob.tile(alice.name)).to_contain_text("hand raised")
    bob.sees_and_hears(alice.name)


def test_a_session_that_timed_out_is_renewed_without_a_reload(visitor, site):
    token, alice, bob = two_in_a_call(visitor, site)
    bob.expects_trouble()
    # As after a night's sleep: long silence here, and there no such session any more.
    bob.page.evaluate(
        """async (token) => {
          const now = Date.now;
          Date.now = () => now() + 120_000;
          const room = `/ocs/v2.php/apps/spreed/api/v4/room/${token}`;
          const headers = { "OCS-APIRequest": "true" };
          await fetch(`${room}/participants/active`, { method: "DELETE", headers });
        }""",
        token,
    )

    bob.sees_and_hears(alice.name)
    alice.sees_and_hears(bob.name)


def test_the_end_for_everyone_is_the_end(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)

    alice.button("End call for everyone").click()

    expect(bob.status).to_contain_text("ended")
    expect(alice.status).to_contain_text("ended")
    assert [live_tracks(alice), live_tracks(bob)] == [0, 0]
    expect(bob.button("Leave call")).to_have_count(0)


def test_only_moderators_can_end_it_for_everyone(visitor, site):
    _, alice, bob = two_in_a_call(visitor, site)

    expect(alice.button("End call for everyone")).to_be_visible()
    expect(bob.button("End call for everyone")).to_have_count(0)


def test_a_second_tab_takes_over_only_when_asked(visitor, site):
    token, alice, bob = two_in_a_call(visitor, site)
    bob.expects_trouble()
    first, bob.page = bob.page, bob.new_page()

    bob.open(token)
    expect(bob.status).to_contain_text("another tab")
    bob.join()

    bob.sees_and_hears(alice.name)
    expect(first.get_by_role("status")).to_contain_text("another tab")
    expect(alice.tiles).to_have_count(2)
