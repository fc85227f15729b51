"""Polls that wait, in threads and under ``talk.asgi`` (docs/deployment.md)."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from functools import partial
from itertools import count

import pytest
from django.core import signals as django_signals
from django.db import DatabaseError, connection, connections, transaction

from talk import asgi, call, room
from talk import session as sessions
from talk.asgi import TalkASGI
from talk.models import Session, Signal
from talk.signaling import crew as crews
from talk.signaling import handover, hold, listing, mailbox, notify, ping, revision, watch
from talk.signaling.hub import WaitingThread, hub, room_key, session_key
from tests.conftest import TalkClient, data_of
from tests.factories import AttendeeFactory, SessionFactory
from tests.signaling.asking import PATH, pull
from tests.signaling.copies import FarBehind
from tests.signaling.turns import how_many_begin

pytestmark = pytest.mark.django_db(transaction=True)

CHAT = "/ocs/v2.php/apps/spreed/api/v1/chat/{}"
PATIENCE = 20

# Other databases have no LISTEN and NOTIFY at all; there the look five times a second is tested.
of_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL tells other processes of a change"
)


@pytest.fixture(autouse=True)
def _polls_wait(settings, monkeypatch):
    """As in real life; the thread that looks for news ends with the test."""
    settings.TALK_SIGNALING_HOLD = 30
    yield
    monkeypatch.setattr(watch, "LINGER", 0)
    monkeypatch.setattr(watch, "QUIET_TICK", 0.05)
    if watch._running is not None:
        watch._running[1].join(PATIENCE)


def until(condition):
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.01)


@contextmanager
def in_a_thread(job):
    """Run it meanwhile; yields a list that gets what it returned."""
    outcome = []

    def work():
        try:
            outcome.append(job())
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield outcome
    thread.join(PATIENCE)
    assert not thread.is_alive()


def kinds_of(answer):
    status, entries = answer
    return status, [entry["type"] for entry in entries]


@pytest.fixture
def waiting(sign_in, ada):
    """A client whose session has been told everything."""
    client = sign_in(ada)
    client.defaults["wsgi.multithread"] = True
    pull_now(client, ada)
    return client


def pull_now(client, session):
    """A poll that answers at once, as the session has not been told yet."""
    assert kinds_of(pull(client, session.room.token)) == (200, ["usersInRoom"])


# In threads ----------------------------------------------------------------------------------


def test_a_thread_waits_for_a_message_without_a_connection(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)
        assert answer == []

        mailbox.put(ada.pk, [(ada.pk, "{}")])

    assert kinds_of(answer[0]) == (200, ["message", "usersInRoom"])


def test_a_thread_waits_for_a_change(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        call.change_flags(ada, 1)

    status, (users,) = answer[0]
    assert (status, [user["inCall"] for user in users["data"]]) == (200, [1])


def test_a_thread_waits_no_longer_than_it_should(waiting, ada, settings):
    settings.TALK_SIGNALING_HOLD = 1
    began = time.monotonic()

    assert kinds_of(pull(waiting, ada.room.token)) == (200, ["usersInRoom"])

    assert time.monotonic() - began >= 1


def test_a_message_that_comes_between_the_look_and_the_wait_is_not_missed(
    waiting, ada, monkeypatch
):
    # Nobody else looks for it.
    monkeypatch.setattr(watch, "ensure_running", lambda: None)
    note = ping.note

    def note_late(session):
        mailbox.put(ada.pk, [(ada.pk, "{}")])
        note(session)

    monkeypatch.setattr(ping, "note", note_late)

    answer = pull(waiting, ada.room.token)

    assert kinds_of(answer) == (200, ["message", "usersInRoom"])


def test_a_poll_of_a_deleted_room_ends(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        room.delete(ada.room)

    assert answer == [(404, [{"type": "usersInRoom", "data": []}])]


def test_a_poll_of_whoever_left_ends(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        sessions.leave(ada)

    assert answer == [(404, [{"type": "usersInRoom", "data": []}])]


def test_a_poll_of_whoever_joined_again_ends(waiting, ada):
    from talk.actor import Actor

    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        sessions.enter(ada.room, Actor(ada.attendee.user, holder=ada.holder))

    assert answer == [(409, [{"type": "usersInRoom", "data": []}])]


def test_whoever_has_to_wait_too_long_may_go_on_as_long_as_threads_are_free(waiting, ada, settings):
    settings.TALK_SIGNALING_MAX_HELD = 0

    assert kinds_of(pull(waiting, ada.room.token)) == (200, ["usersInRoom"])


def test_a_worker_without_threads_never_waits(ada, sign_in):
    client = sign_in(ada)
    client.defaults["wsgi.multithread"] = False
    pull_now(client, ada)

    assert kinds_of(pull(client, ada.room.token)) == (200, ["usersInRoom"])


@pytest.mark.parametrize(
    ("server", "most"),
    [
        ({"wsgi.multithread": False}, 0),
        ({"wsgi.multithread": True}, hold.OF_A_POOL),
        ({"wsgi.multithread": True, "SERVER_SOFTWARE": "WSGIServer/0.2"}, hold.OF_A_THREAD_EACH),
        ({}, hold.OF_A_THREAD_EACH),
    ],
)
def test_how_many_threads_may_wait(server, most):
    assert hold._most(server) == most


def test_chat_is_waited_for(waiting, ada):
    began = time.monotonic()

    response = waiting.get(CHAT.format(ada.room.token), {"lookIntoFuture": 1, "timeout": 1})

    assert (response.status_code, response.content) == (304, b"")
    assert time.monotonic() - began >= 1


def test_nobody_waits_inside_a_transaction(waiting, ada):
    with transaction.atomic():
        assert kinds_of(pull(waiting, ada.room.token)) == (200, ["usersInRoom"])


def test_a_poll_that_breaks_in_the_end_is_answered_in_the_envelope(waiting, ada, monkeypatch):
    monkeypatch.setattr("talk.signaling.listing.share", lambda *_args, **_kwargs: 1 / 0)
    with in_a_thread(lambda: waiting.get(PATH.format(ada.room.token))) as answer:
        until(hub.is_waited_for)

        call.change_flags(ada, 1)

    assert (answer[0].status_code, answer[0].json()["ocs"]["meta"]["statuscode"]) == (500, 996)


# Under talk.asgi -----------------------------------------------------------------------------


class Browser:
    """One ASGI request after another, with the cookies of a test client."""

    def __init__(self, application, client):
        self.application = application
        self.cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())

    def scope(self, method, path, *, root_path="", query=b""):
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": root_path,
            "scheme": "http",
            "query_string": query,
            "headers": [
                (b"host", b"testserver"),
                (b"accept", b"application/json"),
                (b"ocs-apirequest", b"true"),
                (b"cookie", self.cookies.encode()),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", b"1000"),
            ],
            "server": ("testserver", 80),
            "client": ("127.0.0.1", 1),
        }

    async def ask(self, method, path, *, events=None, **scope):
        """Status, headers and content; ``events`` are what the client sends, then it stays."""
        left = [{"type": "http.request", "body": b""}] if events is None else list(events)
        told = []

        async def receive():
            if left:
                return left.pop(0)
            return await asyncio.Event().wait()

        async def send(message):
            told.append(message)

        await self.application(self.scope(method, path, **scope), receive, send)
        if not told:
            return None
        start, body = told
        return start["status"], dict(start["headers"]), body["body"]


async def somebody_elses(scope, receive, send):
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": scope["type"].encode()})


@pytest.fixture
def application():
    application = TalkASGI(somebody_elses, threads=1)
    yield application
    application._crew.close()


@pytest.fixture
def browser(application, waiting):
    return Browser(application, waiting)


def listed(answer):
    status, _headers, content = answer
    return status, [entry["type"] for entry in json.loads(content)["ocs"]["data"]]


async def meanwhile(job):
    """Do something in another thread, once somebody waits."""
    while not hub.is_waited_for():
        await asyncio.sleep(0.01)

    def work():
        try:
            job()
        finally:
            connections.close_all()

    await asyncio.to_thread(work)


async def poll(browser, ada, job, **options):
    answer, _done = await asyncio.gather(
        browser.ask("GET", PATH.format(ada.room.token), **options), meanwhile(job)
    )
    return answer


def test_a_future_waits_for_a_message(browser, ada):
    answer = asyncio.run(poll(browser, ada, lambda: mailbox.put(ada.pk, [(ada.pk, "{}")])))

    assert listed(answer) == (200, ["message", "usersInRoom"])
    assert not hub.is_waited_for()


def mail_to(session):
    """What the session gets."""
    people = listing.read(session.room_id, own=session.pk)
    return handover.Mail(session.pk, ["{}"], people)


def test_a_future_is_handed_a_message(browser, ada):
    mail = mail_to(ada)

    answer = asyncio.run(poll(browser, ada, lambda: handover.give(mail)))

    assert listed(answer) == (200, ["message", "usersInRoom"])
    assert (hub.is_waited_for(), Signal.objects.count()) == (False, 0)


def test_a_thread_is_handed_a_message(waiting, ada):
    mail = mail_to(ada)
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        handover.give(mail)

    assert kinds_of(answer[0]) == (200, ["message", "usersInRoom"])


def test_what_is_handed_over_takes_no_thread(browser, ada):
    mail = mail_to(ada)
    released = threading.Event()

    async def handed_while_the_only_thread_is_busy():
        answer = asyncio.ensure_future(browser.ask("GET", PATH.format(ada.room.token)))
        await meanwhile(lambda: None)
        busy = browser.application._crew.run(lambda: released.wait(PATIENCE))
        handover.give(mail)
        try:
            return await asyncio.wait_for(answer, PATIENCE / 2)
        finally:
            released.set()
            await busy

    answer = asyncio.run(handed_while_the_only_thread_is_busy())

    assert listed(answer) == (200, ["message", "usersInRoom"])


def test_a_future_waits_for_a_change(browser, ada):
    answer = asyncio.run(poll(browser, ada, lambda: call.change_flags(ada, 1)))

    assert listed(answer) == (200, ["usersInRoom"])


async def borrowed(crew):
    return await asyncio.wait_for(crew.run(threading.get_ident), 10)


def test_a_wait_holds_no_thread_and_no_connection(browser, ada):
    free = []

    def job():
        # The only thread of the pool does something else, and has no connection open.
        free.append(asyncio.run(borrowed(browser.application._crew)))
        call.change_flags(ada, 1)

    asyncio.run(poll(browser, ada, job))

    assert len(free) == 1


def test_two_requests_are_computed_at_once_unless_the_database_is_a_file(monkeypatch):
    monkeypatch.setattr(crews, "BUSY", 0)
    monkeypatch.setattr(crews, "STUCK", 60)
    monkeypatch.setattr(crews, "QUEUE", 0)
    crew = TalkASGI(somebody_elses)._crew

    number = asyncio.run(how_many_begin(crew, of=3))
    crew.close()

    assert number == (1 if connection.vendor == "sqlite" else 2)


def test_a_future_waits_no_longer_than_it_should(browser, ada, settings):
    settings.TALK_SIGNALING_HOLD = 1

    answer = asyncio.run(browser.ask("GET", PATH.format(ada.room.token)))

    assert listed(answer) == (200, ["usersInRoom"])


def test_of_those_who_end_together_one_asks_for_the_list(browser, ada, settings, monkeypatch):
    settings.TALK_SIGNALING_HOLD = 1
    crew, works = browser.application._crew, []
    run = crew.run
    monkeypatch.setattr(crew, "run", lambda work, **of: works.append(work) or run(work, **of))

    async def three():
        path = PATH.format(ada.room.token)
        return await asyncio.gather(*(browser.ask("GET", path) for _ in range(3)))

    answers = asyncio.run(three())

    assert [listed(answer) for answer in answers] == [(200, ["usersInRoom"])] * 3
    # Three beginnings, and one end.
    assert len(works) == 4


@pytest.mark.parametrize("hold", [0, 1])
def test_nobody_waits_for_ever_for_somebody_else_who_asks(
    browser, ada, settings, monkeypatch, hold
):
    settings.TALK_SIGNALING_HOLD = hold
    # Whoever may not be answered by somebody else's answer does not wait for it at all.
    monkeypatch.setattr(asgi, "PATIENCE", 0.05 if hold else PATIENCE)

    async def while_another_is_stuck():
        stuck = asyncio.get_running_loop().create_future()
        browser.application._finishing[frozenset({room_key(ada.room.pk)})] = stuck
        ask = browser.ask("GET", PATH.format(ada.room.token))
        return await asyncio.wait_for(ask, PATIENCE / 2)

    assert listed(asyncio.run(while_another_is_stuck())) == (200, ["usersInRoom"])


@pytest.fixture
def asked_for(application, monkeypatch):
    """What the application asks its bursts, which end every wait at once."""
    questions = []

    def seconds(most, **question):
        questions.append((most, question["room"]))
        return 0.01

    monkeypatch.setattr(application._bursts, "seconds", seconds)
    return questions


def test_a_future_waits_until_the_burst_of_its_room(browser, ada, asked_for, settings):
    settings.TALK_SIGNALING_HOLD = 25
    ask = browser.ask("GET", PATH.format(ada.room.token))

    answer = asyncio.run(asyncio.wait_for(ask, PATIENCE))

    assert listed(answer) == (200, ["usersInRoom"])
    assert asked_for == [(25, frozenset({room_key(ada.room.pk)}))]


def test_chat_is_waited_for_exactly_as_long_as_it_says(browser, ada, asked_for):
    answer = asyncio.run(
        browser.ask("GET", CHAT.format(ada.room.token), query=b"lookIntoFuture=1&timeout=1")
    )

    assert (answer[0], asked_for) == (304, [])


def test_no_wait_at_all(browser, ada, settings):
    settings.TALK_SIGNALING_HOLD = 0

    answer = asyncio.run(browser.ask("GET", PATH.format(ada.room.token)))

    assert listed(answer) == (200, ["usersInRoom"])


def test_a_client_that_goes_leaves_nothing(browser, ada):
    path = PATH.format(ada.room.token)
    events = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]

    assert asyncio.run(browser.ask("GET", path, events=events)) is None

    assert (hub.is_waited_for(), Signal.objects.count()) == (False, 0)


def test_a_request_that_is_cancelled_leaves_nothing(browser, ada):
    async def cancelled():
        task = asyncio.ensure_future(browser.ask("GET", PATH.format(ada.room.token)))
        while not hub.is_waited_for():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())

    assert not hub.is_waited_for()


def test_the_end_of_the_process_is_the_end_of_the_wait(browser, ada):
    try:
        answer = asyncio.run(poll(browser, ada, hub.close))
    finally:
        hub.open()

    assert listed(answer) == (200, ["usersInRoom"])


def test_headers_of_the_site_are_kept(browser, ada):
    answer = asyncio.run(poll(browser, ada, lambda: call.change_flags(ada, 1)))

    _status, headers, content = answer
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"content-type"] == b"application/json; charset=utf-8"
    assert headers[b"content-length"] == str(len(content)).encode()
    assert headers[b"cache-control"] == b"no-cache, no-store, must-revalidate"


def test_a_request_begins_and_ends_once(browser, ada):
    told = []
    receivers = [lambda name=name, **_kwargs: told.append(name) for name in ("begins", "ends")]
    django_signals.request_started.connect(receivers[0])
    django_signals.request_finished.connect(receivers[1])
    try:
        asyncio.run(poll(browser, ada, lambda: call.change_flags(ada, 1)))
    finally:
        django_signals.request_started.disconnect(receivers[0])
        django_signals.request_finished.disconnect(receivers[1])

    assert told == ["begins", "ends"]


def test_ordinary_requests_are_answered_as_well(browser, ada):
    answer = asyncio.run(
        browser.ask("GET", f"/ocs/v2.php/apps/spreed/api/v4/call/{ada.room.token}")
    )

    assert (answer[0], len(json.loads(answer[2])["ocs"]["data"])) == (200, 1)


def test_a_cookie_comes_with_joining(application, db):
    seat = AttendeeFactory(guest=True)
    browser = Browser(application, TalkClient())

    status, headers, _content = asyncio.run(
        browser.ask(
            "POST", f"/ocs/v2.php/apps/spreed/api/v4/room/{seat.room.token}/participants/active"
        )
    )

    assert (status, headers[b"set-cookie"].startswith(b"sessionid=")) == (200, True)


def test_a_body_may_come_in_pieces(browser, ada):
    entries = [
        {
            "ev": "message",
            "fn": json.dumps({"to": ada.session_id, "type": "x"}),
            "sessionId": ada.session_id,
        }
    ]
    from urllib.parse import urlencode

    body = urlencode({"messages": json.dumps(entries)}).encode()
    events = [
        {"type": "http.request", "body": body[:10], "more_body": True},
        {"type": "http.request", "body": body[10:]},
    ]

    answer = asyncio.run(browser.ask("POST", PATH.format(ada.room.token), events=events))

    assert (answer[0], Signal.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    "events",
    [
        [{"type": "http.disconnect"}],
        [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}],
    ],
)
def test_a_client_that_goes_before_it_has_asked_is_not_answered(browser, ada, events):
    answer = asyncio.run(browser.ask("POST", PATH.format(ada.room.token), events=events))

    assert answer is None


def test_a_mounted_site_has_its_prefix(browser, ada):
    path = f"/site/ocs/v2.php/apps/spreed/api/v4/call/{ada.room.token}"

    answer = asyncio.run(browser.ask("GET", path, root_path="/site"))

    assert answer[0] == 200


@pytest.mark.parametrize(
    "path", ["/", "/call/abcd1234", "/ocs", "/site/ocs/v2.php/x", "/ocs/v3.php/x"]
)
def test_other_paths_are_somebody_elses(browser, path):
    assert asyncio.run(browser.ask("GET", path))[0] == 299


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_other_protocols_are_somebody_elses(application, kind):
    told = []

    async def send(message):
        told.append(message)

    asyncio.run(application({"type": kind}, None, send))

    assert told[1]["body"] == kind.encode()


def test_what_is_streamed_comes_whole(browser, ada, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.signaling.test_waiting.streaming"]
    application = TalkASGI(somebody_elses, threads=1)
    browser.application = application

    answer = asyncio.run(
        browser.ask("GET", f"/ocs/v2.php/apps/spreed/api/v4/call/{ada.room.token}")
    )
    application._crew.close()

    assert (answer[0], answer[2], answer[1][b"x-streamed"]) == (200, b"one two", b"yes")


def streaming(get_response):
    from django.http import StreamingHttpResponse

    def middleware(request):
        get_response(request)
        return StreamingHttpResponse(iter([b"one ", b"two"]), headers={"X-Streamed": "yes"})

    return middleware


# Other processes -----------------------------------------------------------------------------


def test_a_message_of_another_process_is_found(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        Signal.objects.create(sender=ada, recipient=ada, data="{}")

    assert kinds_of(answer[0]) == (200, ["message", "usersInRoom"])


@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="only SQLite counts what other connections write; elsewhere each look is two queries",
)
def test_nothing_is_read_while_nobody_writes_and_nobody_comes(ada, django_assert_num_queries):
    tail = watch.Tail()
    hub.wait_for((session_key(ada.pk),), WaitingThread(), since=hub.now())
    tail.look()

    with django_assert_num_queries(1):
        tail.look()

    hub.wake(session_key(ada.pk))


def test_what_is_written_while_the_connection_is_broken_is_found(waiting, ada, monkeypatch):
    looks = count()
    look = watch.Tail.look

    def failing_once(tail):
        # Not at first: by then it has seen that nothing is written any more.
        if hub.is_waited_for() and next(looks) == 3:
            Signal.objects.create(sender=ada, recipient=ada, data="{}")
            raise DatabaseError("gone")
        look(tail)

    monkeypatch.setattr(watch, "QUIET_TICK", 0.05)
    monkeypatch.setattr(watch.Tail, "look", failing_once)
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

    assert kinds_of(answer[0]) == (200, ["message", "usersInRoom"])


def test_whoever_comes_to_wait_after_a_message_was_found_is_told(ada):
    tail = watch.Tail()
    Signal.objects.create(sender=ada, recipient=ada, data="{}")
    tail.look()
    waiter = WaitingThread()
    hub.wait_for((session_key(ada.pk),), waiter, since=hub.now())

    tail.look()

    assert waiter.woken_by == {session_key(ada.pk)}


def test_nothing_is_looked_for_in_a_copy_of_the_database(ada, settings):
    settings.DATABASE_ROUTERS = [FarBehind()]
    Signal.objects.create(sender=ada, recipient=ada, data="{}")
    type(ada.room).objects.filter(pk=ada.room.pk).update(revision=77)
    revision.notice(ada.room.pk, 76)
    waiters = {session_key(ada.pk): WaitingThread(), room_key(ada.room.pk): WaitingThread()}
    for key, waiter in waiters.items():
        hub.wait_for((key,), waiter, since=hub.now())

    watch.Tail().look()

    assert [waiter.woken_by for waiter in waiters.values()] == [{key} for key in waiters]


def test_a_change_by_another_process_is_found(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)
        until(lambda: revision.known(ada.room.pk) >= 0)

        type(ada.room).objects.filter(pk=ada.room.pk).update(revision=77)

    assert kinds_of(answer[0]) == (200, ["usersInRoom"])
    assert not revision.is_news(ada.pk, 77)


def test_a_room_that_another_process_deleted_is_missed(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)

        type(ada.room).objects.filter(pk=ada.room.pk).delete()

    assert answer[0][0] == 404


def test_trouble_with_the_database_is_outlived(waiting, ada, monkeypatch, caplog):
    broken = [DatabaseError("gone"), DatabaseError("still gone")]
    look = watch.Tail.look
    monkeypatch.setattr(watch, "QUIET_TICK", 0.05)

    def failing(tail):
        if broken:
            raise broken.pop()
        look(tail)

    monkeypatch.setattr(watch.Tail, "look", failing)
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)
        until(lambda: not broken)

        Signal.objects.create(sender=ada, recipient=ada, data="{}")

    assert kinds_of(answer[0]) == (200, ["message", "usersInRoom"])
    warnings = [each for each in caplog.records if each.name == "talk.signaling"]
    assert len(warnings) == 1


def test_collected_pings_are_written(waiting, ada, monkeypatch):
    from datetime import timedelta

    monkeypatch.setattr(ping, "WRITTEN_AFTER", timedelta(0))
    first = Session.objects.get().last_ping
    with in_a_thread(partial(pull, waiting, ada.room.token)):
        until(lambda: Session.objects.get().last_ping > first)
        hub.wake(*[("session", ada.pk)])


@of_postgresql
def test_postgresql_tells_other_processes_at_once(ada):
    ear = notify.Ear("default")
    assert list(ear.hear(10)) == []
    assert ear.works

    monkey = notify._process
    notify._process = lambda: "another"
    try:
        mailbox.put(ada.pk, [(ada.pk, "{}")])
        call.change_flags(ada, 1)
    finally:
        notify._process = monkey
    heard = []
    while len(heard) < 2:
        heard += ear.hear(10)

    ada.room.refresh_from_db()
    assert heard == [f"s{ada.pk}", f"r{ada.room.pk}:{ada.room.revision}"]


@of_postgresql
def test_whoever_hears_only_themself_hears_nothing(monkeypatch):
    # As behind a pooler, where what comes later comes to nobody.
    monkeypatch.setattr(notify.select, "select", lambda *_: ([], [], []))
    ear = notify.Ear("default")

    assert (list(ear.hear(0)), ear.works) == ([], False)


def test_what_is_heard_wakes_those_who_wait(waiting, ada):
    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)
        watch._understand(f"r{ada.room.pk}:{revision.known(ada.room.pk) + 1}")
    assert kinds_of(answer[0]) == (200, ["usersInRoom"])

    with in_a_thread(partial(pull, waiting, ada.room.token)) as answer:
        until(hub.is_waited_for)
        watch._understand(f"s{ada.pk + 1},{ada.pk}")
    assert kinds_of(answer[0]) == (200, ["usersInRoom"])


def test_nothing_waits_when_everything_is_told(sign_in, ada, bob, settings):
    settings.TALK_SIGNALING_HOLD = 1
    SessionFactory(attendee=AttendeeFactory(room=ada.room))

    statuses = [pull(sign_in(who), ada.room.token)[0] for who in (ada, bob, ada, bob)]

    assert (statuses, data_of(sign_in(ada).get(PATH.format("unknown1")))) == (
        [200] * 4,
        [{"type": "usersInRoom", "data": []}],
    )
