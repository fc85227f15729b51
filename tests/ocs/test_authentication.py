"""Who is asking: nobody, a session cookie, a Bearer token, a guest (ocs.md §7; clients.md §0)."""

import base64

import pytest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from talk.host import Policy
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory
from tests.ocs.endpoints import ENDPOINTS, TALK

pytestmark = pytest.mark.django_db

USER = "/ocs/v{}.php/cloud/user"
CAPABILITIES = "/ocs/v{}.php/cloud/capabilities"
CALL = "/ocs/v2.php/apps/spreed/api/v4/call/{}"
ENTER = "/ocs/v2.php/apps/spreed/api/v4/room/{}/participants/active"
ROOMS = "/ocs/v2.php/apps/spreed/api/v4/room"


class TokenBearer(BaseAuthentication):
    """A host's own class: ``Bearer token-of-<user name>``."""

    def authenticate(self, request):
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme != "Bearer":
            return None
        name = token.removeprefix("token-of-")
        user = UserFactory._meta.model.objects.filter(username=name).first()
        if user is None:
            raise AuthenticationFailed
        return user, token


class ForgivingBearer(TokenBearer):
    """Another host's: does not mind a token that it does not know."""

    def authenticate(self, request):
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            return None


class NoTalk(Policy):
    """A site on which no account may use Talk."""

    def may_use_talk(self, user):
        return False


def basic(name, password="secret"):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def refusal(message, version=2):
    meta = {"status": "failure", "statuscode": 997, "message": message}
    if version == 1:
        meta |= {"totalitems": "", "itemsperpage": ""}
    return {"ocs": {"meta": meta, "data": []}}


# Nobody -----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if not each.public], ids=str)
def test_endpoint_that_needs_a_login_says_so(guest_client, endpoint, version):
    seat = AttendeeFactory()

    response = guest_client.generic(endpoint.method, endpoint.url(seat, version=version))

    expected = refusal("Current user is not logged in", version)
    assert (response.status_code, response.json()) == (401, expected)


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.public], ids=str)
def test_public_endpoint_never_speaks_of_a_login(guest_client, endpoint):
    response = guest_client.generic(endpoint.method, endpoint.url(AttendeeFactory()))

    assert response.json()["ocs"]["meta"]["statuscode"] != 997
    assert "WWW-Authenticate" not in response


def test_missing_login_opens_no_password_box(guest_client):
    response = guest_client.get(USER.format(2))

    assert (response.status_code, "WWW-Authenticate" in response) == (401, False)


@pytest.mark.parametrize("version", [1, 2])
def test_missing_login_sends_a_browser_to_the_login_page(version):
    client = TalkClient(headers={"accept": "text/html,application/xhtml+xml"})

    response = client.get(USER.format(version) + "?a=b")

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next=/ocs/v{version}.php/cloud/user%3Fa%3Db"


def test_inactive_user_with_a_session_is_nobody(sign_in):
    user = UserFactory()
    client = sign_in(user)
    user.is_active = False
    user.save()

    response = client.get(USER.format(2))

    assert response.json() == refusal("Current user is not logged in")


# Session cookie ---------------------------------------------------------------------------


def test_session_cookie_is_a_login(sign_in):
    user = UserFactory()

    response = sign_in(user).get(USER.format(2))

    assert (response.status_code, data_of(response)["id"]) == (200, user.username)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ocs/v2.php/nothing", 404),
        ("/ocs/v2.php/apps/spreed/api/v1/chat/abcd1234", 404),
        (CALL.format("abcd1234"), 404),
        (CALL.format("lobby123"), 412),
        (CALL.format("readonly"), 403),
    ],
)
def test_authenticated_request_is_never_answered_401(sign_in, path, status):
    user = UserFactory()
    AttendeeFactory(user=user, room__token="lobby123", room__lobby_state=1)
    AttendeeFactory(user=user, room__token="readonly", room__read_only=True)

    response = sign_in(user).get(path)

    assert response.status_code == status


# Bearer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["TokenBearer", "ForgivingBearer"])
def test_bearer_of_the_sites_own_class_is_a_login(settings, name):
    settings.TALK_AUTHENTICATION_CLASSES = [f"{__name__}.{name}"]
    user = UserFactory()
    header = f"Bearer token-of-{user.username}"

    response = TalkClient().get(USER.format(2), headers={"authorization": header})

    assert data_of(response)["id"] == user.username


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("classes", [[], ["TokenBearer"], ["ForgivingBearer"]], ids=str)
@pytest.mark.parametrize("header", ["Bearer wrong", "bearer wrong", "Bearer", "Bearer "])
def test_wrong_bearer_is_refused_also_on_public_endpoints(settings, classes, header, version):
    settings.TALK_AUTHENTICATION_CLASSES = [f"{__name__}.{name}" for name in classes]

    response = TalkClient().get(CAPABILITIES.format(version), headers={"authorization": header})

    assert (response.status_code, response.json()) == (401, refusal("Unauthorised", version))
    assert response["WWW-Authenticate"] == 'Basic realm="Authorisation Required"'


def test_bearer_of_an_inactive_user_is_nobody(settings):
    settings.TALK_AUTHENTICATION_CLASSES = [f"{__name__}.TokenBearer"]
    user = UserFactory(is_active=False)
    header = f"Bearer token-of-{user.username}"

    response = TalkClient().get(USER.format(2), headers={"authorization": header})

    assert response.status_code == 401


def test_own_class_leaves_basic_and_cookies_working(settings, sign_in):
    settings.TALK_AUTHENTICATION_CLASSES = [f"{__name__}.TokenBearer"]
    user = UserFactory()

    by_cookie = sign_in(user).get(USER.format(2))
    by_basic = TalkClient().get(USER.format(2), headers={"authorization": basic(user.username)})

    assert (by_cookie.status_code, by_basic.status_code) == (200, 200)


@pytest.mark.parametrize("header", ["", "  ", "Digest x", "Negotiate abc", "Basicx YTpi", "x y z"])
def test_credentials_of_another_kind_are_none(header):
    room = RoomFactory(public=True)

    response = TalkClient().get(ROOMS + f"/{room.token}", headers={"authorization": header})

    assert response.status_code == 200


# Accounts that may not use Talk -----------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "endpoint", [each for each in ENDPOINTS if each.path.startswith(TALK)], ids=str
)
def test_account_that_may_not_use_talk_is_refused(sign_in, settings, endpoint, version):
    settings.TALK_POLICY = f"{__name__}.NoTalk"
    seat = AttendeeFactory(owner=True)

    response = sign_in(seat).generic(endpoint.method, endpoint.url(seat, version=version))

    assert (response.status_code, data_of(response)) == (200 if version == 1 else 403, [])


@pytest.mark.parametrize("path", [USER, CAPABILITIES])
def test_account_that_may_not_use_talk_is_still_an_account(sign_in, settings, path):
    settings.TALK_POLICY = f"{__name__}.NoTalk"

    response = sign_in(UserFactory()).get(path.format(2))

    assert response.status_code == 200


def test_missing_login_is_told_before_talk_is_forbidden(guest_client, settings):
    settings.TALK_POLICY = f"{__name__}.NoTalk"

    response = guest_client.get(ROOMS)

    assert response.status_code == 401


def test_missing_header_is_told_before_talk_is_forbidden(sign_in, settings):
    settings.TALK_POLICY = f"{__name__}.NoTalk"

    response = sign_in(UserFactory()).get(ROOMS, headers={"ocs-apirequest": ""})

    assert response.status_code == 412


# Guests -----------------------------------------------------------------------------------


def test_guest_keeps_the_talk_session_by_cookie(guest_client):
    room = RoomFactory(public=True)
    AttendeeFactory(room=room, owner=True)
    entered = guest_client.post(ENTER.format(room.token))

    joined = guest_client.post(CALL.format(room.token))

    assert (entered.status_code, joined.status_code) == (200, 200)
    assert [peer["sessionId"] for peer in data_of(guest_client.get(CALL.format(room.token)))] == [
        data_of(entered)["sessionId"]
    ]


def test_guest_without_a_cookie_jar_is_nobody():
    session = SessionFactory(attendee=AttendeeFactory(guest=True))

    response = TalkClient().get(CALL.format(session.room.token))

    assert (response.status_code, data_of(response)) == (404, [])
