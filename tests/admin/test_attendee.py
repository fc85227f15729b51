"""People across rooms: found, promoted, demoted, removed."""

import pytest
from django.contrib.auth import get_user_model

from talk.constants import ParticipantType, Permission, RoomType
from talk.models import Attendee
from tests.admin.rooms import one_to_one
from tests.admin.staff import said
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

P = ParticipantType


@pytest.mark.parametrize("words", ["Ada", "ada.l", "Chess", "abcd2345"])
def test_search_finds_a_person(boss, words):
    ada = AttendeeFactory(
        room=RoomFactory(name="Chess club", token="abcd2345"),
        actor_id="ada.l",
        display_name="Ada Lee",
    )
    AttendeeFactory()

    rows = boss.rows(Attendee, q=words)

    assert [row.pk for row in rows] == [ada.pk]


def test_list_links_to_the_room(boss):
    seat = AttendeeFactory(room__name="Chess club")

    page = boss.list(Attendee)

    link = f'<a href="/admin/talk/room/{seat.room.pk}/change/">Chess club</a>'
    assert page.content.decode().count(link) == 1


def test_people_are_added_in_rooms_only(boss):
    assert boss.get("/admin/talk/attendee/add/").status_code == 403


def test_saving_changes_role_and_permissions(boss):
    seat = AttendeeFactory(participant_type=P.SELF_JOINED)

    boss.save(seat, participant_type="3", permissions=[int(Permission.CHAT)])

    seat.refresh_from_db()
    assert (seat.participant_type, seat.permissions) == (
        P.USER,
        Permission.CHAT | Permission.CUSTOM,
    )


def test_promote(boss):
    user, guest = AttendeeFactory(), AttendeeFactory(guest=True)
    owner = AttendeeFactory(owner=True)

    messages = boss.act("promote", user, guest, owner)

    assert messages == [
        ("success", "2 people were made moderators."),
        ("info", "1 of them needed no change."),
    ]
    roles = Attendee.objects.order_by("pk").values_list("participant_type", flat=True)
    assert list(roles) == [P.MODERATOR, P.GUEST_MODERATOR, P.OWNER]


def test_demote(boss):
    moderator, user = AttendeeFactory(moderator=True), AttendeeFactory()
    owner = AttendeeFactory(owner=True, display_name="Ada")

    messages = boss.act("demote", moderator, user, owner)

    assert messages == [
        ("success", "1 person is no moderator any more."),
        ("info", "1 of them needed no change."),
        ("warning", "Left as it was: Ada (this role cannot be changed in that way)."),
    ]
    roles = Attendee.objects.order_by("pk").values_list("participant_type", flat=True)
    assert list(roles) == [P.USER, P.USER, P.OWNER]


def test_remove(boss, heard, django_capture_on_commit_callbacks):
    caller = SessionFactory(attendee__room__with_call=True, calling=True).attendee
    owner = AttendeeFactory(owner=True, display_name="Ada")

    with django_capture_on_commit_callbacks(execute=True):
        messages = boss.act("remove", caller, owner)

    assert messages == [
        ("success", "1 person was removed."),
        ("warning", "Left as it was: Ada (owners keep their seat)."),
    ]
    assert [name for name, _facts in heard] == ["call_left", "call_ended", "attendee_removed"]
    assert list(Attendee.objects.all()) == [owner]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"owner": True}, "Owners keep their seat"),
        (
            {"room__type": RoomType.FORMER_ONE_TO_ONE},
            "Nobody can be added to or removed from this kind of room",
        ),
    ],
)
def test_refused_deletion_is_told(boss, facts, reason):
    seat = AttendeeFactory(**facts)

    response = boss.delete(seat)

    assert said(response) == [("error", reason)]
    assert response.url == f"/admin/talk/attendee/{seat.pk}/change/"
    assert Attendee.objects.get() == seat


def test_deleting_an_account_is_not_kept_from_happening(boss):
    session = SessionFactory(attendee__owner=True)
    user = session.attendee.user

    response = boss.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})

    assert response.status_code == 302
    assert not get_user_model().objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("number", [3, 30])
def test_list_costs_the_same_for_many(boss, django_assert_num_queries, number):
    for _each in range(number):
        AttendeeFactory(room=one_to_one(UserFactory(), UserFactory()))

    # Session, account, two counts, attendees, names of the one-to-ones.
    with django_assert_num_queries(6):
        boss.list(Attendee)
