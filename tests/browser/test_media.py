"""People see and hear each other."""

import re
import time

from tests.browser.person import expect

# 1 in the call, 2 with audio, 4 with video
ALL_ON = 7


def flags_of(site, token, name):
    _, people = site.api("GET", f"v4/room/{token}/participants")
    return next(each["inCall"] for each in people if each["displayName"] == name)


def flags_become(person, token, name, flags):
    for _ in range(100):
        if flags_of(person.site, token, name) == flags:
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(f"{name} has {flags_of(person.site, token, name)}, not {flags}")


def test_two_people_see_and_hear_each_other(visitor, site, report):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").open(token)
    bob.join()
    joined = time.monotonic()

    bob.sees_and_hears(alice.name)
    report("time to first picture and sound", f"{time.monotonic() - joined:.1f} s")
    alice.sees_and_hears(bob.name)

    expect(alice.tiles).to_have_count(2)
    assert flags_of(site, token, bob.name) == ALL_ON


def test_three_people_one_of_them_a_guest(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    gil = visitor(name="Gil Guest").enter(token, guest="Gil Guest")

    for person in (alice, bob, gil):
        for other in {alice, bob, gil} - {person}:
            person.sees_and_hears(other.name)


def test_four_people_are_all_connected(visitor, site, report):
    token = site.room("bob", "carol", "dave")
    people = [visitor(user).open(token) for user in ("alice", "bob", "carol", "dave")]
    began = time.monotonic()
    for person in people:
        person.join()

    for person in people:
        for other in people:
            if other is not person:
                person.sees_and_hears(other.name)

    report("time to a full mesh of four", f"{time.monotonic() - began:.1f} s")
    expect(people[0].people.get_by_role("listitem")).to_have_count(4)


def test_muted_is_seen_and_not_heard(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees_and_hears(bob.name)

    bob.button("Microphone").click()

    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "false")
    expect(alice.tile(bob.name)).to_contain_text("muted")
    flags_become(alice, token, bob.name, 5)
    bob.button("Microphone").click()
    expect(alice.tile(bob.name)).not_to_contain_text("muted")
    alice.sees_and_hears(bob.name)


def test_a_camera_that_is_off_sends_no_picture(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees_and_hears(bob.name)

    bob.button("Camera").click()

    expect(bob.button("Camera")).to_have_attribute("aria-pressed", "false")
    expect(alice.tile(bob.name)).not_to_contain_text("with video")
    flags_become(alice, token, bob.name, 3)
    alice.gets_no_picture_of(bob.name)
    bob.button("Camera").click()
    alice.sees_and_hears(bob.name)


def test_without_devices_one_joins_all_the_same(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob")
    bob.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => "
        "{ throw new DOMException('', 'NotAllowedError'); }"
    )
    bob.open(token)

    expect(bob.page.get_by_text("You can join without.")).to_be_visible()
    bob.join()

    bob.sees_and_hears(alice.name)
    expect(bob.button("Camera")).to_have_attribute("aria-pressed", "false")
    assert flags_of(site, token, bob.name) == 1


def test_switched_off_before_stays_off(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").open(token)

    expect(bob.button("Camera")).to_have_attribute("aria-pressed", "true")
    bob.button("Camera").click()
    bob.button("Microphone").click()
    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "false")
    bob.join()

    alice.sees(bob.name)
    flags_become(alice, token, bob.name, 1)


def test_a_shared_screen_is_seen_until_it_is_not_shared_any_more(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    screen = alice.page.get_by_role("figure", name=f"Screen of {bob.name}")

    bob.button("Share screen").click()

    expect(bob.button("Share screen")).to_have_attribute("aria-pressed", "true")
    expect(screen).to_be_visible()
    alice.receives_frames(screen)
    bob.button("Share screen").click()
    expect(bob.button("Share screen")).to_have_attribute("aria-pressed", "false")
    expect(screen).to_have_count(0)


def test_a_raised_hand_is_seen_also_by_who_comes_later(visitor, site):
    token = site.room("bob", "carol")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees(bob.name)

    bob.button("Raise hand").click()

    expect(bob.button("Raise hand")).to_have_attribute("aria-pressed", "true")
    expect(alice.tile(bob.name)).to_contain_text("hand raised")
    carol = visitor("carol").enter(token)
    expect(carol.tile(bob.name)).to_contain_text("hand raised")
    bob.button("Raise hand").click()
    expect(alice.tile(bob.name)).not_to_contain_text("hand raised")


def test_a_reaction_is_seen(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees(bob.name)

    bob.button("React").click()
    bob.button("🎉").click()

    expect(alice.tile(bob.name)).to_contain_text("🎉")
    expect(alice.tile(bob.name)).not_to_contain_text("🎉")


def test_speaker_view_shows_one_large(visitor, site):
    token = site.room("bob", "carol")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    visitor("carol").enter(token)
    alice.sees(bob.name, "Carol Carter")

    alice.button("Speaker view").click()

    expect(alice.button("Speaker view")).to_have_attribute("aria-pressed", "true")
    heights = [tile.bounding_box()["height"] for tile in alice.tiles.all()]
    assert sorted(heights)[-1] > 2 * sorted(heights)[0]


def test_an_idle_call_asks_the_server_little(visitor, site, report):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees_and_hears(bob.name)
    alice.page.wait_for_timeout(3000)
    asked = []
    alice.page.on("request", lambda request: asked.append(re.sub(r".*/api", "", request.url)))

    alice.page.wait_for_timeout(30_000)

    report("HTTP requests per minute of an idle call", str(2 * len(asked)))
    assert len(asked) <= 3, asked


def test_more_than_a_mesh_can_bear_is_told(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    expect(alice.status).to_have_text("")

    alice.page.locator("talk-call").evaluate("(call) => call.setAttribute('max-mesh', 1)")
    visitor("bob").enter(token)

    expect(alice.status).to_contain_text("too much")
