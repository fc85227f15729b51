"""What happens is written down with the change itself, for each hook that wants to hear of it."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from talk import call, group, participant, room, session, signals, webhook
from talk.actor import Actor
from talk.constants import ActorType, Guess, RoomType
from talk.models import WebhookDelivery
from talk.models.lock import writing
from talk.webhook import event, outbox
from tests.factories import AttendeeFactory, RoomFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def written():
    return list(WebhookDelivery.objects.order_by("pk").values_list("type", flat=True))


def inserts(captured):
    return [query for query in captured if query["sql"].startswith("INSERT INTO")]


def test_a_call_is_told_from_beginning_to_end(hook):
    seat = AttendeeFactory(owner=True)
    entered = session.enter(seat.room, Actor(seat.user, holder="browser"))

    call.join(entered, 3)
    call.change_flags(entered, 7)
    call.leave(entered)

    assert written() == [
        "session.started",
        "call.started",
        "call.joined",
        "call.flags_changed",
        "call.left",
        "call.ended",
    ]


def test_a_change_that_is_rolled_back_is_not_told(hook):
    chess = RoomFactory()

    with suppress(ObjectDoesNotExist), transaction.atomic():
        room.rename(chess, "Chess club")
        raise ObjectDoesNotExist

    assert written() == []


def test_a_step_that_is_rolled_back_is_not_told_with_the_others(hook):
    chess, go = RoomFactory(), RoomFactory()

    with writing():
        with suppress(ObjectDoesNotExist), writing():
            room.rename(chess, "Chess club")
            raise ObjectDoesNotExist
        room.rename(go, "Go club")

    assert list(WebhookDelivery.objects.values_list("room_token", flat=True)) == [go.token]


def test_what_goes_is_told_as_it_was(hook):
    seat = AttendeeFactory()
    id, token = seat.pk, seat.room.token

    participant.remove(seat)

    [told] = WebhookDelivery.objects.all()
    data = json.loads(told.payload)["data"]
    assert (told.room_token, data["attendee"]["id"], data["by"]) == (token, id, None)


def test_each_hook_hears_what_it_wants(hook):
    calls = webhook.create(hook.url, events=["call.started"])
    rooms = webhook.create(hook.url, events=["room.changed"])
    webhook.disable(webhook.create(hook.url))

    room.rename(RoomFactory(), "Chess club")

    rows = WebhookDelivery.objects.order_by("pk")
    assert [row.webhook_id for row in rows] == [hook.pk, rooms.pk]
    assert len({row.event_id for row in rows}) == 1
    assert not calls.deliveries.exists()


def test_an_address_that_guesses_too_often_is_told_at_once(hook):
    signals.throttled.send_robust(sender=None, guess=Guess.PASSWORD, address="192.0.2.7")

    [told] = WebhookDelivery.objects.all()
    assert (told.type, told.room_token) == ("address.throttled", "")
    assert json.loads(told.payload)["data"] == {
        "guess": "talkRoomPassword",
        "address": "192.0.2.7",
    }


def test_a_hook_that_is_gone_elsewhere_harms_nobody(hook, monkeypatch):
    known = [hook]
    type(hook).objects.filter(pk=hook.pk)._raw_delete("default")
    monkeypatch.setattr(outbox, "active_hooks", lambda: known)

    renamed = room.rename(RoomFactory(), "Chess club")

    assert renamed.name == "Chess club"


# What it costs.


def test_without_hooks_nothing_is_asked_or_written(django_assert_num_queries):
    chess, go = RoomFactory(), RoomFactory()
    with CaptureQueriesContext(connection) as without:
        room.rename(chess, "Chess club")
    outbox.forget_hooks()

    with CaptureQueriesContext(connection) as first:
        room.rename(chess, "Another name")
    with CaptureQueriesContext(connection) as second:
        room.rename(go, "Go club")

    assert len(first) == len(without) + 1
    assert len(second) == len(without)
    assert inserts(second) == []


def test_a_process_hears_of_the_hooks_of_others_after_a_while(hook, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(outbox.time, "monotonic", lambda: now[0])
    outbox.forget_hooks()
    outbox.active_hooks()
    type(hook).objects.update(is_active=False)

    at_once = outbox.active_hooks()
    now[0] += outbox.REMEMBERED_FOR
    later = outbox.active_hooks()

    assert (at_once, later) == ([hook], [])


@pytest.mark.parametrize("hooks", [1, 3])
def test_an_operation_writes_once_however_many_events_and_hooks(hook, hooks):
    for _each in range(hooks - 1):
        webhook.create(hook.url)
    outbox.active_hooks()
    seat = AttendeeFactory(owner=True)
    talking = SessionFactory(attendee=seat)

    with CaptureQueriesContext(connection) as captured:
        call.join(talking, 3)

    table = connection.ops.quote_name(WebhookDelivery._meta.db_table)
    about_hooks = [query for query in captured if "webhook" in query["sql"]]
    assert [table in query["sql"] for query in about_hooks] == [True]
    assert WebhookDelivery.objects.count() == 2 * hooks


@pytest.mark.parametrize("people", [3, 60])
def test_many_people_added_at_once_cost_batches(hook, people):
    members = Group.objects.create(name="members")
    members.user_set.set(UserFactory.create_batch(people))
    owner = AttendeeFactory(owner=True)
    outbox.active_hooks()

    with CaptureQueriesContext(connection) as captured:
        group.add(owner.room, members, by=owner)

    # SQLite takes some seventy rows at a time, the other databases all of them.
    assert len([query for query in captured if "webhook" in query["sql"]]) in {1, 2}
    told = written()
    assert told.count("attendee.added") == people + 1
    assert told.count("notification.created") == people


# What is told.


def test_every_signal_has_a_type_of_its_own():
    sent = [value for value in vars(signals).values() if isinstance(value, signals.Signal)]

    assert list(event.TYPES) == sent
    assert len(set(event.TYPES.values())) == len(sent)
    assert all(
        kind.count(".") == 1 and kind == kind.lower() and len(kind) < 64
        for kind in event.TYPES.values()
    )


def test_secrets_stay_here(hook):
    owner = AttendeeFactory(owner=True, room=RoomFactory(type=RoomType.PUBLIC))
    room.set_password(owner.room, "open sesame 12345")
    entered = session.enter(owner.room, Actor(owner.user, holder="cookie-of-the-owner"))
    visitor = Actor(None, holder="cookie-of-a-guest")
    owner.room.refresh_from_db()
    guest = session.enter(owner.room, visitor, password="open sesame 12345")
    call.join(entered, 3)
    call.join(guest, 3)
    room.delete(owner.room)

    told = "\n".join(WebhookDelivery.objects.values_list("payload", flat=True))

    secrets = [
        "open sesame",
        "pbkdf2",
        "md5$",
        "cookie-of",
        entered.session_id,
        guest.session_id,
        *hook.secrets_at(hook.created_at),
    ]
    assert [secret for secret in secrets if secret in told] == []
    changed = WebhookDelivery.objects.get(type="room.changed", payload__contains="password")
    assert json.loads(changed.payload)["data"]["changes"] == {"password": {}}


def test_a_change_says_what_was_and_what_is(hook):
    room.rename(RoomFactory(name="Chess"), "Chess club")

    [told] = WebhookDelivery.objects.all()
    assert json.loads(told.payload)["data"]["changes"] == {
        "name": {"from": "Chess", "to": "Chess club"}
    }


def test_a_call_tells_who_was_there(hook):
    seat = AttendeeFactory(owner=True)
    talking = SessionFactory(attendee=seat)
    call.join(talking, 3)
    call.end(seat.room, by=seat)

    told = json.loads(WebhookDelivery.objects.get(type="call.ended").payload)

    data = told["data"]
    assert told["timestamp"].endswith("Z")
    assert {name: data[name] for name in ("reason", "users", "guests", "duration")} == {
        "reason": "ended_everyone",
        "users": [seat.actor_id],
        "guests": 0,
        "duration": 0,
    }
    assert data["attendee"] == {
        "id": seat.pk,
        "actor_type": ActorType.USERS,
        "actor_id": seat.actor_id,
        "display_name": seat.display_name,
        "role": "owner",
        "permissions": 0,
    }
    assert data["room"] == {
        "token": seat.room.token,
        "type": "group",
        "name": seat.room.name,
        "object_type": "",
        "object_id": "",
    }


def test_what_is_too_long_is_cut_to_its_room(hook):
    chess = RoomFactory()
    facts = {"room": chess, "users": ["a" * 100] * 700}

    body = event.payload("call.ended", facts)

    assert len(body) < 1000
    data = json.loads(body)["data"]
    assert (data["room"]["token"], data["truncated"]) == (chess.token, True)


def test_whatever_a_client_sends_can_be_told(hook):
    talking = SessionFactory(attendee__owner=True)

    call.join(talking, 3, silent_for=["\ud800", "\x00", "Müller"])

    [told] = WebhookDelivery.objects.filter(type="call.started")
    assert json.loads(told.payload)["data"]["silent_for"] == ["\ud800", "\x00", "Müller"]


def test_the_docs_name_every_event():
    catalogue = Path("docs/webhooks.md").read_text().partition("## The events")[2]
    rows = [line.split("|")[1] for line in catalogue.splitlines() if line.startswith("| `")]
    named = re.findall(r"`([a-z]+\.[a-z_]+)`", "".join(rows))

    assert sorted(named) == sorted([*event.TYPES.values(), event.TEST])
