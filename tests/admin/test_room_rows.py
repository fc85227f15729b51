"""The rows on a room's page: how many, in which words, at what cost."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talk.constants import CallFlag
from talk.models import Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory


def test_people_beyond_what_a_form_can_carry_are_in_their_own_list(boss):
    room = RoomFactory()
    for _each in range(52):
        AttendeeFactory(room=room)

    page = boss.open(room)

    [seats, *_others] = page.context["inline_admin_formsets"]
    assert len(seats.formset.forms) == 50
    link = f'52 · <a href="/admin/talk/attendee/?room__id__exact={room.pk}">see all of them</a>'
    assert page.content.decode().count(link) == 1


def test_large_room_can_be_saved(boss, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
    room = RoomFactory()
    for _each in range(60):
        SessionFactory(attendee__room=room, attendee__permissions=255)

    response = boss.save(room, name="Another name")

    assert response.status_code == 302


def test_sessions_are_shown_in_words(boss):
    room = RoomFactory(with_call=True)
    facts = [(0, CallFlag(5)), (60, CallFlag(3)), (100, CallFlag(7)), (0, CallFlag(0))]
    for number, (age, flags) in enumerate(facts):
        SessionFactory(
            attendee__room=room, attendee__display_name=f"P{number}", age=age, in_call=flags
        )

    page = boss.open(room)

    presence = page.context["inline_admin_formsets"][-1]
    inline = presence.opts
    shown = {
        inline.person(session): (inline.flags(session), inline.presence(session))
        for session in presence.formset.get_queryset()
    }
    assert shown == {
        "P0": ("in the call, video", "fresh"),
        "P1": ("in the call, audio", "silent for a while"),
        "P2": ("—", "gone"),
        "P3": ("—", "fresh"),
    }


def test_sessions_cannot_be_written(boss):
    session = SessionFactory()

    boss.save(session.room, **{"sessions-0-in_call": "7", "sessions-0-DELETE": "on"})

    assert Session.objects.get().in_call == CallFlag.DISCONNECTED


def test_users_are_looked_up_while_typing(boss):
    page = boss.open(RoomFactory())

    assert page.content.decode().count('data-field-name="user"') == 2


def test_host_without_an_admin_of_users_gets_a_plain_box(boss):
    model = get_user_model()
    users = admin.site.get_model_admin(model)
    admin.site.unregister(model)
    try:
        page = boss.open(RoomFactory())
    finally:
        admin.site.register(model, type(users))

    assert page.status_code == 200
    assert page.content.decode().count('data-field-name="user"') == 0


def test_no_query_looks_up_the_account_of_each_person(boss):
    room = RoomFactory()
    AttendeeFactory(room=room)
    AttendeeFactory(room=room)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        boss.open(room)

    users = connection.ops.quote_name(get_user_model()._meta.db_table)
    about_users = [query for query in captured if f"FROM {users}" in query["sql"]]
    # The one who is looking.
    assert len(about_users) == 1
