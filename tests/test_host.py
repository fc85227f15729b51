"""What talk asks of the site: the policy, and who is who (talk/host.py)."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.test import override_settings

from talk import host
from talk import name as naming
from talk import room as rooms
from talk import session as sessions
from talk.actor import Actor
from talk.constants import RoomType
from talk.host import Policy
from talk.models import Session
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4"
STRICT = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]


class Pirates(Policy):
    """A site with its own mind about everything."""

    def may_use_talk(self, user):
        return user.username != "parrot"

    def may_create_rooms(self, user):
        return user.is_staff

    def may_start_calls(self, user, room):
        return user is not None and user.is_staff

    def do_not_disturb(self, user):
        return user.username == "sleeper"

    def validate_room_password(self, password):
        if "rum" not in password:
            raise ValidationError(["No rum.", "No fun."])

    def display_name(self, user):
        return f"Captain {user.username}"


@pytest.fixture
def pirates(settings):
    settings.TALK_POLICY = f"{__name__}.Pirates"


# The policy --------------------------------------------------------------------------------


def test_a_site_that_says_nothing_allows_everything():
    user, policy = UserFactory(), host.policy()

    assert type(policy) is Policy
    assert policy.may_use_talk(user) is True
    assert policy.may_create_rooms(user) is True
    assert policy.may_start_calls(user, RoomFactory.build()) is True
    assert policy.may_start_calls(None, RoomFactory.build()) is True
    assert policy.do_not_disturb(user) is False
    assert policy.avatar_url(user) == ""
    assert policy.may_find(user, UserFactory.build()) is True


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"),
        ({"first_name": "Ada", "last_name": ""}, "Ada"),
        ({"first_name": "", "last_name": ""}, "ada"),
        ({"first_name": " ", "last_name": " "}, "ada"),
    ],
)
def test_people_are_shown_by_full_name_or_user_name(names, shown):
    assert host.policy().display_name(UserFactory.build(username="ada", **names)) == shown


@override_settings(AUTH_PASSWORD_VALIDATORS=STRICT)
def test_room_passwords_pass_the_sites_validators():
    host.policy().validate_room_password("long enough")

    with pytest.raises(ValidationError):
        host.policy().validate_room_password("short")


def test_the_policy_is_the_one_that_the_setting_names(pirates):
    assert type(host.policy()) is Pirates


def test_who_may_not_use_talk_is_turned_away_everywhere(pirates, sign_in):
    attendee = AttendeeFactory(user__username="parrot")
    client = sign_in(attendee)

    for path in ["room", f"room/{attendee.room.token}", f"call/{attendee.room.token}"]:
        response = client.get(f"{BASE}/{path}")
        assert (response.status_code, data_of(response)) == (403, [])
    response = client.post(f"{BASE}/room/{attendee.room.token}/participants/active")
    assert (response.status_code, data_of(response)) == (403, [])
    assert not Session.objects.exists()


@pytest.mark.parametrize(("is_staff", "status"), [(True, 201), (False, 403)])
def test_the_policy_says_who_creates_rooms(pirates, sign_in, is_staff, status):
    client = sign_in(UserFactory(is_staff=is_staff))

    assert client.post(f"{BASE}/room", {"roomName": "Ship"}).status_code == status


@pytest.mark.parametrize(("caller", "status"), [("staff", 200), ("sailor", 403), ("guest", 403)])
def test_the_policy_says_who_starts_calls(pirates, sign_in, caller, status):
    room = RoomFactory(public=True)
    attendee = (
        AttendeeFactory(guest=True, room=room)
        if caller == "guest"
        else AttendeeFactory(room=room, user__is_staff=caller == "staff")
    )
    client = sign_in(SessionFactory(attendee=attendee))

    told = data_of(client.get(f"{BASE}/room/{room.token}"))["canStartCall"]

    assert told is (status == 200)
    assert client.post(f"{BASE}/call/{room.token}").status_code == status


def test_the_policy_judges_room_passwords_in_its_own_words(pirates, sign_in):
    owner = AttendeeFactory(owner=True, room=RoomFactory(public=True))
    url = f"{BASE}/room/{owner.room.token}/password"

    refused = sign_in(owner).put(url, query_params={"password": "milk"})

    assert (refused.status_code, data_of(refused)) == (
        400,
        {"error": "value", "message": "No rum. No fun."},
    )
    assert sign_in(owner).put(url, query_params={"password": "rum"}).status_code == 200


def test_the_policy_names_people_wherever_they_are_seated(pirates):
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    room = rooms.create(name="Ship", owner=ada, type=RoomType.PUBLIC)
    sessions.enter(room, Actor(bob, "browser"))
    pair, _created = rooms.create_one_to_one(ada, bob)

    shown = room.attendees.order_by("pk").values_list("display_name", flat=True)
    assert list(shown) == ["Captain ada", "Captain bob"]
    assert naming.for_actor([pair], Actor(ada), attended=[pair.pk]) == {pair.pk: "Captain bob"}


# Finding people ----------------------------------------------------------------------------


def test_people_are_found_by_user_id(django_assert_num_queries):
    ada, bob = UserFactory(username="ada"), UserFactory(username="bob")
    UserFactory(username="eve", is_active=False)

    with django_assert_num_queries(1):
        found = host.find_users(["ada", "bob", "eve", "nobody", "", "a\x00b"])

    assert found == {"ada": ada, "bob": bob}
    assert host.find_user("ada") == ada
    assert host.find_user("nobody") is None


@pytest.mark.parametrize("wanted", [[], [""], ["\x00"]])
def test_looking_for_nobody_costs_nothing(wanted, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert host.find_users(wanted) == {}


@pytest.mark.parametrize(("group", "is_guest"), [("guest_app", True), ("staff", False)])
def test_guest_accounts_belong_to_a_group(group, is_guest):
    user = UserFactory()
    user.groups.add(Group.objects.create(name=group))

    assert host.is_guest_account(user) is is_guest
    assert host.group_names(user) == [group]


def test_a_user_model_without_groups_has_no_guest_accounts():
    class Person:
        """An account of a site that knows no groups."""

    assert host.is_guest_account(Person()) is False
    assert host.group_names(Person()) == []
    assert host.group_names(AnonymousUser()) == []
