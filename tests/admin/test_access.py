"""Who may look, who may act."""

import pytest
from django.urls import reverse

from talk.models import Attendee, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

MODELS = [Room, Attendee, Session]
ROOM_ACTIONS = [
    "end_call",
    "close_lobby",
    "open_lobby",
    "make_read_only",
    "make_writable",
    "remove_stale_sessions",
]


def actions_in(page):
    form = page.context["action_form"]
    return [name for name, _label in form.fields["action"].choices if name] if form else []


@pytest.mark.parametrize(
    ("permissions", "offered"),
    [
        (["view_room"], []),
        (["view_room", "view_attendee"], ["export_attendance"]),
        (["change_room"], ROOM_ACTIONS),
        (["view_room", "delete_room"], ["delete_rooms"]),
    ],
)
def test_actions_need_permissions(staff, permissions, offered):
    RoomFactory()

    page = staff(*permissions).list(Room)

    assert actions_in(page) == offered


@pytest.mark.parametrize("action", [*ROOM_ACTIONS, "delete_rooms", "export_attendance"])
def test_action_without_permission_does_nothing(staff, action):
    session = SessionFactory(attendee__room__with_call=True, calling=True)
    before = list(Room.objects.values()), list(Session.objects.values())

    response = staff("view_room").post(
        "/admin/talk/room/",
        {
            "action": action,
            "_selected_action": session.room.pk,
            "select_across": "1",
            "confirmed": session.room.pk,
        },
    )

    assert response.status_code in {200, 302}
    assert response["Content-Type"].startswith("text/html")
    assert (list(Room.objects.values()), list(Session.objects.values())) == before


def test_viewer_sees_a_room_and_cannot_write_it(staff):
    session = SessionFactory(attendee__permissions=255)
    viewer = staff("view_room", "view_attendee", "view_session")

    page = viewer.open(session.room)
    response = viewer.post(
        reverse("admin:talk_room_change", args=[session.room.pk]), {"name": "Another name"}
    )

    inlines = [type(inline.opts).__name__ for inline in page.context["inline_admin_formsets"]]
    assert inlines == ["SeatInline", "PresenceInline"]
    assert response.status_code == 403


def test_viewer_is_told_whether_there_is_a_password_and_offered_none(staff):
    room = RoomFactory(public=True, password="hash")

    page = staff("view_room").open(room)

    fields = [
        field
        for _name, options in page.context["adminform"].fieldsets
        for field in options["fields"]
    ]
    assert [field for field in fields if "password" in field] == ["has_password"]


@pytest.mark.parametrize("model", MODELS)
def test_viewer_may_neither_add_nor_delete(staff, model):
    SessionFactory()
    instance = model.objects.get()
    viewer = staff("view_room", "view_attendee", "view_session")

    add = viewer.get(reverse(f"admin:talk_{model._meta.model_name}_add"))
    delete = viewer.delete(instance)

    assert (add.status_code, delete.status_code) == (403, 403)
    assert model.objects.exists()


def test_viewer_of_attendees_sees_words_instead_of_boxes(staff):
    seat = AttendeeFactory(permissions=17)

    page = staff("view_attendee").open(seat)

    assert page.content.decode().count('<div class="readonly">audio</div>') == 1
    assert page.content.decode().count('name="permissions"') == 0


def test_who_may_change_people_but_not_the_room_sees_words(staff):
    seat = AttendeeFactory(permissions=17)

    page = staff("view_room", "change_attendee").open(seat.room)

    assert page.content.decode().count("<p>audio</p>") == 1
    assert page.content.decode().count('-permissions"') == 0


def test_who_may_change_the_room_but_not_people_cannot_change_people(staff):
    seat = AttendeeFactory()
    member = staff("change_room", "view_attendee")

    member.save(
        seat.room,
        **{"name": "Another name", "attendees-0-participant_type": "2", "attendees-0-DELETE": "on"},
    )

    stored = Attendee.objects.get()
    assert (stored.participant_type, stored.room.name) == (seat.participant_type, "Another name")


def test_deleting_an_attendee_needs_no_permission_for_sessions(staff):
    session = SessionFactory()

    response = staff("delete_attendee").delete(session.attendee)

    assert response.status_code == 302
    assert not Attendee.objects.exists()


def test_deleting_a_room_needs_no_permission_for_what_is_in_it(staff):
    session = SessionFactory()

    response = staff("delete_room").delete(session.room)

    assert response.status_code == 302
    assert not Room.objects.exists()


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_permissions_sees_nothing(staff, model):
    SessionFactory()
    instance = model.objects.get()
    stranger = staff("view_group")

    assert stranger.list(model).status_code == 403
    assert stranger.open(instance).status_code == 403
    assert stranger.delete(instance).status_code == 403


def test_staff_without_permissions_does_not_see_the_app(staff):
    page = staff("view_group").get("/admin/")

    assert [app["app_label"] for app in page.context["app_list"]] == ["auth"]


@pytest.mark.parametrize("model", MODELS)
def test_visitor_is_sent_to_the_login(client, db, model):
    url = reverse(f"admin:talk_{model._meta.model_name}_changelist")

    assert client.get(url).url == f"/admin/login/?next={url}"
