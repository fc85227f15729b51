"""/ban/{token} over HTTP (participants.md §11)."""

import pytest

from talk import ban
from talk.constants import ParticipantType, RoomType
from talk.models import Ban
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/ocs/v2.php/apps/spreed/api/v1/ban/{}"


def answer_of(response):
    return response.status_code, data_of(response)


def object_of(made):
    return {
        "id": made.pk,
        "moderatorActorType": made.moderator_type,
        "moderatorActorId": made.moderator_id,
        "moderatorDisplayName": made.moderator_name,
        "bannedActorType": made.actor_type,
        "bannedActorId": made.actor_id,
        "bannedDisplayName": made.display_name,
        "bannedTime": int(made.created_at.timestamp()),
        "internalNote": made.internal_note,
    }


def test_a_ban_is_answered(sign_in, moderator):
    target = AttendeeFactory(room=moderator.room, display_name="Ada")

    response = sign_in(moderator).post(
        URL.format(moderator.room.token),
        {"actorType": "users", "actorId": target.actor_id, "internalNote": "Shouts."},
        JSON,
    )

    made = Ban.objects.get()
    assert answer_of(response) == (200, object_of(made))
    assert object_of(made) | {"id": 0, "bannedTime": 0} == {
        "id": 0,
        "moderatorActorType": "users",
        "moderatorActorId": moderator.actor_id,
        "moderatorDisplayName": "Mo",
        "bannedActorType": "users",
        "bannedActorId": target.actor_id,
        "bannedDisplayName": "Ada",
        "bannedTime": 0,
        "internalNote": "Shouts.",
    }
    assert list(moderator.room.attendees.all()) == [moderator]


def test_the_note_may_be_left_out(sign_in, moderator):
    response = sign_in(moderator).post(
        URL.format(moderator.room.token), {"actorType": "users", "actorId": "ada"}
    )

    assert data_of(response)["internalNote"] == ""


def test_a_guest_moderator_bans(sign_in):
    guest = AttendeeFactory(
        guest=True, participant_type=ParticipantType.GUEST_MODERATOR, display_name="Gus"
    )

    response = sign_in(SessionFactory(attendee=guest)).post(
        URL.format(guest.room.token), {"actorType": "users", "actorId": "ada"}
    )

    made = data_of(response)
    assert (made["moderatorActorType"], made["moderatorActorId"], made["moderatorDisplayName"]) == (
        "guests",
        guest.actor_id,
        "Gus",
    )


def test_bans_are_listed_as_they_were_made(sign_in, moderator):
    made = [ban.create(moderator.room, "users", name, by=moderator) for name in ("b", "a", "c")]
    elsewhere = AttendeeFactory(moderator=True)
    ban.create(elsewhere.room, "users", "d", by=elsewhere)

    response = sign_in(moderator).get(URL.format(moderator.room.token))

    assert answer_of(response) == (200, [object_of(each) for each in made])


def test_no_bans_are_an_empty_list(sign_in, moderator):
    response = sign_in(moderator).get(URL.format(moderator.room.token))

    assert answer_of(response) == (200, [])


def test_a_ban_is_lifted(sign_in, moderator):
    made = ban.create(moderator.room, "users", "ada", by=moderator)

    response = sign_in(moderator).delete(f"{URL.format(moderator.room.token)}/{made.pk}")

    assert answer_of(response) == (200, None)
    assert Ban.objects.count() == 0


@pytest.mark.parametrize("ban_id", ["0", "1", "9" * 18])
def test_lifting_an_unknown_ban_is_fine(sign_in, moderator, ban_id):
    elsewhere = AttendeeFactory(moderator=True)
    Ban.objects.create(pk=1, room=elsewhere.room, actor_type="users", actor_id="ada")

    response = sign_in(moderator).delete(f"{URL.format(moderator.room.token)}/{ban_id}")

    assert answer_of(response) == (200, None)
    assert Ban.objects.count() == 1


@pytest.mark.parametrize("ban_id", ["-1", "x", "1.5", "9" * 19, "%00", "1/2"])
def test_what_is_no_id_is_no_route(sign_in, moderator, ban_id):
    response = sign_in(moderator).delete(f"{URL.format(moderator.room.token)}/{ban_id}")

    assert response.status_code == 404
    assert response.json()["ocs"]["meta"]["statuscode"] == 998


WRONG = {
    "room": {"actorType": "aliens", "internalNote": "x" * 4001},
    "bannedActor": {"actorType": "aliens", "actorId": "x", "internalNote": "x" * 4001},
    "internalNote": {"actorType": "users", "actorId": "self", "internalNote": "x" * 4001},
    "self": {"actorType": "users", "actorId": "self"},
    "moderator": {"actorType": "users", "actorId": "other"},
}


@pytest.mark.parametrize("reason", WRONG)
def test_the_first_reason_is_named(sign_in, reason):
    type_ = RoomType.ONE_TO_ONE if reason == "room" else RoomType.GROUP
    caller = AttendeeFactory(owner=True, user__username="self", room=RoomFactory(type=type_))
    AttendeeFactory(owner=True, user__username="other", room=caller.room)

    response = sign_in(caller).post(
        URL.format(caller.room.token), {"actorId": ""} | WRONG[reason], JSON
    )

    assert answer_of(response) == (400, {"error": reason})
    assert (Ban.objects.count(), caller.room.attendees.count()) == (0, 2)


def test_an_empty_id_is_nobody(sign_in, moderator):
    response = sign_in(moderator).post(
        URL.format(moderator.room.token), {"actorType": "users", "actorId": ""}, JSON
    )

    assert answer_of(response) == (400, {"error": "bannedActor"})
