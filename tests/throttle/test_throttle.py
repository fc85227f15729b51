"""Wrong passwords and unknown tokens, counted by where they come from (ocs.md §9)."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from talk import errors, throttle
from talk.constants import Guess, Listable
from talk.models import Attendee, Session
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.1"
ATTEMPTS = 3


@pytest.fixture(autouse=True)
def _few_attempts(settings):
    settings.TALK_THROTTLE = {"attempts": ATTEMPTS, "seconds": 60}


@pytest.fixture
def room():
    room = RoomFactory(public=True)
    room.set_password("sesame")
    room.save()
    return room


def enter(client, token, password="", address=HERE, version=2):
    url = f"{BASE}/room/{token}/participants/active".replace("v2.php", f"v{version}.php")
    return client.post(url, {"password": password}, REMOTE_ADDR=address)


def guess_wrong(secret, room, times=ATTEMPTS, address=HERE):
    """Guess as a browser that nobody knows; the statuses of the answers."""
    token, password = ("nowhere0", "") if secret == Guess.TOKEN else (room.token, "wrong")
    return [enter(TalkClient(), token, password, address).status_code for _time in range(times)]


WRONG = {Guess.TOKEN: 404, Guess.PASSWORD: 403}


# Wrong guesses.


@pytest.mark.parametrize("secret", Guess)
def test_after_too_many_there_are_no_more(room, secret):
    statuses = guess_wrong(secret, room, ATTEMPTS + 2)

    assert statuses == [WRONG[secret]] * ATTEMPTS + [429] * 2


@pytest.mark.parametrize(("version", "status"), [(1, 200), (2, 429)])
def test_the_refusal_comes_in_the_envelope(room, version, status):
    guess_wrong(Guess.PASSWORD, room)

    response = enter(TalkClient(), room.token, "sesame", version=version)

    assert (response.status_code, data_of(response)) == (status, [])
    assert response.json()["ocs"]["meta"]["statuscode"] == 429
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert Attendee.objects.count() == 0


def test_the_right_password_comes_too_late(room):
    guess_wrong(Guess.PASSWORD, room)

    response = enter(TalkClient(), room.token, "sesame")

    assert (response.status_code, room.attendees.count()) == (429, 0)


@pytest.mark.parametrize("secret", Guess)
def test_another_address_may_still_guess(room, secret):
    guess_wrong(secret, room)

    response = enter(TalkClient(), room.token, "sesame", ELSEWHERE)

    assert response.status_code == 200


def test_each_secret_is_counted_by_itself(room):
    guess_wrong(Guess.PASSWORD, room)

    assert guess_wrong(Guess.TOKEN, room, 1) == [404]


def test_guesses_at_many_rooms_add_up(room):
    others = [RoomFactory(public=True, password=room.password) for _ in range(ATTEMPTS)]

    statuses = [enter(TalkClient(), each.token, "wrong").status_code for each in others]

    assert statuses == [403] * ATTEMPTS
    assert enter(TalkClient(), room.token, "sesame").status_code == 429


@pytest.mark.parametrize("way", ["private", "unknown"])
def test_a_room_that_is_not_for_the_caller_is_a_wrong_token(sign_in, way):
    token = RoomFactory().token if way == "private" else "nowhere0"
    client = sign_in(UserFactory())

    statuses = [enter(client, token).status_code for _ in range(ATTEMPTS + 1)]

    assert statuses == [404] * ATTEMPTS + [429]


def test_an_address_that_knows_nothing_finds_no_open_room_either():
    guess_wrong(Guess.TOKEN, None)

    assert enter(TalkClient(), RoomFactory(public=True).token).status_code == 429


def test_spent_passwords_close_no_open_room(room):
    guess_wrong(Guess.PASSWORD, room)

    assert enter(TalkClient(), RoomFactory(public=True).token).status_code == 200


# Whoever belongs to the room never pays.


@pytest.mark.parametrize("secret", Guess)
def test_a_member_enters(sign_in, room, secret):
    member = AttendeeFactory(room=room)
    guess_wrong(secret, room)

    assert enter(sign_in(member), room.token).status_code == 200


@pytest.mark.parametrize("secret", Guess)
def test_a_guest_who_is_there_enters_again(sign_in, room, secret):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True, room=room))
    guess_wrong(secret, room)

    assert enter(sign_in(guest), room.token).status_code == 200


@pytest.mark.parametrize("secret", Guess)
def test_a_guest_who_comes_back_enters(sign_in, room, secret):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True, room=room))
    client = sign_in(guest)
    Session.objects.all().delete()
    guess_wrong(secret, room)

    assert enter(client, room.token).status_code == 200


def test_whoever_needs_no_password_cannot_have_guessed_it(sign_in, room):
    room.listable = Listable.EVERYONE
    room.save()
    guess_wrong(Guess.PASSWORD, room)

    assert enter(sign_in(UserFactory()), room.token).status_code == 200


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_members_password_is_not_a_guess(sign_in, room, password):
    client = sign_in(AttendeeFactory(room=room))

    for _time in range(ATTEMPTS + 1):
        assert enter(client, room.token, password).status_code == 200

    assert enter(TalkClient(), room.token, "sesame").status_code == 200


def test_a_ban_is_no_guess(room):
    room.bans.create(actor_type="ip", actor_id=HERE)

    statuses = [enter(TalkClient(), room.token, "wrong").status_code for _ in range(5)]

    assert statuses == [403] * 5


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_the_call_counts_nothing(room, method):
    for _time in range(ATTEMPTS + 1):
        response = getattr(TalkClient(), method)(f"{BASE}/call/nowhere0", REMOTE_ADDR=HERE)
        assert response.status_code == 404

    assert guess_wrong(Guess.TOKEN, room, 1) == [404]


# Whoever gets it right.


def test_the_right_password_forgives_the_wrong_ones(room):
    guess_wrong(Guess.PASSWORD, room, ATTEMPTS - 1)

    assert enter(TalkClient(), room.token, "sesame").status_code == 200

    assert guess_wrong(Guess.PASSWORD, room) == [403] * ATTEMPTS


@pytest.mark.parametrize("secret", Guess)
def test_another_room_forgives_nothing(room, secret):
    guess_wrong(secret, room, ATTEMPTS - 1)

    assert enter(TalkClient(), RoomFactory(public=True).token).status_code == 200

    assert guess_wrong(secret, room, 2) == [WRONG[secret], 429]


def test_one_room_forgives_only_what_was_guessed_there(room):
    other = RoomFactory(public=True, password=room.password)
    guess_wrong(Guess.PASSWORD, other, 1)
    guess_wrong(Guess.PASSWORD, room, 1)

    assert enter(TalkClient(), room.token, "sesame").status_code == 200

    assert guess_wrong(Guess.PASSWORD, room, ATTEMPTS) == [403, 403, 429]


def test_a_guess_is_forgiven_once(room):
    other = RoomFactory(public=True, password=room.password)
    guess_wrong(Guess.PASSWORD, room, 1)
    enter(TalkClient(), room.token, "sesame")
    guess_wrong(Guess.PASSWORD, other, 1)

    assert enter(TalkClient(), room.token, "sesame").status_code == 200

    assert guess_wrong(Guess.PASSWORD, other, ATTEMPTS) == [403, 403, 429]


def test_what_is_forgiven_is_never_more_than_what_is_held_against_somebody(room):
    throttle.count(Guess.PASSWORD, HERE, room.token)
    throttle.count(Guess.PASSWORD, HERE, room.token)
    # What is held against the address has run out, what was guessed at the room not yet.
    cache.delete(throttle._key(Guess.PASSWORD, HERE))
    throttle.count(Guess.PASSWORD, HERE, "elsewhere")

    throttle.forgive(HERE, room.token)

    assert guess_wrong(Guess.PASSWORD, room, ATTEMPTS + 1) == [403] * ATTEMPTS + [429]


# Settings and signals.


def test_it_can_be_switched_off(room, settings):
    settings.TALK_THROTTLE = "off"

    assert guess_wrong(Guess.PASSWORD, room, 40) == [403] * 40


@pytest.mark.parametrize(
    ("setting", "attempts"), [({"attempts": 1}, 1), ({"seconds": 60}, 200), ({}, 200)]
)
def test_a_part_of_the_setting_may_be_left_out(settings, setting, attempts):
    settings.TALK_THROTTLE = setting
    for _time in range(attempts - 1):
        throttle.count(Guess.TOKEN, HERE, "nowhere0")
    throttle.refuse_if_spent(Guess.TOKEN, HERE)
    throttle.count(Guess.TOKEN, HERE, "nowhere0")

    with pytest.raises(errors.Throttled):
        throttle.refuse_if_spent(Guess.TOKEN, HERE)


def test_by_default_it_is_generous(room, settings):
    del settings.TALK_THROTTLE

    assert guess_wrong(Guess.TOKEN, room, 201) == [404] * 200 + [429]


def test_it_is_over_after_a_while(room, settings):
    settings.TALK_THROTTLE = {"attempts": 1, "seconds": 0}

    assert guess_wrong(Guess.PASSWORD, room, 3) == [403] * 3


CACHES = {
    "locmem": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "window"},
    "file": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache"},
    "db": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "throttled"},
}


@pytest.fixture(params=CACHES)
def any_cache(request, settings, tmp_path):
    """The kinds of caches that Django has without a server."""
    settings.CACHES = {"default": {"LOCATION": str(tmp_path), **CACHES[request.param]}}
    if request.param == "db":
        call_command("createcachetable", verbosity=0)
    yield
    cache.clear()


@pytest.fixture
def later(monkeypatch):
    """Let so many seconds pass."""
    start = time.time()

    def set_clock(seconds):
        monkeypatch.setattr(time, "time", lambda: start + seconds)
        monkeypatch.setattr(
            "django.core.cache.backends.db.tz_now",
            lambda: timezone.now() + timedelta(seconds=seconds),
        )

    return set_clock


@pytest.mark.parametrize("forgiven", [False, True])
def test_counting_does_not_lengthen_the_time(any_cache, settings, later, forgiven):
    settings.TALK_THROTTLE = {"attempts": 2, "seconds": 600}
    for seconds in (0, 400, 500):
        later(seconds)
        throttle.count(Guess.TOKEN, HERE, "nowhere0")
    if forgiven:
        throttle.count(Guess.TOKEN, HERE, "elsewhere")
        throttle.forgive(HERE, "elsewhere")
    with pytest.raises(errors.Throttled):
        throttle.refuse_if_spent(Guess.TOKEN, HERE)

    later(602)

    throttle.refuse_if_spent(Guess.TOKEN, HERE)


def test_the_host_hears_of_it_once(room, heard):
    guess_wrong(Guess.PASSWORD, room, ATTEMPTS + 2)

    assert heard == [("throttled", {"guess": Guess.PASSWORD, "address": HERE})]


def test_guesses_that_come_together_are_told_once(heard):
    for _time in range(ATTEMPTS + 2):
        throttle.count(Guess.TOKEN, HERE, "nowhere0")

    assert len(heard) == 1
