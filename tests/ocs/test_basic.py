"""HTTP Basic: right, wrong, with a cookie jar, and hashed only once in a while (ocs.md §7)."""

import base64

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from talk.models import Session
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, UserFactory
from tests.ocs.endpoints import ENDPOINTS

pytestmark = pytest.mark.django_db

USER = "/ocs/v{}.php/cloud/user"
CAPABILITIES = "/ocs/v{}.php/cloud/capabilities"
CALL = "/ocs/v2.php/apps/spreed/api/v4/call/{}"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"
ENTER = ROOM + "/participants/active"


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def hasher(settings):
    """The site's only hasher; ``hashed`` counts from here on."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    return CountingHasher


def basic(name, password="secret"):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def refusal(version=2):
    meta = {"status": "failure", "statuscode": 997, "message": "Unauthorised"}
    if version == 1:
        meta |= {"totalitems": "", "itemsperpage": ""}
    return {"ocs": {"meta": meta, "data": []}}


def ask(name, password="secret"):
    """The status that a request with these credentials, and no cookie, is answered with."""
    headers = {"authorization": basic(name, password)}
    return TalkClient().get(CAPABILITIES.format(2), headers=headers).status_code


# Right and wrong --------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
@pytest.mark.parametrize("password", ["secret", "with:colon", "é☎😀", " blank ", "x" * 200])
def test_right_basic_is_a_login(scheme, password):
    user = UserFactory(username="alice", password=password)
    header = basic("alice", password).replace("Basic", scheme)

    response = TalkClient().get(USER.format(2), headers={"authorization": header})

    assert (response.status_code, data_of(response)["id"]) == (200, user.username)


WRONG_BASIC = [
    basic("alice", "wrong"),
    basic("alice", ""),
    basic("alice", "secret\x00"),
    basic("alice\x00", "secret"),
    basic("nobody", "secret"),
    basic("", "secret"),
    basic("", ""),
    basic("asleep", "secret"),
    basic("a" * 3000, "x"),
    basic("alice", "x" * 100_000),
    "Basic",
    "Basic ",
    "basic",
    "Basic  ",
    "Basic ===",
    "Basic not base64!",
    "Basic YWxpY2U=",
    "Basic /////w==",
    "Basic \xff\xfe",
    "Basic YWxpY2U6c2VjcmV0 YWxpY2U6c2VjcmV0",
]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("header", WRONG_BASIC, ids=lambda header: header[:30])
def test_wrong_basic_is_refused_also_on_public_endpoints(header, version):
    UserFactory(username="alice")
    UserFactory(username="asleep", is_active=False)

    response = TalkClient().get(CAPABILITIES.format(version), headers={"authorization": header})

    assert (response.status_code, response.json()) == (401, refusal(version))
    assert response["WWW-Authenticate"] == 'Basic realm="Authorisation Required"'


def test_basic_without_a_colon_is_wrong_also_for_an_empty_password():
    UserFactory(username="alice", password="")
    header = "Basic " + base64.b64encode(b"alice").decode()

    response = TalkClient().get(CAPABILITIES.format(2), headers={"authorization": header})

    assert (response.status_code, ask("alice", "")) == (401, 200)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_wrong_basic_is_refused_everywhere(endpoint):
    seat = AttendeeFactory()

    response = TalkClient(
        headers={"accept": "application/json", "authorization": basic("alice", "wrong")}
    ).generic(endpoint.method, endpoint.url(seat))

    assert (response.status_code, response.json()) == (401, refusal())


def test_wrong_basic_is_refused_also_with_a_good_cookie(sign_in):
    client = sign_in(UserFactory())

    response = client.get(USER.format(2), headers={"authorization": basic("alice", "wrong")})

    assert (response.status_code, response.json()) == (401, refusal())


def test_wrong_basic_of_a_script_opens_no_password_box():
    headers = {"authorization": basic("a", "b"), "x-requested-with": "XMLHttpRequest"}

    response = TalkClient().get(CAPABILITIES.format(2), headers=headers)

    assert response["WWW-Authenticate"] == 'DummyBasic realm="Authorisation Required"'


def test_wrong_basic_does_not_send_a_browser_to_the_login_page():
    headers = {"authorization": basic("a", "b"), "accept": "text/html"}

    response = TalkClient().get(USER.format(2), headers=headers)

    assert response.status_code == 401


def test_basic_wins_over_the_cookie_of_somebody_else(sign_in):
    client = sign_in(UserFactory())
    user = UserFactory()

    response = client.get(USER.format(2), headers={"authorization": basic(user.username)})

    assert data_of(response)["id"] == user.username


def test_basic_user_is_that_user_on_public_endpoints():
    attendee = AttendeeFactory()

    response = TalkClient().get(
        ROOM.format(attendee.room.token), headers={"authorization": basic(attendee.actor_id)}
    )

    assert data_of(response)["actorId"] == attendee.actor_id


def test_basic_with_a_cookie_jar_keeps_its_talk_session():
    attendee = AttendeeFactory()
    client = TalkClient()
    headers = {"authorization": basic(attendee.actor_id)}
    entered = client.post(ENTER.format(attendee.room.token), headers=headers)

    joined = client.post(CALL.format(attendee.room.token), {"flags": 3}, headers=headers)

    session = Session.objects.get()
    assert (entered.status_code, joined.status_code) == (200, 200)
    assert (data_of(entered)["sessionId"], session.in_call) == (session.session_id, 3)


def test_basic_without_a_cookie_jar_reads_but_never_joins():
    attendee = AttendeeFactory()
    headers = {"authorization": basic(attendee.actor_id)}
    path = attendee.room.token
    TalkClient().post(ENTER.format(path), headers=headers)

    read = TalkClient().get(CALL.format(path), headers=headers)
    joined = TalkClient().post(CALL.format(path), headers=headers)

    assert (read.status_code, data_of(read)) == (200, [])
    assert (joined.status_code, data_of(joined)) == (404, None)


def test_cookie_of_a_basic_client_alone_is_no_login():
    attendee = AttendeeFactory()
    client = TalkClient()
    client.post(
        ENTER.format(attendee.room.token), headers={"authorization": basic(attendee.actor_id)}
    )

    response = client.post(CALL.format(attendee.room.token))

    assert (response.status_code, data_of(response)) == (404, [])


# Remembered -------------------------------------------------------------------------------


def test_password_is_hashed_for_the_first_request_only(hasher):
    UserFactory(username="alice")
    before = hasher.hashed

    statuses = [ask("alice") for _ in range(3)]

    assert (statuses, hasher.hashed - before) == ([200, 200, 200], 1)


def test_password_is_hashed_each_time_when_nothing_is_remembered(hasher, settings):
    settings.TALK_BASIC_AUTH_CACHE_SECONDS = 0
    UserFactory(username="alice")
    before = hasher.hashed

    statuses = [ask("alice") for _ in range(3)]

    assert (statuses, hasher.hashed - before) == ([200, 200, 200], 3)


def test_remembered_password_is_hashed_again_once_nothing_shall_be_remembered(hasher, settings):
    UserFactory(username="alice")
    ask("alice")
    before = hasher.hashed
    settings.TALK_BASIC_AUTH_CACHE_SECONDS = 0

    status = ask("alice")

    assert (status, hasher.hashed - before) == (200, 1)


def test_passwords_of_several_users_are_remembered(hasher):
    UserFactory(username="alice")
    UserFactory(username="bob")
    before = hasher.hashed

    statuses = [ask(name) for name in ("alice", "bob", "alice", "bob")]

    assert (statuses, hasher.hashed - before) == ([200, 200, 200, 200], 2)


def test_wrong_password_is_never_remembered(hasher):
    UserFactory(username="alice")
    before = hasher.hashed

    statuses = [ask("alice", "wrong") for _ in range(2)]

    assert (statuses, hasher.hashed - before) == ([401, 401], 2)


def test_wrong_password_is_refused_while_the_right_one_is_remembered():
    UserFactory(username="alice")
    ask("alice")

    statuses = [ask("alice", wrong) for wrong in ("wrong", "", "secret ", "Secret", "secre")]

    assert statuses == [401, 401, 401, 401, 401]


def test_changed_password_counts_at_once():
    user = UserFactory(username="alice")
    before = ask("alice")
    user.set_password("new")
    user.save()

    after = [ask("alice"), ask("alice", "new")]

    assert (before, after) == (200, [401, 200])


def test_deactivated_user_is_refused_at_once():
    user = UserFactory(username="alice")
    before = ask("alice")
    user.is_active = False
    user.save()

    after = ask("alice")

    assert (before, after) == (200, 401)


def test_deleted_user_is_refused_at_once():
    user = UserFactory(username="alice")
    before = ask("alice")
    user.delete()

    after = ask("alice")

    assert (before, after) == (200, 401)


def test_remembered_password_is_only_that_users():
    UserFactory(username="alice", password="of alice")
    UserFactory(username="bob", password="of bob")
    ask("alice", "of alice")
    ask("bob", "of bob")

    statuses = [ask("alice", "of bob"), ask("bob", "of alice"), ask("alice", "of alice")]

    assert statuses == [401, 401, 200]
