"""Groups as participants over HTTP (participants.md §3-4, §8-9)."""

import pytest
from django.contrib.auth.models import Group

from talk import group
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Ban
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

JSON = "application/json"
ROOM = "/ocs/v2.php/apps/spreed/api/v4/room/{}"


@pytest.fixture
def owner():
    return AttendeeFactory(owner=True)


def add(client, room, who, source="groups"):
    url = f"{ROOM.format(room.token)}/participants"
    return client.post(url, {"newParticipant": who, "source": source}, JSON)


def answer_of(response):
    return response.status_code, data_of(response)


def test_a_group_is_added(sign_in, owner, make_group):
    make_group()

    response = add(sign_in(owner), owner.room, "Choir")

    assert answer_of(response) == (200, [])
    assert owner.room.attendees.count() == 4


def test_a_group_is_listed_with_its_members(sign_in, owner, make_group):
    make_group(people=1)
    client = sign_in(owner)
    add(client, owner.room, "Choir")

    listed = data_of(client.get(f"{ROOM.format(owner.room.token)}/participants"))

    entries = [
        (each["actorType"], each["displayName"], each["participantType"], each["sessionIds"])
        for each in listed
    ]
    member = owner.room.attendees.users().exclude(pk=owner.pk).get()
    assert entries == [
        ("users", owner.display_name, 1, []),
        ("groups", "Choir", 3, []),
        ("users", member.display_name, 3, []),
    ]


def test_a_group_added_again_changes_nothing(sign_in, owner, make_group):
    group.add(owner.room, make_group())
    before = list(Attendee.objects.order_by("pk").values())

    response = add(sign_in(owner), owner.room, "Choir")

    assert answer_of(response) == (200, [])
    assert list(Attendee.objects.order_by("pk").values()) == before


def test_a_group_named_like_a_user_is_a_group(sign_in, owner, make_group):
    user = UserFactory()
    make_group(user.username, people=0)

    add(sign_in(owner), owner.room, user.username)

    assert not Attendee.objects.filter(user=user).exists()


ORDER = {
    # step: room, source, who; answer
    "room": (RoomType.ONE_TO_ONE, "aliens", "nobody", 400, "room-type"),
    "former": (RoomType.FORMER_ONE_TO_ONE, "groups", "Choir", 400, "room-type"),
    "note": (RoomType.NOTE_TO_SELF, "groups", "Choir", 400, "room-type"),
    "unknown group": (RoomType.GROUP, "groups", "nobody", 404, "new-participant"),
    "no group": (RoomType.GROUP, "groups", "", 404, "new-participant"),
    "long group": (RoomType.GROUP, "groups", "x" * 300, 404, "new-participant"),
    "banned user": (RoomType.GROUP, "users", "banned", 400, "ban"),
    "circles": (RoomType.GROUP, "circles", "Choir", 400, "new-participant"),
    "teams": (RoomType.GROUP, "teams", "Choir", 400, "new-participant"),
    "federated": (RoomType.GROUP, "federated_users", "ada@example.org", 501, "federation"),
    "phones": (RoomType.GROUP, "phones", "+4912345", 501, "sip"),
    "other source": (RoomType.GROUP, "aliens", "Choir", 400, "source"),
    "case of source": (RoomType.GROUP, "Groups", "Choir", 400, "source"),
}


@pytest.mark.parametrize("step", ORDER)
def test_the_first_reason_wins(sign_in, make_group, step):
    type_, source, who, status, reason = ORDER[step]
    owner = AttendeeFactory(owner=True, room=RoomFactory(type=type_))
    make_group()
    UserFactory(username="banned")
    Ban.objects.create(room=owner.room, actor_type="users", actor_id="banned")

    response = add(sign_in(owner), owner.room, who, source)

    assert answer_of(response) == (status, {"error": reason})
    assert Attendee.objects.get() == owner


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (ParticipantType.USER, 403),
        (ParticipantType.SELF_JOINED, 403),
        (ParticipantType.GUEST, 401),
        (ParticipantType.GUEST_MODERATOR, 401),
    ],
)
def test_only_moderators_with_an_account_add_groups(sign_in, make_group, role, status):
    guest = role in {ParticipantType.GUEST, ParticipantType.GUEST_MODERATOR}
    seat = AttendeeFactory(room=RoomFactory(public=True), guest=guest, participant_type=role)
    make_group()

    response = add(sign_in(SessionFactory(attendee=seat)), seat.room, "Choir")

    assert answer_of(response) == (status, [])
    assert Attendee.objects.get() == seat


def test_a_group_is_removed_with_its_members(sign_in, owner, make_group):
    seat = group.add(owner.room, make_group())

    response = sign_in(owner).delete(
        f"{ROOM.format(owner.room.token)}/attendees", {"attendeeId": seat.pk}, JSON
    )

    assert answer_of(response) == (200, None)
    assert Attendee.objects.get() == owner
    assert Group.objects.count() == 1


FOR_PEOPLE = [
    ("post", "moderators", {}, None),
    ("delete", "moderators", {}, None),
    ("put", "attendees/permissions", {"method": "set", "permissions": 1}, {"error": "type"}),
]


@pytest.mark.parametrize("case", FOR_PEOPLE, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_group_is_no_person(sign_in, owner, make_group, case):
    method, path, parameters, data = case
    seat = group.add(owner.room, make_group())

    response = getattr(sign_in(owner), method)(
        f"{ROOM.format(owner.room.token)}/{path}", {"attendeeId": seat.pk, **parameters}, JSON
    )

    assert answer_of(response) == (400, data)


def test_a_group_is_not_rung(sign_in, owner, make_group):
    seat = group.add(owner.room, make_group())
    session = SessionFactory(attendee=owner)
    client, call = sign_in(session), f"/ocs/v2.php/apps/spreed/api/v4/call/{owner.room.token}"
    client.post(call)

    response = client.post(f"{call}/ring/{seat.pk}")

    assert answer_of(response) == (400, {"error": "actor-type"})
