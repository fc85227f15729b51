"""ban.create: who and what can be banned, and what happens to whoever is there
(participants.md §11)."""

import pytest

from talk import ban, errors
from talk.constants import ActorType, BanTarget, ParticipantType, RoomType
from talk.models import Attendee, Ban, Room, Session
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def facts(made):
    return {field: getattr(made, field) for field in ("actor_type", "actor_id", "display_name")}


# Order of checks: whatever is wrong, and everything after it as well.

TOO_LONG = "x" * 4001
ORDER = {
    "room": (RoomType.ONE_TO_ONE, "aliens", "", TOO_LONG, "room"),
    "former": (RoomType.FORMER_ONE_TO_ONE, "users", "ada", "", "room"),
    "changelog": (RoomType.CHANGELOG, "users", "ada", "", "room"),
    "note to self": (RoomType.NOTE_TO_SELF, "users", "ada", "", "room"),
    "kind": (RoomType.GROUP, "aliens", "ada", TOO_LONG, "bannedActor"),
    "kind that cannot be banned": (RoomType.GROUP, "groups", "ada", TOO_LONG, "bannedActor"),
    "no id": (RoomType.PUBLIC, "users", "", TOO_LONG, "bannedActor"),
    "id that no column holds": (RoomType.PUBLIC, "users", "x" * 256, TOO_LONG, "bannedActor"),
    "no address": (RoomType.PUBLIC, "ip", "example.org", TOO_LONG, "bannedActor"),
    "note": (RoomType.PUBLIC, "users", "self", TOO_LONG, "internalNote"),
    "self": (RoomType.PUBLIC, "users", "self", "x" * 4000, "self"),
    "moderator": (RoomType.PUBLIC, "users", "other", "", "moderator"),
}


@pytest.mark.parametrize("case", ORDER)
def test_the_first_reason_wins(case):
    type_, actor_type, actor_id, note, reason = ORDER[case]
    caller = AttendeeFactory(moderator=True, room=RoomFactory(type=type_), user__username="self")
    AttendeeFactory(moderator=True, room=caller.room, user__username="other")

    with pytest.raises(errors.BanInvalid) as refusal:
        ban.create(caller.room, actor_type, actor_id, by=caller, internal_note=note)

    assert refusal.value.data == {"error": reason}
    assert (Ban.objects.count(), Attendee.objects.count()) == (0, 2)


@pytest.mark.parametrize("type_", [RoomType.GROUP, RoomType.PUBLIC])
def test_group_and_public_rooms_have_bans(type_):
    caller = AttendeeFactory(moderator=True, room=RoomFactory(type=type_))

    ban.create(caller.room, BanTarget.USERS, "ada", by=caller)

    assert caller.room.bans.count() == 1


@pytest.mark.parametrize(
    "role", [ParticipantType.OWNER, ParticipantType.MODERATOR, ParticipantType.GUEST_MODERATOR]
)
def test_moderators_are_not_banned(moderator, role):
    guest = role == ParticipantType.GUEST_MODERATOR
    other = AttendeeFactory(room=moderator.room, guest=guest, participant_type=role)

    with pytest.raises(errors.BanInvalid) as refusal:
        ban.create(moderator.room, other.actor_type, other.actor_id, by=moderator)

    assert refusal.value.reason == "moderator"


def test_a_moderator_of_another_room_can_be_banned(moderator):
    elsewhere = AttendeeFactory(moderator=True)

    ban.create(moderator.room, BanTarget.USERS, elsewhere.actor_id, by=moderator)

    assert Attendee.objects.filter(pk=elsewhere.pk).exists()
    assert moderator.room.bans.get().actor_id == elsewhere.actor_id


def test_a_guest_moderator_does_not_ban_themself():
    guest = AttendeeFactory(guest=True, participant_type=ParticipantType.GUEST_MODERATOR)

    with pytest.raises(errors.BanInvalid) as refusal:
        ban.create(guest.room, BanTarget.GUESTS, guest.actor_id, by=guest)

    assert refusal.value.reason == "self"


@pytest.mark.parametrize("letter", ["x", "ü", "🎉"])
def test_the_note_is_measured_in_bytes(moderator, letter):
    longest = letter * (4000 // len(letter.encode()))

    made = ban.create(moderator.room, "users", "ada", by=moderator, internal_note=longest)
    with pytest.raises(errors.BanInvalid) as refusal:
        ban.create(moderator.room, "users", "eve", by=moderator, internal_note=longest + "x")

    made.refresh_from_db()
    assert made.internal_note == longest
    assert refusal.value.reason == "internalNote"


# What is written down.


def test_a_ban_remembers_who_and_by_whom(moderator):
    target = AttendeeFactory(room=moderator.room, display_name="Ada")

    made = ban.create(
        moderator.room, "users", target.actor_id, by=moderator, internal_note="Shouts."
    )

    made.refresh_from_db()
    assert facts(made) == {
        "actor_type": "users",
        "actor_id": target.actor_id,
        "display_name": "Ada",
    }
    assert (made.moderator_type, made.moderator_id, made.moderator_name, made.internal_note) == (
        "users",
        moderator.actor_id,
        moderator.display_name,
        "Shouts.",
    )


@pytest.mark.parametrize(
    ("actor_type", "name"),
    [("users", "Ada Last"), ("guests", "ada"), ("emails", "ada")],
)
def test_whoever_is_not_there_can_be_banned(moderator, actor_type, name):
    UserFactory(username="ada", first_name="Ada")

    made = ban.create(moderator.room, actor_type, "ada", by=moderator)

    assert facts(made) == {"actor_type": actor_type, "actor_id": "ada", "display_name": name}


def test_a_name_that_no_column_holds_is_cut(moderator):
    UserFactory(username="ada", first_name="A" * 150, last_name="B" * 150)

    made = ban.create(moderator.room, "users", "ada", by=moderator)

    made.refresh_from_db()
    assert made.display_name == "A" * 150 + " " + "B" * 104


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7/32", "192.0.2.7"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("2001:db8:1::/32", "2001:db8::/32"),
    ],
)
def test_an_address_is_written_in_one_way(moderator, written, stored):
    made = ban.create(moderator.room, "ip", written, by=moderator)

    assert facts(made) == {"actor_type": "ip", "actor_id": stored, "display_name": stored}


@pytest.mark.parametrize(
    "text",
    ["localhost", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.*", "::1::", "2001:db8::/129",
     "1.2.3.4-1.2.3.9", "%", "1", " ", "192.0.2.1/", "/24", "192.0.2.1/24/8", "ü"],
)  # fmt: skip
def test_what_is_no_address_is_no_address(moderator, text):
    with pytest.raises(errors.BanInvalid) as refusal:
        ban.create(moderator.room, "ip", text, by=moderator)

    assert refusal.value.reason == "bannedActor"


def test_banning_twice_gives_the_ban_that_there_is(
    moderator, django_capture_on_commit_callbacks, heard
):
    first = ban.create(moderator.room, "users", "ada", by=moderator, internal_note="First.")

    with django_capture_on_commit_callbacks(execute=True):
        second = ban.create(moderator.room, "users", "ada", by=moderator, internal_note="Second.")

    assert (second, second.internal_note) == (first, "First.")
    assert heard == []


def test_the_same_id_of_another_kind_is_another_ban(moderator):
    made = [ban.create(moderator.room, kind, "192.0.2.1", by=moderator) for kind in BanTarget]

    assert len({each.pk for each in made}) == len(BanTarget)


# What it does.


@pytest.mark.parametrize("guest", [True, False], ids=["guest", "user"])
def test_whoever_is_there_loses_seat_and_sessions(
    moderator, guest, django_capture_on_commit_callbacks, heard
):
    Room.objects.filter(pk=moderator.room.pk).update(
        call_started_at=moderator.modified_at, call_flags=7
    )
    target = AttendeeFactory(room=moderator.room, guest=guest)
    SessionFactory(attendee=target, calling=True)

    with django_capture_on_commit_callbacks(execute=True):
        made = ban.create(moderator.room, target.actor_type, target.actor_id, by=moderator)

    moderator.room.refresh_from_db()
    assert list(moderator.room.attendees.all()) == [moderator]
    assert Session.objects.count() == 0
    assert (moderator.room.call_started_at, moderator.room.call_flags) == (None, 0)
    assert [name for name, _arguments in heard] == [
        "call_left",
        "call_ended",
        "attendee_removed",
        "banned",
    ]
    assert heard[2][1]["by"] == moderator
    assert heard[3][1] == {"room": moderator.room, "ban": made}


def test_the_call_goes_on_without_the_banned(moderator):
    Room.objects.filter(pk=moderator.room.pk).update(call_started_at=moderator.modified_at)
    SessionFactory(attendee=moderator, calling=True)
    target = SessionFactory(attendee__room=moderator.room, calling=True).attendee

    ban.create(moderator.room, "users", target.actor_id, by=moderator)

    moderator.room.refresh_from_db()
    assert moderator.room.has_call is True
    assert list(Session.objects.values_list("attendee", flat=True)) == [moderator.pk]


def test_a_ban_in_one_room_is_none_in_another(moderator):
    target = AttendeeFactory(room=moderator.room)
    elsewhere = AttendeeFactory(user=target.user)

    ban.create(moderator.room, "users", target.actor_id, by=moderator)

    assert list(Attendee.objects.filter(user=target.user)) == [elsewhere]
    assert elsewhere.room.bans.count() == 0


def test_an_address_takes_nobodys_seat(moderator):
    guest = SessionFactory(attendee=AttendeeFactory(guest=True, room=moderator.room))

    ban.create(moderator.room, "ip", "127.0.0.1", by=moderator)

    assert Session.objects.get() == guest


def test_the_browser_of_a_banned_guest_is_remembered(moderator):
    guest = AttendeeFactory(guest=True, room=moderator.room)

    made = ban.create(moderator.room, ActorType.GUESTS, guest.actor_id, by=moderator)

    assert made.holder == guest.holder
