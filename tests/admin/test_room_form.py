"""The page of a room: saving it does what the operations do."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone

from talk.constants import Listable, LobbyState, ParticipantType, RoomType
from talk.host import Policy
from talk.models import Room, Session
from tests.admin.rooms import COLUMNS, one_to_one
from tests.admin.sites import SiteWithCallPage, SiteWithoutCallPage
from tests.admin.staff import errors_of
from tests.factories import RoomFactory, SessionFactory, UserFactory

WAIT = LobbyState.NON_MODERATORS_WAIT
GOOD = "correct horse battery"


class ChangesItsMind(Policy):
    """Accepts a password when the form asks, and refuses it when it is to be stored."""

    asked = 0

    def validate_room_password(self, password):
        ChangesItsMind.asked += 1
        if ChangesItsMind.asked > 1:
            raise ValidationError("not any more.")


@pytest.fixture
def meeting():
    """A call of a moderator and somebody else."""
    room = RoomFactory(public=True, with_call=True)
    for role in (ParticipantType.MODERATOR, ParticipantType.USER):
        SessionFactory(attendee__room=room, attendee__participant_type=role, calling=True)
    return room


def test_saving_without_a_change_writes_nothing(boss, meeting, told):
    Room.objects.filter(pk=meeting.pk).update(
        lobby_state=WAIT, lobby_timer=timezone.now() - timedelta(hours=1)
    )
    before = Room.objects.values().get()

    assert told(boss.save, meeting) == []

    assert Room.objects.values().get() == before


@pytest.mark.parametrize(
    ("field", "entered", "stored"),
    [
        ("name", "Another name", "Another name"),
        ("description", "What it is for", "What it is for"),
        ("listable", "2", Listable.EVERYONE),
    ],
)
def test_saving_writes_what_was_changed(boss, told, field, entered, stored):
    room = RoomFactory()

    assert told(boss.save, room, **{field: entered}) == ["room_changed"]

    assert Room.objects.values_list(field, flat=True).get() == stored


def test_saving_as_read_only_ends_the_call(boss, meeting, told):
    events = told(boss.save, meeting, read_only="on")

    assert events == ["room_changed", "call_left", "call_left", "call_ended"]
    assert not Session.objects.in_call().exists()


def test_saving_as_writable_allows_calls_again(boss):
    room = RoomFactory(read_only=True)

    boss.save(room, read_only=None)

    room.refresh_from_db()
    assert room.takes_calls


def test_closing_the_lobby_throws_all_but_moderators_out_of_the_call(boss, meeting):
    boss.save(meeting, lobby_state=str(WAIT))

    [caller] = Session.objects.in_call()
    assert caller.attendee.participant_type == ParticipantType.MODERATOR


def test_closing_the_lobby_until_a_moment(boss):
    room = RoomFactory()

    boss.save(room, lobby_state="1", lobby_timer_0="2100-05-17", lobby_timer_1="09:30:00")

    room.refresh_from_db()
    until = room.lobby_opens_at
    assert (until.year, until.month, until.day, until.hour) == (2100, 5, 17, 9)


def test_opening_the_lobby_forgets_when_it_would_have_opened(boss):
    room = RoomFactory(lobby_state=WAIT, lobby_timer=timezone.now() + timedelta(hours=1))

    boss.save(room, lobby_state="0")

    room.refresh_from_db()
    assert (room.lobby_state, room.lobby_timer) == (LobbyState.OPEN, None)


def test_lobby_whose_timer_ran_out_is_shown_open(boss):
    room = RoomFactory(lobby_state=WAIT, lobby_timer=timezone.now() - timedelta(hours=1))

    page = boss.open(room)

    form = page.context["adminform"].form
    assert (form["lobby_state"].value(), form["lobby_timer"].value()) == (LobbyState.OPEN, None)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"lobby_state": "1", "lobby_timer_0": "2001-01-01", "lobby_timer_1": "00:00:00"},
            {"lobby_timer": ["This moment has passed already."]},
        ),
        (
            {"lobby_timer_0": "2100-01-01", "lobby_timer_1": "00:00:00"},
            {"lobby_timer": ["Only a closed lobby has a time to open."]},
        ),
        ({"name": ""}, {"name": ["This field is required."]}),
        ({"name": "   "}, {"name": ["This field is required."]}),
        (
            {"name": "n" * 256},
            {"name": ["Ensure this value has at most 255 characters (it has 256)."]},
        ),
        (
            {"new_password": GOOD, "remove_password": "on"},
            {"remove_password": ["Either set a password or remove it."]},
        ),
        (
            {"new_password": "1"},
            {
                "new_password": [
                    "This password is too short. It must contain at least 8 characters."
                ]
            },
        ),
    ],
)
@override_settings(
    AUTH_PASSWORD_VALIDATORS=[
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}
    ]
)
def test_form_refuses_what_cannot_be(boss, changes, errors):
    room = RoomFactory(public=True, password="hash of something")
    before = Room.objects.values().get()

    page = boss.save(room, **changes)

    assert errors_of(page) == errors
    assert Room.objects.values().get() == before


EVERYWHERE = "read_only default_permissions groups"


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        (
            {"type": RoomType.PUBLIC, "password": "hash"},
            "name description listable new_password remove_password "
            f"lobby_state lobby_timer {EVERYWHERE}",
        ),
        (
            {"type": RoomType.PUBLIC},
            f"name description listable new_password lobby_state lobby_timer {EVERYWHERE}",
        ),
        (
            {"type": RoomType.GROUP},
            f"name description listable lobby_state lobby_timer {EVERYWHERE}",
        ),
        (
            {"type": RoomType.GROUP, "object_type": "event", "object_id": "1"},
            f"listable lobby_state lobby_timer {EVERYWHERE}",
        ),
        (
            {"type": RoomType.GROUP, "object_type": "file", "object_id": "1"},
            f"name description listable {EVERYWHERE}",
        ),
        ({"type": RoomType.CHANGELOG}, f"name description {EVERYWHERE}"),
        ({"type": RoomType.NOTE_TO_SELF}, "name description"),
        ({"type": RoomType.ONE_TO_ONE}, ""),
        ({"type": RoomType.FORMER_ONE_TO_ONE}, ""),
    ],
)
def test_form_offers_only_what_can_be_done_to_the_room(boss, facts, offered):
    room = RoomFactory(**facts)

    page = boss.open(room)

    assert sorted(page.context["adminform"].form.fields) == sorted(offered.split())


def test_one_to_one_is_headed_by_its_people(boss):
    room = one_to_one(
        UserFactory(username="ada", first_name="Ada", last_name="Lee"),
        UserFactory(username="zed", first_name="Zed", last_name="Moss"),
    )

    page = boss.open(room)

    assert page.context["subtitle"] == "Ada Lee, Zed Moss"


@pytest.mark.parametrize(("age", "shown"), [(60, "05/17/2030 9:30 a.m."), (100, "—")])
def test_page_tells_since_when_a_call_goes_on(boss, age, shown):
    since = timezone.now().replace(2030, 5, 17, 9, 30)
    room = RoomFactory(call_started_at=since, call_flags=1)
    SessionFactory(attendee__room=room, calling=True, age=age)

    page = boss.open(room)

    assert COLUMNS.call_since(page.context["original"]) == shown


@override_settings(ROOT_URLCONF=SiteWithCallPage)
def test_page_links_to_the_call(boss):
    room = RoomFactory(token="abcd2345")

    page = boss.open(room)

    link = '<a href="/call/abcd2345" id="talk-call-link">/call/abcd2345</a>'
    assert page.content.decode().count(link) == 1


def test_link_can_be_copied_without_a_script_in_the_page(boss):
    page = boss.open(RoomFactory()).content.decode()

    assert page.count('data-talk-copy="talk-call-link"') == 1
    assert page.count('<script src="/static/talk/admin.js"></script>') == 1


@override_settings(ROOT_URLCONF=SiteWithoutCallPage)
def test_page_links_to_no_call_page_that_is_not_there(boss):
    room = RoomFactory()

    page = boss.open(room)

    assert "Link to the call" not in page.content.decode()


def test_refusal_of_an_operation_is_an_error_of_the_form(boss, settings):
    settings.TALK_POLICY = f"{__name__}.ChangesItsMind"
    room = RoomFactory(public=True, name="Before")

    page = boss.save(room, name="After", new_password=GOOD)

    assert errors_of(page) == {"__all__": ["Not any more."]}
    room.refresh_from_db()
    assert (room.name, room.has_password) == ("Before", False)


@pytest.mark.parametrize("number", [3, 30])
def test_page_costs_the_same_for_many_people(boss, django_assert_num_queries, number):
    room = RoomFactory(with_call=True)
    for _each in range(number):
        SessionFactory(attendee__room=room, calling=True)

    with django_assert_num_queries(8):
        boss.open(room)
