"""Webhooks in the admin: made, tried out, disabled and enabled; a secret is shown once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from talk import room, webhook
from talk.models import Webhook, WebhookDelivery
from tests.admin.staff import errors_of, said
from tests.factories import RoomFactory

URL = "https://hooks.example.org/talk"


def a_hook(**facts):
    return webhook.create(URL, **facts)


def secrets_of(hook):
    hook.refresh_from_db()
    return hook.secrets_at(timezone.now())


def deliveries(hook, number=1):
    for each in range(number):
        room.rename(RoomFactory(), f"Renamed {each}")
    return list(hook.deliveries.order_by("pk"))


# Making one.


def test_a_new_hook_shows_its_secret_once(boss):
    page = boss.save(Webhook, url=URL, description="Ours", events=["call.started", "call.ended"])

    hook = Webhook.objects.get()
    assert (hook.url, hook.description, hook.events) == (
        URL,
        "Ours",
        ["call.started", "call.ended"],
    )
    [secret] = secrets_of(hook)
    assert page.content.decode().count(secret) == 1
    assert page["Cache-Control"].split(", ")[0] == "no-store"
    assert boss.open(hook).content.decode().count("whsec_") == 0
    assert boss.list(Webhook).content.decode().count("whsec_") == 0


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://hooks.example.org/", "The URL has to begin with https://."),
        ("https://10.0.0.7/", "This address is not public."),
        ("javascript:alert(1)", "This is not a URL that can be called."),
    ],
)
def test_a_url_that_must_not_be_called_is_refused(boss, url, error):
    page = boss.save(Webhook, url=url)

    assert errors_of(page) == {"url": [error]}
    assert not Webhook.objects.exists()


def test_an_event_that_there_is_not_is_refused(boss):
    page = boss.save(Webhook, url=URL, events=["call.begun"])

    assert list(errors_of(page)) == ["events"]


def test_a_hook_is_changed_and_keeps_its_secret(boss):
    hook = a_hook()
    before = secrets_of(hook)

    boss.save(hook, url=f"{URL}/2", events=["room.created"])

    assert secrets_of(hook) == before
    assert (hook.url, hook.events) == (f"{URL}/2", ["room.created"])


# Its secret.


def test_a_secret_is_replaced_after_a_question(boss):
    hook = a_hook()
    [former] = secrets_of(hook)
    url = f"/admin/talk/webhook/{hook.pk}/secret/"

    question = boss.get(url)
    asked = secrets_of(hook)
    page = boss.post(url)

    new, kept = secrets_of(hook)
    assert (question.status_code, asked, kept) == (200, [former], former)
    assert page.content.decode().count(new) == 1
    assert page.content.decode().count(former) == 0
    assert page["Cache-Control"].split(", ")[0] == "no-store"


def test_former_secrets_are_forgotten_after_a_question(boss):
    hook = a_hook()
    new = webhook.rotate_secret(hook)

    said = boss.act("forget_former_secrets", hook)

    assert (said, secrets_of(hook)) == ([("success", "1 secret was forgotten.")], [new])


@pytest.mark.parametrize("permission", ["view_webhook", "add_webhook", "delete_webhook"])
def test_who_may_not_change_a_hook_gets_no_secret(staff, permission):
    hook = a_hook()
    before = secrets_of(hook)

    response = staff(permission).post(f"/admin/talk/webhook/{hook.pk}/secret/")

    assert (response.status_code, secrets_of(hook)) == (403, before)


def test_a_hook_that_there_is_not_has_no_secret(boss):
    assert boss.post("/admin/talk/webhook/1/secret/").status_code == 404


def test_a_visitor_gets_no_secret(client, db):
    assert client.post("/admin/talk/webhook/1/secret/").status_code == 302


# Trying it out, switching it off and on.


def test_a_test_event_is_sent_from_the_page(boss):
    hook = a_hook()

    response = boss.save(hook, _test="Save and send a test event")

    assert said(response) == [("success", "A test event waits to be delivered.")]
    assert list(hook.deliveries.values_list("type", flat=True)) == ["webhook.test"]


def test_a_test_event_is_sent_from_the_list(boss):
    hook, off = a_hook(), a_hook()
    webhook.disable(off)

    said = boss.act("send_test", hook, off)

    assert said == [
        ("success", "1 test event waits to be delivered."),
        ("info", "1 of them needed no change."),
    ]
    assert WebhookDelivery.objects.get().webhook == hook


def test_a_hook_is_disabled_after_a_question(boss):
    hook = a_hook()

    boss.act("disable", hook)

    hook.refresh_from_db()
    assert (hook.is_active, hook.disabled_reason) == (False, "disabled in the admin")


def test_enabling_a_hook_sends_what_did_not_arrive(boss):
    hook = a_hook()
    [delivery] = deliveries(hook)
    WebhookDelivery.objects.update(next_attempt_at=None, attempts=11)
    webhook.disable(hook, "HTTP 500")

    boss.act("enable", hook)

    hook.refresh_from_db()
    delivery.refresh_from_db()
    assert (hook.is_active, delivery.attempts) == (True, 0)
    assert delivery.next_attempt_at is not None


def test_a_hook_is_deleted_with_its_deliveries(staff):
    hook = a_hook()
    deliveries(hook)

    response = staff("delete_webhook").delete(hook)

    assert (response.status_code, WebhookDelivery.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "active"),
        ({"is_active": False, "disabled_reason": "HTTP 410"}, "disabled: HTTP 410"),
    ],
)
def test_the_list_tells_the_state(boss, facts, state):
    a_hook()
    Webhook.objects.update(**facts)

    page = boss.list(Webhook).content.decode()

    assert page.count(f'<td class="field-state">{state}</td>') == 1
    assert page.count('<td class="field-heard">every event</td>') == 1


@pytest.mark.parametrize(("minutes", "warnings"), [(4, 0), (6, 1)])
def test_the_list_warns_if_nobody_delivers(boss, minutes, warnings):
    deliveries(a_hook())
    WebhookDelivery.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=minutes))

    page = boss.list(Webhook).content.decode()

    assert page.count("run manage.py talk_webhooks") == warnings


# Deliveries.


def test_the_page_shows_the_latest_deliveries(boss):
    hook = a_hook()
    deliveries(hook, 2)

    page = boss.open(hook).content.decode()

    assert page.count("room.changed</td>") == 2
    assert page.count(f"?webhook__id__exact={hook.pk}") == 1


def test_a_delivery_shows_what_was_sent_and_answered(boss):
    [delivery] = deliveries(a_hook())
    WebhookDelivery.objects.update(last_status=500, last_error="<b>no</b>", attempts=1)

    page = boss.open(delivery).content.decode()

    assert page.count("HTTP 500: &lt;b&gt;no&lt;/b&gt;") == 1
    assert page.count("&quot;type&quot;: &quot;room.changed&quot;") == 1


def test_a_payload_with_odd_characters_is_shown(boss):
    [delivery] = deliveries(a_hook())
    WebhookDelivery.objects.update(payload='{"name":"\\ud800 M\\u00fcller"}')

    page = boss.open(delivery).content.decode()

    assert page.count("&quot;name&quot;: &quot;\\ud800 Müller&quot;") == 1


def test_a_delivery_is_sent_again_after_a_question(boss):
    [delivery] = deliveries(a_hook())
    WebhookDelivery.objects.update(next_attempt_at=None, delivered_at=timezone.now(), attempts=1)

    said = boss.act("send_again", delivery)

    delivery.refresh_from_db()
    assert said == [("success", "1 event waits to be delivered.")]
    assert (delivery.delivered_at, delivery.attempts) == (None, 0)


@pytest.mark.parametrize(
    ("query", "found"), [("delivered", [0]), ("waiting", [1]), ("given_up", [2]), ("x", [2, 1, 0])]
)
def test_deliveries_are_found_by_their_outcome(boss, query, found):
    rows = deliveries(a_hook(), 3)
    mine = WebhookDelivery.objects
    mine.filter(pk=rows[0].pk).update(delivered_at=timezone.now(), next_attempt_at=None)
    mine.filter(pk=rows[2].pk).update(next_attempt_at=None)

    assert boss.rows(WebhookDelivery, outcome=query) == [rows[each] for each in found]


def test_nobody_writes_deliveries(boss):
    [delivery] = deliveries(a_hook())

    add = boss.get("/admin/talk/webhookdelivery/add/")
    boss.post(f"/admin/talk/webhookdelivery/{delivery.pk}/change/", {"payload": "{}"})

    assert add.status_code == 403
    assert WebhookDelivery.objects.get().payload == delivery.payload


def test_who_may_not_see_deliveries_does_not(staff):
    hook = a_hook()
    [delivery] = deliveries(hook)
    member = staff("view_webhook")

    page = member.open(hook)

    assert page.content.decode().count("room.changed") == 0
    assert member.open(delivery).status_code == 403


# What it costs.


@pytest.mark.parametrize("number", [1, 10])
def test_the_list_costs_the_same_for_many(boss, django_assert_num_queries, number):
    for _each in range(number):
        a_hook()

    with django_assert_num_queries(7):
        boss.list(Webhook)


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_costs_the_same_for_many_deliveries(boss, django_assert_num_queries, number):
    hook = a_hook()
    deliveries(hook, number)

    with django_assert_num_queries(4):
        boss.open(hook)


@pytest.mark.parametrize("number", [1, 10])
def test_the_list_of_deliveries_costs_the_same_for_many(boss, django_assert_num_queries, number):
    deliveries(a_hook(), number)

    with django_assert_num_queries(6):
        boss.list(WebhookDelivery)
