"""What happens to a room while somebody has its page open."""

import pytest
from django.db.models.signals import post_save

from talk import participant
from talk.constants import ParticipantType
from talk.models import Attendee, Room
from tests.admin.staff import FilledForm, url_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

P = ParticipantType


@pytest.fixture
def meanwhile():
    """Do something to the database in the middle of a request, when the room is written."""
    receivers = []

    def then(act):
        def receive(**_facts):
            act()

        receivers.append(receive)
        post_save.connect(receive, sender=Room, weak=False)

    yield then
    for receive in receivers:
        post_save.disconnect(receive, sender=Room)


def test_refusal_is_told_and_nothing_is_half_written(boss, meanwhile):
    seat = AttendeeFactory(room__name="Before", display_name="Ada")
    meanwhile(lambda: Attendee.objects.update(participant_type=P.OWNER))

    page = boss.save(seat.room, **{"name": "After", "attendees-0-DELETE": "on"})

    form = page.context["adminform"].form
    assert form.non_field_errors() == ["Ada: owners keep their seat"]
    assert Attendee.objects.get().participant_type == P.USER
    assert Room.objects.get().name == "Before"


def test_room_that_is_gone_meanwhile_is_told(boss, meanwhile):
    room = RoomFactory()
    meanwhile(lambda: Room.objects.all().delete())

    page = boss.save(room, name="After", description="Something else")

    form = page.context["adminform"].form
    assert form.non_field_errors() == ["The room is gone"]


def test_person_who_left_meanwhile_is_no_error(boss):
    stays = AttendeeFactory()
    leaves = AttendeeFactory(room=stays.room)
    filled = FilledForm(boss.open(stays.room).content.decode()).values
    participant.remove(leaves)

    response = boss.post(url_of(Room, "change", stays.room.pk), {**filled, "name": "After"})

    assert response.status_code == 302
    assert Room.objects.get(pk=stays.room.pk).name == "After"


def test_page_with_an_error_shows_the_people_who_are_left(boss):
    leaves = SessionFactory(attendee__display_name="Ada").attendee
    stays = SessionFactory(attendee__room=leaves.room, attendee__display_name="Bo").attendee
    filled = FilledForm(boss.open(leaves.room).content.decode()).values
    participant.remove(leaves)

    page = boss.post(url_of(Room, "change", stays.room.pk), {**filled, "name": ""})

    shown = [
        [str(row.original) for row in inline if row.original]
        for inline in page.context["inline_admin_formsets"]
    ]
    assert shown == [["Bo"], [], [str(stays.sessions.get())]]
