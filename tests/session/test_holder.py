"""The cookie: one browser, one holder; everything else is looked up (design.md §2)."""

import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import RequestFactory

from talk.actor import HOLDER_KEY, Actor, holder_of, new_holder, remember_holder
from talk.constants import ActorType
from talk.models import Attendee, Session
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

ACTIVE = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/active"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


def join(client, room):
    response = client.post(ACTIVE.format(room.token))
    assert response.status_code == 200
    return data_of(response)


# The holder itself -------------------------------------------------------------------------


def test_no_cookie_no_holder():
    assert holder_of(None) == ""
    assert holder_of(SessionStore()) == ""


def test_a_cookie_that_no_session_belongs_to_has_no_holder():
    assert holder_of(SessionStore("a" * 32)) == ""


def test_two_requests_of_one_new_session_derive_the_same_holder():
    store = SessionStore()
    store.create()

    first, second = SessionStore(store.session_key), SessionStore(store.session_key)

    assert holder_of(first) == holder_of(second)
    assert len(holder_of(first)) == 64


def test_a_derived_holder_does_not_tell_the_session_key():
    store = SessionStore()
    store.create()

    assert store.session_key not in holder_of(store)


def test_two_sessions_have_two_holders():
    first, second = SessionStore(), SessionStore()
    first.create()
    second.create()

    assert holder_of(first) != holder_of(second)


def test_a_remembered_holder_survives_a_new_key():
    store = SessionStore()
    store.create()
    remember_holder(store, "holder")
    store.cycle_key()

    assert holder_of(SessionStore(store.session_key)) == "holder"


def test_remembering_again_does_not_touch_the_session():
    store = SessionStore()
    remember_holder(store, "holder")
    store.modified = False

    remember_holder(store, "holder")

    assert store.modified is False


def test_something_else_under_the_key_is_no_holder():
    store = SessionStore()
    store.create()
    store[HOLDER_KEY] = 7

    assert holder_of(store) == holder_of(SessionStore(store.session_key))


@pytest.mark.parametrize("remembered", ["", "holder"])
def test_a_session_without_a_store_has_the_holder_that_is_written_in_it(remembered):
    store = signed_cookies.SessionStore()
    store["cart"] = "the same as everybody's"
    if remembered:
        remember_holder(store, remembered)
    store.save()

    assert holder_of(signed_cookies.SessionStore(store.session_key)) == remembered


def test_new_holders_differ():
    assert new_holder() != new_holder()


# The actor ---------------------------------------------------------------------------------


def test_a_visitor_without_account_is_a_guest():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    actor = Actor.of(request)

    assert (actor.user, actor.is_guest, actor.user_id, actor.holder) == (None, True, "", "")


def test_a_request_that_knows_no_users_is_a_guest():
    assert Actor.of(RequestFactory().get("/")).is_guest is True


def test_an_active_account_is_a_user():
    request = RequestFactory().get("/")
    request.user = UserFactory(username="ada")

    actor = Actor.of(request)

    assert (actor.user, actor.is_guest, actor.user_id) == (request.user, False, "ada")


def test_an_inactive_account_is_nobody():
    request = RequestFactory().get("/")
    request.user = UserFactory(is_active=False)

    assert Actor.of(request).user is None


# Browsers ----------------------------------------------------------------------------------


def test_joining_gives_a_new_browser_its_cookie(guest_client, settings):
    join(guest_client, RoomFactory(public=True))

    assert settings.SESSION_COOKIE_NAME in guest_client.cookies
    assert guest_client.session[HOLDER_KEY] == Session.objects.get().holder


def test_joining_writes_nothing_but_the_holder_into_the_cookie_session(guest_client):
    join(guest_client, RoomFactory(public=True))

    assert list(guest_client.session.keys()) == [HOLDER_KEY]


def test_a_guest_returns_with_seat_name_and_actor_id_but_a_new_session(guest_client):
    room = RoomFactory(public=True)
    before = join(guest_client, room)
    Attendee.objects.update(display_name="Ada")
    guest_client.delete(ACTIVE.format(room.token))

    after = join(guest_client, room)

    assert (after["attendeeId"], after["actorId"]) == (before["attendeeId"], before["actorId"])
    assert after["sessionId"] != before["sessionId"]
    assert Attendee.objects.get().display_name == "Ada"


def test_a_guest_without_the_cookie_is_somebody_else():
    room = RoomFactory(public=True)

    first, second = join(TalkClient(), room), join(TalkClient(), room)

    assert first["attendeeId"] != second["attendeeId"]
    assert first["actorId"] != second["actorId"]


def test_a_guest_has_one_holder_and_a_seat_in_each_room(guest_client):
    join(guest_client, RoomFactory(public=True))
    join(guest_client, RoomFactory(public=True))

    assert Session.objects.count() == 2
    assert Session.objects.values("holder").distinct().count() == 1
    assert Attendee.objects.filter(actor_type=ActorType.GUESTS).count() == 2


def test_login_keeps_the_holder(guest_client):
    join(guest_client, RoomFactory(public=True))
    before = guest_client.session[HOLDER_KEY]

    guest_client.force_login(UserFactory())

    assert guest_client.session[HOLDER_KEY] == before


def test_a_guest_who_logs_in_joins_as_user_and_keeps_one_session(guest_client):
    room = RoomFactory(public=True)
    join(guest_client, room)
    user = UserFactory()
    guest_client.force_login(user)

    seen = join(guest_client, room)

    assert (seen["actorType"], seen["actorId"]) == ("users", user.username)
    assert Session.objects.get().session_id == seen["sessionId"]


def test_a_guest_who_logs_in_is_not_the_guest_any_more(guest_client):
    room = RoomFactory(public=True)
    join(guest_client, room)
    guest_client.force_login(UserFactory())

    seen = data_of(guest_client.get(ROOM.format(room.token)))

    assert (seen["sessionId"], seen["attendeeId"], seen["actorType"]) == ("0", 0, "")


def test_several_devices_of_a_user_share_the_seat(sign_in):
    attendee = AttendeeFactory()
    phone, desk = sign_in(attendee), sign_in(attendee)

    on_phone, at_desk = join(phone, attendee.room), join(desk, attendee.room)

    assert on_phone["attendeeId"] == at_desk["attendeeId"] == attendee.pk
    assert set(Session.objects.values_list("session_id", flat=True)) == {
        on_phone["sessionId"],
        at_desk["sessionId"],
    }


def test_a_request_acts_on_the_session_of_its_own_browser(sign_in):
    attendee = AttendeeFactory()
    phone, desk = sign_in(attendee), sign_in(attendee)
    on_phone, at_desk = join(phone, attendee.room), join(desk, attendee.room)

    phone.delete(ACTIVE.format(attendee.room.token))

    assert on_phone["sessionId"] != at_desk["sessionId"]
    assert Session.objects.get().session_id == at_desk["sessionId"]


def test_a_second_join_of_one_browser_replaces_its_session(sign_in):
    attendee = AttendeeFactory()
    client = sign_in(attendee)
    before = join(client, attendee.room)

    after = join(client, attendee.room)

    assert after["sessionId"] != before["sessionId"]
    assert Session.objects.get().session_id == after["sessionId"]


def test_another_account_in_the_same_browser_is_not_in_the_session(sign_in):
    session = SessionFactory()
    other = AttendeeFactory(room=session.room)
    client = sign_in(other).hold(session)

    seen = data_of(client.get(ROOM.format(session.room.token)))

    assert (seen["attendeeId"], seen["sessionId"]) == (other.pk, "0")


def test_a_basic_client_with_a_cookie_jar_keeps_its_session():
    attendee = AttendeeFactory(user__username="ada")
    jar = TalkClient(
        headers={
            "accept": "application/json",
            "ocs-apirequest": "true",
            "authorization": "Basic YWRhOnNlY3JldA==",
        }
    )
    joined = join(jar, attendee.room)

    seen = data_of(jar.get(ROOM.format(attendee.room.token)))

    assert seen["sessionId"] == joined["sessionId"]


@pytest.mark.parametrize("cookie", ["unknown", "", '"\\000"', "ü" * 40, "a" * 4000])
def test_a_cookie_that_means_nothing_is_replaced(guest_client, settings, cookie):
    room = RoomFactory(public=True)
    guest_client.cookies[settings.SESSION_COOKIE_NAME] = cookie

    joined = join(guest_client, room)

    assert data_of(guest_client.get(ROOM.format(room.token)))["sessionId"] == joined["sessionId"]


@pytest.mark.django_db(transaction=True)
def test_parallel_first_joins_of_one_browser_leave_one_session(sign_in):
    attendee = AttendeeFactory()
    cookies = sign_in(attendee).cookies
    barrier = threading.Barrier(4, timeout=30)
    statuses = []

    def enter():
        client = TalkClient()
        client.cookies = cookies
        barrier.wait()
        statuses.append(client.post(ACTIVE.format(attendee.room.token)).status_code)
        connection.close()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 4
    assert Session.objects.count() == 1
