"""Lobby, password, read-only, and those who may not come in."""

from tests.browser.person import expect

LOBBY, NO_LOBBY = 1, 0
CUSTOM, AUDIO = 1, 16


def set_lobby(site, token, state):
    status, _ = site.api("PUT", f"v4/room/{token}/webinar/lobby", state=state)
    assert status == 200


def attendee_id(site, token, name):
    _, people = site.api("GET", f"v4/room/{token}/participants")
    return next(each["attendeeId"] for each in people if each["displayName"] == name)


def test_the_lobby_opens_by_itself(visitor, site):
    token = site.room("bob")
    set_lobby(site, token, LOBBY)
    alice = visitor("alice").enter(token)
    bob = visitor("bob").open(token)

    expect(bob.status).to_contain_text("lobby")
    bob.join()
    expect(bob.status).to_contain_text("lobby")
    expect(bob.tiles).to_have_count(0)
    set_lobby(site, token, NO_LOBBY)

    bob.sees_and_hears(alice.name)


def test_a_moderator_admits_one_from_the_lobby(visitor, site):
    token = site.room()
    set_lobby(site, token, LOBBY)
    alice = visitor("alice").enter(token)
    gil = visitor(name="Gil Guest").open(token).join(guest="Gil Guest")
    expect(gil.status).to_contain_text("lobby")

    alice.button("Admit Gil Guest").click()

    gil.sees_and_hears(alice.name)
    alice.sees_and_hears(gil.name)


def test_a_lobby_in_mid_call_sends_people_to_wait(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees(bob.name)
    bob.expects_trouble()  # what he is just asking may be refused

    set_lobby(site, token, LOBBY)

    expect(bob.status).to_contain_text("lobby")
    expect(alice.tile(bob.name)).to_have_count(0)
    set_lobby(site, token, NO_LOBBY)
    bob.sees_and_hears(alice.name)


def test_a_wrong_password_is_told_and_the_right_one_opens(visitor, site):
    token = site.room()
    site.api("PUT", f"v4/room/{token}/password", password="Sesame, open!")
    alice = visitor("alice").enter(token)
    gil = visitor(name="Gil Guest").open(token)
    gil.expects_trouble()

    gil.join(guest="Gil Guest", password="Barley")
    expect(gil.alert).to_contain_text("password is wrong")
    gil.join(password="Sesame, open!")

    gil.sees_and_hears(alice.name)
    expect(gil.alert).to_have_text("")


def test_a_read_only_room_says_so(visitor, site):
    token = site.room("bob")
    site.api("PUT", f"v4/room/{token}/read-only", state=1)

    bob = visitor("bob").open(token)

    expect(bob.alert).to_contain_text("read-only")
    expect(bob.button("Join call")).to_have_count(0)
    expect(bob.button("Start call")).to_have_count(0)


def test_read_only_in_mid_call_ends_it(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    bob.sees(alice.name)
    for person in (alice, bob):
        person.expects_trouble()  # what they are just asking may be refused

    site.api("PUT", f"v4/room/{token}/read-only", state=1)

    expect(bob.status).to_contain_text("read-only")


def test_whoever_is_removed_hears_so(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    bob.expects_trouble()

    alice.button(f"Remove {bob.name}").click()

    expect(bob.status).to_contain_text("removed")
    expect(alice.tile(bob.name)).to_have_count(0)


def test_whoever_is_banned_hears_so(visitor, site):
    token = site.room()
    alice = visitor("alice").enter(token)
    gil = visitor(name="Gil Guest").enter(token, guest="Gil Guest")
    gil.expects_trouble()
    alice.sees(gil.name)
    _, people = site.api("GET", f"v4/room/{token}/participants")
    guest = next(each for each in people if each["displayName"] == gil.name)

    site.api("POST", f"v1/ban/{token}", actorType="guests", actorId=guest["actorId"])
    expect(gil.status).to_contain_text("removed")
    gil.button("Try again").click()
    gil.join()

    expect(gil.status).to_contain_text("banned")


def test_a_moderator_mutes_somebody(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)

    alice.button(f"Mute {bob.name}").click()

    expect(bob.button("Microphone")).to_have_attribute("aria-pressed", "false")
    expect(bob.status).to_contain_text("muted you")
    expect(alice.tile(bob.name)).to_contain_text("muted")


def test_what_one_may_not_publish_is_off_with_a_reason(visitor, site):
    token = site.room("bob")
    alice = visitor("alice").enter(token)
    bob = visitor("bob").enter(token)
    alice.sees_and_hears(bob.name)

    site.api(
        "PUT",
        f"v4/room/{token}/attendees/permissions",
        attendeeId=attendee_id(site, token, bob.name),
        method="set",
        permissions=CUSTOM | AUDIO,
    )

    expect(bob.button("Camera")).to_be_disabled()
    expect(bob.button("Camera")).to_have_attribute("aria-pressed", "false")
    expect(bob.button("Camera")).to_have_accessible_description(
        "You may not show your camera here."
    )
    expect(bob.button("Share screen")).to_be_disabled()
    expect(bob.button("Microphone")).to_be_enabled()
    alice.gets_no_picture_of(bob.name)
    site.api(
        "PUT",
        f"v4/room/{token}/attendees/permissions",
        attendeeId=attendee_id(site, token, bob.name),
        method="set",
        permissions=0,
    )
    bob.button("Camera").click()
    alice.sees_and_hears(bob.name)


def test_an_unknown_room_is_not_found(visitor, site):
    gil = visitor(name="Gil Guest")
    gil.expects_trouble()

    answer = gil.page.goto(f"{site.url}/call/nosuchroom")

    assert answer.status == 404
    gil.page.get_by_role("link", name="Sign in").first.click()
    expect(gil.page).to_have_url(f"{site.url}/accounts/login/?next=%2Fcall%2Fnosuchroom")
