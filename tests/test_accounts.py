"""How rooms follow the site's accounts: new names, log-outs, goodbyes (talk/apps.py)."""

import pytest
from django.core.management import call_command

from talk import room as rooms
from talk.actor import HOLDER_KEY
from talk.constants import ParticipantType, RoomType
from talk.models import Attendee, Room, Session
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

BASE = "/ocs/v2.php/apps/spreed/api/v4"


# Accounts change ---------------------------------------------------------------------------


@pytest.fixture
def ada():
    return UserFactory(username="ada", first_name="Ada", last_name="Byron")


def test_a_new_name_reaches_all_seats(ada):
    AttendeeFactory.create_batch(2, user=ada)
    other = AttendeeFactory(display_name="Bob")

    ada.last_name = "Lovelace"
    ada.save()

    seats = Attendee.objects.filter(user=ada).values_list("display_name", flat=True)
    assert list(seats) == ["Ada Lovelace", "Ada Lovelace"]
    other.refresh_from_db()
    assert other.display_name == "Bob"


def test_a_new_name_brings_the_room_back_to_clients_that_ask_for_changes(ada):
    seat = AttendeeFactory(user=ada)
    before = seat.modified_at

    ada.last_name = "Lovelace"
    ada.save()

    seat.refresh_from_db()
    assert seat.modified_at > before


def test_a_new_user_name_is_a_new_id_on_the_wire(ada, sign_in):
    seat = AttendeeFactory(user=ada)

    ada.username = "countess"
    ada.save()

    seen = data_of(sign_in(ada).get(f"{BASE}/room/{seat.room.token}"))
    assert (seen["actorId"], seen["attendeeId"]) == ("countess", seat.pk)


def test_a_new_user_name_keeps_the_pair_together(ada, sign_in):
    bob = UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(ada, bob)
    rooms.create_one_to_one(bob, ada)

    ada.username = "zoe"
    ada.save()

    room.refresh_from_db()
    assert room.name == '["bob", "zoe"]'
    assert rooms.create_one_to_one(ada, bob) == (room, False)
    seen = data_of(sign_in(bob).get(f"{BASE}/room/{room.token}"))
    assert (seen["name"], seen["displayName"]) == ("zoe", "Ada Byron")


@pytest.mark.parametrize("other", ["adam", "xada", 'a"da', "ad"])
def test_a_new_user_name_leaves_other_pairs_alone(ada, other):
    pair = [UserFactory(username=other), UserFactory(username="bob")]
    room, _created = rooms.create_one_to_one(*pair)
    AttendeeFactory(user=ada)

    ada.username = "zoe"
    ada.save()

    room.refresh_from_db()
    assert room.user_ids == sorted([other, "bob"])


def test_a_new_user_name_keeps_the_session(ada, sign_in):
    session = SessionFactory(attendee__user=ada)
    client = sign_in(session)

    ada.username = "zoe"
    ada.save()

    seen = data_of(client.get(f"{BASE}/room/{session.room.token}"))
    assert seen["sessionId"] == session.session_id


def test_saving_an_unchanged_account_costs_two_queries_more(ada, django_assert_num_queries):
    AttendeeFactory(user=ada)

    with django_assert_num_queries(3):
        ada.save()


@pytest.mark.parametrize("fields", [["last_login"], ["password"], ["last_login", "password"]])
def test_logging_in_asks_no_questions(ada, fields, django_assert_num_queries):
    AttendeeFactory(user=ada)

    with django_assert_num_queries(1):
        ada.save(update_fields=fields)


def test_new_accounts_and_fixtures_ask_no_questions(django_assert_num_queries, tmp_path):
    with django_assert_num_queries(1):
        user = UserFactory()
    AttendeeFactory(user=user, display_name="As the fixture says")
    fixture = tmp_path / "people.json"
    call_command("dumpdata", "auth.user", output=str(fixture), verbosity=0)

    call_command("loaddata", str(fixture), verbosity=0)

    assert Attendee.objects.get().display_name == "As the fixture says"


def test_a_deleted_account_leaves_the_rooms_to_the_others(ada, sign_in):
    session = SessionFactory(
        attendee__user=ada, attendee__room=RoomFactory(with_call=True), calling=True
    )
    bob = AttendeeFactory(room=session.room, owner=True)

    ada.delete()

    seen = data_of(sign_in(bob).get(f"{BASE}/room/{session.room.token}"))
    people = data_of(sign_in(bob).get(f"{BASE}/room/{session.room.token}/participants"))
    assert seen["hasCall"] is False
    assert [entry["attendeeId"] for entry in people] == [bob.pk]


def test_a_deleted_account_leaves_its_name_to_the_other_of_a_pair(ada, sign_in):
    bob = UserFactory(username="bob")
    room, _created = rooms.create_one_to_one(bob, ada)

    ada.delete()

    seen = data_of(sign_in(bob).get(f"{BASE}/room/{room.token}"))
    assert (seen["type"], seen["name"], seen["displayName"], seen["readOnly"]) == (
        RoomType.FORMER_ONE_TO_ONE,
        "Ada Byron",
        "Ada Byron",
        1,
    )


# Logging in and out ------------------------------------------------------------------------


def test_logging_out_leaves_all_rooms_of_the_browser(ada, sign_in):
    here = SessionFactory(attendee__user=ada, holder="browser")
    SessionFactory(attendee__user=ada, holder="browser")
    elsewhere = SessionFactory(attendee=here.attendee, holder="another device")

    sign_in(here).post("/accounts/logout/")

    assert list(Session.objects.all()) == [elsewhere]


def test_logging_out_ends_a_call_that_nobody_else_is_in(ada, sign_in):
    session = SessionFactory(
        attendee__user=ada, attendee__room=RoomFactory(with_call=True), calling=True
    )

    sign_in(session).post("/accounts/logout/")

    assert Room.objects.get().call_started_at is None


def test_logging_out_removes_a_self_joined_user(ada, sign_in):
    session = SessionFactory(
        attendee__user=ada,
        attendee__room=RoomFactory(public=True),
        attendee__participant_type=ParticipantType.SELF_JOINED,
    )

    sign_in(session).post("/accounts/logout/")

    assert not Attendee.objects.exists()


def test_logging_out_ends_what_the_browser_was_as_a_guest(ada):
    client, room = TalkClient(), RoomFactory(public=True)
    client.post(f"{BASE}/room/{room.token}/participants/active")
    client.force_login(ada)

    client.post("/accounts/logout/")

    assert not Session.objects.exists()


def test_after_logging_out_the_browser_is_a_new_one(ada, sign_in):
    client = sign_in(SessionFactory(attendee__user=ada, holder="browser"))

    client.post("/accounts/logout/")

    assert HOLDER_KEY not in client.session
    room = RoomFactory(public=True)
    client.post(f"{BASE}/room/{room.token}/participants/active")
    assert Session.objects.get().holder != "browser"


def test_logging_out_without_a_session_of_talk_is_fine(ada, sign_in):
    assert sign_in(ada).post("/accounts/logout/").status_code == 302


def test_an_account_that_is_switched_off_is_nobody(ada, sign_in):
    session = SessionFactory(attendee__user=ada)
    client = sign_in(session)

    ada.is_active = False
    ada.save()

    assert client.get(f"{BASE}/room").status_code == 401
    assert client.get(f"{BASE}/room/{session.room.token}").status_code == 404
