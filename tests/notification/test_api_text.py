"""What a notification says, to the last field (notifications.md §3-4)."""

import re

import pytest
from django.contrib.staticfiles import finders

from talk import call
from talk import room as rooms
from talk.constants import RoomType
from talk.models import Notification, Room
from tests.conftest import data_of
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory, utc

pytestmark = pytest.mark.django_db

NOTES = "/ocs/v2.php/apps/notifications/api/v2/notifications"
HOST = "http://testserver"
MANY = [RoomType.GROUP, RoomType.PUBLIC]
PAIR = [RoomType.ONE_TO_ONE, RoomType.FORMER_ONE_TO_ONE]
TEXTS = {
    # kind, types of rooms, running: text, parameters, label, goes to the call, primary
    "somebody calls": ("call", PAIR, True, "{user} would like to talk with you", {"user", "call"},
                       "Answer", True, True),
    "somebody called": ("call", PAIR, False, "You missed a call from {user}", {"user", "call"},
                        "Call back", False, True),
    "a group calls": ("call", MANY, True, "A group call has started in {call}", {"call"},
                      "Join call", True, True),
    "a group called": ("call", MANY, False, "You missed a group call in {call}", {"call"},
                       "View chat", False, False),
    "invited to a call": ("room", MANY, True,
                          "{user} invited you to a group conversation: {call}", {"user", "call"},
                          "Join call", True, True),
    "invited": ("room", MANY, False,
                "{user} invited you to a group conversation: {call}", {"user", "call"},
                "View chat", False, False),
}  # fmt: skip
CASES = [(case, type_) for case, facts in TEXTS.items() for type_ in facts[1]]
CALL_TYPES = {
    RoomType.ONE_TO_ONE: "one2one",
    RoomType.FORMER_ONE_TO_ONE: "one2one",
    RoomType.GROUP: "group",
    RoomType.PUBLIC: "public",
}


def make(kind, *, type_=RoomType.GROUP, running=False, name="Choir practice"):
    """A notification from Bob to Ada about a room."""
    ada, bob = (UserFactory(username=who, first_name=who.title()) for who in ("ada", "bob"))
    if type_ == RoomType.ONE_TO_ONE:
        room, _created = rooms.create_one_to_one(ada, bob)
    else:
        room = RoomFactory(type=type_, name=name)
        AttendeeFactory(room=room, user=ada)
    if running:
        session = SessionFactory(attendee=AttendeeFactory(room=room, user=bob), calling=True)
        Room.objects.update(call_started_at=session.last_ping, call_flags=7)
    return Notification.objects.create(
        user=ada,
        room=room,
        kind=kind,
        sender_id="bob",
        created_at=utc(2026, 1, 31, 12, 0, 0, 987654),
    )


def read(sign_in, note):
    return data_of(sign_in(note.user).get(f"{NOTES}/{note.pk}"))


@pytest.mark.parametrize(("case", "type_"), CASES)
def test_every_field(sign_in, case, type_):
    kind, _types, running, text, parameters, label, direct, primary = TEXTS[case]
    note = make(kind, type_=type_, running=running)
    link = f"{HOST}/call/{note.room.token}"
    room_name = "Bob Last" if type_ == RoomType.ONE_TO_ONE else "Choir practice"
    said = {
        "user": {"type": "user", "id": "bob", "name": "Bob Last"},
        "call": {
            "type": "call",
            "id": str(note.room.pk),
            "name": room_name,
            "call-type": CALL_TYPES[type_],
            "icon-url": f"{HOST}/ocs/v2.php/apps/spreed/api/v1/room/{note.room.token}/avatar",
        },
    }

    assert read(sign_in, note) == {
        "notification_id": note.pk,
        "app": "spreed",
        "user": "ada",
        "datetime": "2026-01-31T12:00:00+00:00",
        "object_type": kind,
        "object_id": note.room.token,
        "subject": text.format(user="Bob Last", call=room_name),
        "subjectRich": text,
        "subjectRichParameters": {key: said[key] for key in parameters},
        "message": "",
        "messageRich": "",
        "messageRichParameters": [],
        "link": link,
        "icon": f"{HOST}/static/talk/talk.svg",
        "shouldNotify": True,
        "actions": [
            {
                "label": label,
                "link": f"{link}#direct-call" if direct else link,
                "type": "WEB",
                "primary": primary,
            }
        ],
    }


def test_the_list_says_the_same_as_one(sign_in):
    note = make("call", running=True)

    listed = data_of(sign_in(note.user).get(NOTES))

    assert listed == [read(sign_in, note)]


def test_a_ringing_call_becomes_a_missed_one(sign_in):
    note = make("call", running=True)
    before = read(sign_in, note)

    call.end(note.room)

    after = read(sign_in, note)
    assert after["notification_id"] == before["notification_id"]
    assert (before["subject"], after["subject"]) == (
        "A group call has started in Choir practice",
        "You missed a group call in Choir practice",
    )


@pytest.mark.parametrize(
    ("age", "label"), [(0, "Join call"), (60, "Join call"), (99, "Join call"), (101, "View chat")]
)
def test_a_call_runs_while_somebody_in_it_is_alive(sign_in, age, label):
    note = make("call")
    SessionFactory(attendee__room=note.room, calling=True, age=age)
    Room.objects.update(call_started_at=note.created_at, call_flags=7)

    assert read(sign_in, note)["actions"][0]["label"] == label


def test_a_guest_who_calls_is_not_named(sign_in):
    note = make("call", type_=RoomType.PUBLIC)
    Notification.objects.update(sender_id="")

    shown = read(sign_in, note)

    assert (shown["subject"], list(shown["subjectRichParameters"])) == (
        "You missed a group call in Choir practice",
        ["call"],
    )


def test_names_are_as_the_policy_has_them(sign_in, settings):
    settings.TALK_POLICY = "tests.notification.policies.NamesAreShouted"
    note = make("call", type_=RoomType.ONE_TO_ONE)

    assert read(sign_in, note)["subject"] == "You missed a call from BOB"


@pytest.mark.parametrize("name", ["{user}", "{call}", "{user} and {call}", "{}", "{0}", "%s \\1"])
def test_a_name_is_no_text_with_placeholders(sign_in, name):
    note = make("room", name=name)

    shown = read(sign_in, note)

    assert shown["subject"] == f"Bob Last invited you to a group conversation: {name}"
    assert shown["subjectRichParameters"]["call"]["name"] == name


def test_a_room_without_a_name_is_named_after_its_people(sign_in):
    note = make("call", name="")

    assert read(sign_in, note)["subject"] == "You missed a group call in Ada Last"


def test_texts_are_in_the_readers_language(sign_in):
    note = make("call")

    response = sign_in(note.user).get(NOTES, headers={"accept-language": "de"})

    placeholders = re.findall(r"\{\w+\}", data_of(response)[0]["subjectRich"])
    assert placeholders == ["{call}"]


@pytest.mark.parametrize("name", ["talk/talk.svg"])
def test_icons_are_there(name):
    assert finders.find(name) is not None


@pytest.mark.parametrize("kind", ["call", "room"])
def test_inner_values_are_all_strings(sign_in, kind):
    shown = read(sign_in, make(kind))

    values = [v for each in shown["subjectRichParameters"].values() for v in each.values()]
    assert {type(value) for value in values} == {str}
