"""Bans in the admin: made and lifted by the operations."""

import pytest

from talk.constants import RoomType
from talk.models import Attendee, Ban
from tests.admin.staff import errors_of, said
from tests.factories import AttendeeFactory, RoomFactory, UserFactory


def a_ban(room=None, **facts):
    room = room or RoomFactory()
    facts = {"actor_type": "users", "actor_id": "mallory", "display_name": "Mallory", **facts}
    return Ban.objects.create(room=room, **facts)


def test_somebody_is_banned_and_loses_the_seat(boss, told):
    seat = AttendeeFactory()

    events = told(
        boss.save,
        Ban,
        room=seat.room_id,
        actor_type="users",
        actor_id=seat.actor_id,
        internal_note="noise",
    )

    ban = Ban.objects.get()
    admin = boss.user
    assert (ban.room_id, ban.actor_id, ban.internal_note) == (seat.room_id, seat.actor_id, "noise")
    assert (ban.moderator_id, ban.moderator_name) == (admin.username, admin.get_full_name())
    assert events == ["attendee_removed", "banned"]
    assert not Attendee.objects.exists()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"actor_type": "ip", "actor_id": "everywhere"}, "no id or address that could be banned"),
        ({"internal_note": "ä" * 2001}, "the note is too long"),
    ],
)
def test_what_cannot_be_banned_is_told(boss, facts, reason):
    values = {"room": RoomFactory().pk, "actor_type": "users", "actor_id": "mallory"}

    page = boss.save(Ban, **{**values, **facts})

    [error] = errors_of(page)["__all__"]
    assert error.lower().endswith(reason)
    assert not Ban.objects.exists()


def test_neither_moderators_nor_oneself_nor_in_a_one_to_one(boss):
    moderator = AttendeeFactory(moderator=True)
    pair = RoomFactory(type=RoomType.ONE_TO_ONE, name='["ada", "zed"]')
    cases = [
        (moderator.room, moderator.actor_id),
        (RoomFactory(), boss.user.username),
        (pair, "ada"),
    ]

    pages = [
        boss.save(Ban, room=room.pk, actor_type="users", actor_id=actor_id)
        for room, actor_id in cases
    ]

    assert [errors_of(page)["__all__"] for page in pages] == [
        ["Moderators cannot be banned"],
        ["Nobody can ban themself"],
        ["This kind of room does not allow it"],
    ]
    assert not Ban.objects.exists()


def test_banning_twice_is_told(boss):
    ban = a_ban()

    page = boss.save(Ban, room=ban.room_id, actor_type="users", actor_id="mallory")

    assert errors_of(page) == {"__all__": ["Ban with this Room, Kind and Id already exists."]}


def test_bans_are_lifted_after_a_question(boss, told):
    first, second = a_ban(), a_ban(actor_id="trudy")

    page = boss.ask("lift", first, second)
    events = told(boss.act, "lift", first)

    assert page.context["lines"] == [
        ("Mallory", second.room.name),
        ("Mallory", first.room.name),
    ]
    assert (events, list(Ban.objects.all())) == (["unbanned"], [second])


def test_deleting_one_lifts_it(boss, told):
    assert told(boss.delete, a_ban()) == ["unbanned"]
    assert not Ban.objects.exists()


@pytest.mark.parametrize(
    ("permissions", "statuses"),
    [
        (["view_ban"], (200, 403, 403)),
        (["add_ban", "view_ban"], (200, 200, 403)),
        (["delete_ban", "view_ban"], (200, 403, 302)),
        (["view_room"], (403, 403, 403)),
    ],
)
def test_who_may(staff, permissions, statuses):
    ban = a_ban()
    member = staff(*permissions)

    seen = member.list(Ban).status_code
    add = member.get("/admin/talk/ban/add/").status_code
    deleted = member.delete(ban).status_code

    assert (seen, add, deleted) == statuses


def test_nothing_about_a_ban_changes(boss):
    ban = a_ban()

    response = boss.post(f"/admin/talk/ban/{ban.pk}/change/", {"actor_id": "somebody else"})

    assert response.status_code == 403


@pytest.mark.parametrize("number", [1, 20])
def test_list_costs_the_same_for_many(boss, django_assert_num_queries, number):
    for each in range(number):
        a_ban(actor_id=f"user{each}")

    with django_assert_num_queries(5):
        boss.list(Ban)


def test_a_room_leads_to_its_bans(boss):
    ban = a_ban()
    a_ban()

    page = boss.open(ban.room).content.decode()

    link = f'1 · <a href="/admin/talk/ban/?room__id__exact={ban.room_id}">see all of them</a>'
    assert page.count(link) == 1


def test_a_user_with_notifications_and_bans_can_be_deleted(boss):
    seat = AttendeeFactory(user=UserFactory(username="mallory"))
    a_ban(room=seat.room)

    response = boss.post(f"/admin/auth/user/{seat.user_id}/delete/", {"post": "yes"})

    assert (response.status_code, said(response)[0][0]) == (302, "success")
