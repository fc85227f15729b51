"""What waits is taken to its hooks: signed, again if need be, and not for ever."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from talk import room, webhook
from talk.models import Webhook, WebhookDelivery
from talk.webhook import Tally, delivery
from talk.webhook.delivery import MAX_ATTEMPTS
from tests.factories import RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_spread(monkeypatch):
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: low)


@pytest.fixture
def clock(monkeypatch):
    """A clock that only goes on when it is told to."""

    class Clock:
        now = timezone.now() + timedelta(seconds=1)

        def advance(self, **by):
            self.now += timedelta(**by)

    clock = Clock()
    monkeypatch.setattr(delivery.timezone, "now", lambda: clock.now)
    return clock


def rename(times=1, name="Chess"):
    chess = RoomFactory()
    for number in range(times):
        room.rename(chess, f"{name} {number}")
    return chess


def the_delivery():
    return WebhookDelivery.objects.get()


# A letter.


def test_a_letter_is_signed_as_standard_webhooks_does_it(hook, receiver):
    chess = rename()

    tally = webhook.deliver_due()

    [told] = receiver.verified(hook.secrets_at(timezone.now())[0])
    assert tally == Tally(delivered=1)
    assert (told["type"], told["data"]["room"]["token"]) == ("room.changed", chess.token)
    [(headers, body)] = receiver.letters
    stored = the_delivery()
    assert (headers["webhook-id"], body.decode()) == (stored.event_id, stored.payload)
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert (stored.attempts, stored.last_status, stored.next_attempt_at) == (1, 200, None)
    assert stored.delivered_at is not None


def test_a_letter_that_was_tampered_with_is_refused(hook, receiver):
    rename()
    webhook.deliver_due()
    [(headers, body)] = receiver.letters
    receiver.letters = [(headers, body.replace(b"room.changed", b"room.deleted"))]

    with pytest.raises(Exception, match="No matching signature found"):
        receiver.verified(hook.secrets_at(timezone.now())[0])


def test_while_a_secret_is_replaced_both_sign(hook, receiver):
    [former] = hook.secrets_at(timezone.now())
    secret = webhook.rotate_secret(hook)
    rename()

    webhook.deliver_due()

    assert receiver.verified(former) == receiver.verified(secret)
    assert len(receiver.letters) == 1


def test_a_replaced_secret_ends_after_a_day(hook):
    secret = webhook.rotate_secret(hook)

    soon = hook.secrets_at(timezone.now() + timedelta(hours=23))
    later = hook.secrets_at(timezone.now() + timedelta(hours=25))

    assert (soon[0], len(soon), later) == (secret, 2, [secret])


def test_a_former_secret_can_be_forgotten_at_once(hook):
    secret = webhook.rotate_secret(hook)

    gone = webhook.forget_former_secrets(hook)

    hook.refresh_from_db()
    assert (gone, hook.secrets_at(timezone.now())) == (1, [secret])


def test_nothing_is_sent_twice(hook, receiver):
    rename()
    webhook.deliver_due()

    again = webhook.deliver_due()

    assert (again, len(receiver.letters)) == (Tally(), 1)


def test_so_many_and_no_more(hook, receiver):
    rename(3)

    tally = webhook.deliver_due(limit=2)

    assert (tally, len(receiver.letters)) == (Tally(delivered=2), 2)


def test_a_rooms_events_arrive_in_order(hook, receiver):
    rename(4)

    webhook.deliver_due()

    told = [letter["data"]["changes"]["name"]["to"] for letter in receiver.verified(secret(hook))]
    assert told == ["Chess 0", "Chess 1", "Chess 2", "Chess 3"]


def secret(hook):
    return hook.secrets_at(timezone.now())[0]


# When it does not arrive.


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 429, 500, 503])
def test_every_other_status_is_tried_again(hook, receiver, clock, status):
    receiver.status, receiver.headers = status, {"Location": receiver.url}
    rename()

    tally = webhook.deliver_due()

    stored = the_delivery()
    assert (tally, len(receiver.letters)) == (Tally(failed=1), 1)
    assert (stored.last_status, stored.last_error) == (status, "thank you")
    assert (stored.delivered_at, stored.next_attempt_at) == (None, clock.now + timedelta(seconds=5))


def test_it_is_tried_again_ever_more_rarely_for_three_days(hook, receiver, clock):
    receiver.status = 500
    rename()
    waits = []

    while (due := the_delivery().next_attempt_at) is not None:
        waits.append(int((due - clock.now).total_seconds()))
        clock.now = due
        # An event from elsewhere arrives now and then: the hook is not given up.
        Webhook.objects.update(failing_since=None, paused_until=None)
        webhook.deliver_due()

    stored = the_delivery()
    assert waits[1:] == [5, 20, 80, 320, 1280, 5120, 20480, 81920, 86400, 86400]
    assert (len(receiver.letters), stored.attempts, stored.delivered_at) == (
        MAX_ATTEMPTS,
        MAX_ATTEMPTS,
        None,
    )
    assert len(set(receiver.ids)) == 1
    hook.refresh_from_db()
    assert hook.is_active


def test_who_asks_for_time_gets_it(hook, receiver, clock):
    receiver.status, receiver.headers = 429, {"Retry-After": "3600"}
    rename()

    webhook.deliver_due()

    assert the_delivery().next_attempt_at == clock.now + timedelta(hours=1)


def test_a_rooms_later_events_wait_for_the_one_that_failed(hook, receiver, clock):
    receiver.status = 500
    rename(2)
    webhook.deliver_due()
    receiver.status = 200
    clock.advance(seconds=4)
    Webhook.objects.update(paused_until=None)

    too_early = webhook.deliver_due()
    clock.advance(seconds=2)
    in_time = webhook.deliver_due()

    assert (too_early, in_time) == (Tally(), Tally(delivered=2))
    told = [letter["data"]["changes"]["name"]["to"] for letter in receiver.verified(secret(hook))]
    assert told == ["Chess 0", "Chess 0", "Chess 1"]


def test_but_not_for_ever(hook, receiver, clock):
    rename(2)
    first = WebhookDelivery.objects.order_by("pk").first()
    WebhookDelivery.objects.filter(pk=first.pk).update(
        attempts=4, next_attempt_at=clock.now + timedelta(hours=1)
    )

    webhook.deliver_due()

    assert len(receiver.letters) == 1


def test_other_rooms_do_not_wait(hook, receiver, clock):
    rename()
    WebhookDelivery.objects.update(attempts=1, next_attempt_at=clock.now + timedelta(seconds=5))
    other = rename()

    webhook.deliver_due()

    [told] = receiver.verified(secret(hook))
    assert told["data"]["room"]["token"] == other.token


def test_nobody_listening_is_a_failure_like_others(hook, clock, settings):
    webhook.change(hook, url="http://127.0.0.1:9/", events=[], description="")
    rename()

    tally = webhook.deliver_due()

    stored = the_delivery()
    assert (tally, stored.last_status) == (Tally(failed=1), None)
    assert stored.last_error.startswith("ConnectionRefusedError: ")


# A hook that fails.


def test_a_failing_hook_is_left_alone_for_a_while_and_others_are_not(hook, receiver, clock):
    bad = webhook.create("http://127.0.0.1:9/")
    for _each in range(3):
        rename()

    tally = webhook.deliver_due()

    bad.refresh_from_db()
    assert tally == Tally(delivered=3, failed=1)
    assert (bad.failing_since, bad.paused_until) == (clock.now, clock.now + timedelta(seconds=2))


def test_a_hook_that_works_again_is_trusted_again(hook, receiver, clock):
    Webhook.objects.update(failing_since=clock.now - timedelta(days=2))
    rename()

    webhook.deliver_due()

    hook.refresh_from_db()
    assert (hook.failing_since, hook.paused_until) == (None, None)


def test_a_hook_that_is_gone_is_disabled_at_once(hook, receiver, clock):
    receiver.status = 410
    rename(2)

    webhook.deliver_due()
    clock.advance(days=1)
    webhook.deliver_due()

    hook.refresh_from_db()
    assert (hook.is_active, hook.disabled_reason, len(receiver.letters)) == (False, "HTTP 410", 1)


@pytest.mark.parametrize(
    ("failed_for", "active"), [(timedelta(hours=71), True), (timedelta(hours=72), False)]
)
def test_a_hook_that_only_failed_for_three_days_is_disabled(
    hook, receiver, clock, failed_for, active
):
    receiver.status = 500
    Webhook.objects.update(failing_since=clock.now - failed_for)
    rename()

    webhook.deliver_due()

    hook.refresh_from_db()
    assert (hook.is_active, hook.disabled_reason) == (active, "" if active else "HTTP 500")


def test_a_disabled_hook_hears_nothing_new(hook, receiver):
    webhook.disable(hook, "enough")
    rename()

    webhook.deliver_due()

    assert (receiver.letters, WebhookDelivery.objects.count()) == ([], 0)


def test_enabling_it_sends_what_did_not_arrive(hook, receiver, clock):
    rename()
    WebhookDelivery.objects.update(attempts=MAX_ATTEMPTS, next_attempt_at=None)
    webhook.disable(hook, "HTTP 500")

    waiting = webhook.enable(hook)
    webhook.deliver_due()

    hook.refresh_from_db()
    assert (waiting, hook.is_active, hook.disabled_reason) == (1, True, "")
    assert receiver.types == ["room.changed"]


def test_an_event_can_be_sent_again_under_its_id(hook, receiver):
    rename()
    webhook.deliver_due()

    webhook.send_again(the_delivery())
    webhook.deliver_due()

    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_a_test_event_is_sent_whatever_the_hook_wants(hook, receiver):
    webhook.change(hook, url=hook.url, events=["call.ended"], description="")

    webhook.send_test(hook)
    webhook.deliver_due()

    [told] = receiver.verified(secret(hook))
    assert (told["type"], told["data"]) == ("webhook.test", {"webhook": hook.pk})


def test_a_deleted_hook_takes_along_what_waits(hook, receiver):
    rename()

    webhook.delete(hook)
    tally = webhook.deliver_due()

    assert (tally, WebhookDelivery.objects.count(), receiver.letters) == (Tally(), 0, [])


# Workers.


def test_what_another_worker_has_taken_is_left_to_it(hook, receiver, clock):
    rename()
    delivery._claim()

    tally = webhook.deliver_due()

    assert (tally, receiver.letters) == (Tally(), [])


def test_a_worker_that_died_is_followed_by_another(hook, receiver, clock):
    rename()
    delivery._claim()
    clock.advance(minutes=3)

    tally = webhook.deliver_due()

    assert tally == Tally(delivered=1)


def test_a_worker_that_comes_back_late_changes_nothing(hook, clock):
    rename()
    late = delivery._claim()
    clock.advance(minutes=3)
    webhook.deliver_due()

    delivery._settle(late, hook, delivery.Reply(500))

    stored = the_delivery()
    assert (stored.last_status, stored.attempts) == (200, 1)
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_waiting_for_work_costs_two_queries(hook, django_assert_num_queries):
    with django_assert_num_queries(2):
        webhook.deliver_due()


@pytest.mark.parametrize("others", [0, 20])
def test_a_delivery_costs_the_same_however_many_wait(
    hook, others, clock, django_assert_max_num_queries
):
    rename()
    rename(others)

    with django_assert_max_num_queries(11):
        webhook.deliver_due(limit=1)


# What is written into the log.


def test_the_log_knows_neither_secrets_nor_urls(hook, receiver, caplog):
    receiver.status = 410
    rename()

    with caplog.at_level(logging.DEBUG):
        webhook.deliver_due()

    said = [record for record in caplog.records if record.name.startswith("talk")]
    assert [record.getMessage() for record in said] == [
        f"Webhook {hook.pk} failed: HTTP 410",
        f"Webhook {hook.pk} is disabled: HTTP 410",
    ]
