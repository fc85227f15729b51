"""Many clients join and leave one call at once, each a thread with its own connection.

Beside our operations runs what one would write without locking the room: each fact changed by
one conditional UPDATE. An anomaly is a client that has just joined and reads a room without a
call, or without its own flags; nothing that happens meanwhile may make it so.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter, sleep

from django.db import connection, transaction
from django.db.models import Exists, F
from django.utils import timezone

from talk import call, signals
from talk import session as sessions
from talk.actor import Actor
from talk.constants import CallFlag, RoomType
from talk.models import Attendee, Room, Session
from tests.benchmarks.people import accounts

OURS, CONDITIONAL = "ours: the room is locked", "conditional UPDATEs"


@dataclass(frozen=True)
class Weather:
    """How a storm blows: pauses are at most ``pause`` seconds long."""

    clients: int
    rounds: int
    pause: float


@dataclass
class Storm:
    """What came of it."""

    approach: str
    weather: Weather
    anomalies: int = 0
    left_over: int = 0
    starts: int = 0
    ends: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def count(self, fact, number):
        """Add to ``starts``, ``ends`` or ``anomalies``; threads do so at the same time."""
        with self._counting:
            setattr(self, fact, getattr(self, fact) + number)

    @property
    def is_calm(self):
        """Nothing was lost, nothing failed, and every call that began also ended."""
        return not (self.anomalies or self.errors or self.left_over) and self.starts == self.ends

    def percentile(self, share):
        """Seconds within which this share of the operations was done."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    @property
    def per_second(self):
        return len(self.latencies) / self.seconds


@dataclass(frozen=True)
class _Approach:
    """How to join and leave; each is told what it is to count."""

    join: Callable
    leave: Callable


def _join_locked(session, flags, storm):
    call.join(session, flags)


def _leave_locked(session, storm):
    call.leave(session)


def _join_conditionally(session, flags, storm):
    now, rooms = timezone.now(), Room.objects.filter(pk=session.room_id)
    with transaction.atomic():
        Session.objects.filter(pk=session.pk).update(in_call=flags)
        started = rooms.filter(call_started_at__isnull=True).update(
            call_started_at=now, call_flags=flags, last_activity=now
        )
        if not started:
            rooms.filter(call_started_at__isnull=False).update(
                call_flags=F("call_flags").bitor(flags)
            )
    storm.count("starts", started)


def _leave_conditionally(session, storm):
    somebody = Session.objects.fresh().in_call().filter(room=session.room_id)
    with transaction.atomic():
        Session.objects.filter(pk=session.pk).update(in_call=CallFlag.DISCONNECTED)
        ended = (
            Room.objects.filter(pk=session.room_id, call_started_at__isnull=False)
            .exclude(Exists(somebody))
            .update(call_started_at=None, call_flags=0)
        )
    storm.count("ends", ended)


_APPROACHES = {
    OURS: _Approach(_join_locked, _leave_locked),
    CONDITIONAL: _Approach(_join_conditionally, _leave_conditionally),
}


def run(approach, weather):
    """Let a storm blow over a new room."""
    storm = Storm(approach, weather)
    room = Room.objects.create(type=RoomType.GROUP, name=approach)
    people = accounts(weather.clients)
    Attendee.objects.bulk_create(
        Attendee(room=room, actor_id=user.get_username(), user=user) for user in people
    )
    everybody = threading.Barrier(weather.clients + 1)
    threads = [
        threading.Thread(target=_client, args=(number, user, room, storm, everybody))
        for number, user in enumerate(people)
    ]
    with _Listening(room, storm):
        for thread in threads:
            thread.start()
        everybody.wait()
        began = perf_counter()
        for thread in threads:
            thread.join()
        storm.seconds = perf_counter() - began
    storm.left_over = _left_over(room)
    return storm


def summary(storm):
    """The figures of a storm, for a file."""
    return {
        "approach": storm.approach,
        "clients": storm.weather.clients,
        "operations": len(storm.latencies),
        "anomalies": storm.anomalies,
        "errors": len(storm.errors),
        "left_over": storm.left_over,
        "starts": storm.starts,
        "ends": storm.ends,
        "p50_ms": storm.percentile(0.5) * 1000,
        "p99_ms": storm.percentile(0.99) * 1000,
        "per_second": storm.per_second,
    }


class _Listening:
    """Counts the starts and ends that our signals tell of."""

    def __init__(self, room, storm):
        self._room, self._storm = room, storm

    def __enter__(self):
        signals.call_started.connect(self._started)
        signals.call_ended.connect(self._ended)

    def __exit__(self, *_exception):
        signals.call_started.disconnect(self._started)
        signals.call_ended.disconnect(self._ended)

    def _started(self, room, **_arguments):
        self._storm.count("starts", room.pk == self._room.pk)

    def _ended(self, room, **_arguments):
        self._storm.count("ends", room.pk == self._room.pk)


def _client(number, user, room, storm, everybody):
    try:
        session = _enter(number, user, room, storm)
        everybody.wait()
        if session is not None:
            _come_and_go(number, session, storm)
    finally:
        connection.close()


def _enter(number, user, room, storm):
    try:
        session = sessions.enter(room, Actor(user=user, holder=f"storm-browser-{number}"))
        # Nobody pings here; a slow machine must not make anybody fall silent.
        session.last_ping = timezone.now() + timedelta(hours=1)
        session.save(update_fields=["last_ping"])
    except Exception as error:
        storm.errors.append(f"enter: {error!r}")
        return None
    return session


def _come_and_go(number, session, storm):
    approach, weather = _APPROACHES[storm.approach], storm.weather
    flags = CallFlag.IN_CALL | (CallFlag.WITH_AUDIO if number % 2 else CallFlag.WITH_VIDEO)
    dice = random.Random(number)
    for _ in range(weather.rounds):
        sleep(dice.uniform(0, weather.pause))
        if _timed(storm, approach.join, session, flags, storm):
            started_at, seen = Room.objects.values_list("call_started_at", "call_flags").get(
                pk=session.room_id
            )
            storm.count("anomalies", started_at is None or seen & flags != flags)
        sleep(dice.uniform(0, weather.pause))
        _timed(storm, approach.leave, session, storm)


def _timed(storm, operation, *arguments):
    before = perf_counter()
    try:
        operation(*arguments)
    except Exception as error:
        storm.errors.append(f"{operation.__name__}: {error!r}")
        return False
    storm.latencies.append(perf_counter() - before)
    return True


def _left_over(room):
    """What should be gone when everybody has left: sessions in the call, and the call."""
    room.refresh_from_db()
    in_call = Session.objects.in_call().filter(room=room).count()
    return in_call + (room.call_started_at is not None) + (room.call_flags != 0)
