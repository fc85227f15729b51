"""Rooms full of people who are in a call, each signed in with a browser of their own."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as Browser
from django.utils import timezone

from talk.actor import HOLDER_KEY
from talk.constants import CallFlag, RoomType
from talk.models import Attendee, Room, Session
from tests.benchmarks.people import accounts

_BATCH = 500


@dataclass(frozen=True)
class Person:
    """Whoever polls: which room, which session there, and the cookie."""

    token: str
    session_id: str
    cookie: str


def fill_rooms(prefix, *, people, per_room):
    """That many people in calls of ``per_room``. ``prefix`` keeps their rooms apart from others."""
    rooms = Room.objects.bulk_create(
        Room(
            token=f"{prefix}{number:05d}",
            type=RoomType.GROUP,
            name=f"Room {number}",
            call_started_at=timezone.now(),
            call_flags=CallFlag.IN_CALL | CallFlag.WITH_AUDIO,
        )
        for number in range(-(-people // per_room))
    )
    users = accounts(people)
    seats = Attendee.objects.bulk_create(
        (
            Attendee(
                room=rooms[number // per_room],
                actor_id=user.get_username(),
                user=user,
                display_name=f"{user.first_name} {user.last_name}",
            )
            for number, user in enumerate(users)
        ),
        batch_size=_BATCH,
    )
    sessions = Session.objects.bulk_create(
        (
            Session(
                room=seat.room,
                attendee=seat,
                holder=f"{prefix}-browser-of-{seat.actor_id}",
                in_call=CallFlag.IN_CALL | CallFlag.WITH_AUDIO,
                # Nobody falls silent while others are measured.
                last_ping=timezone.now() + timedelta(hours=1),
            )
            for seat in seats
        ),
        batch_size=_BATCH,
    )
    cookies = _sign_in(prefix, users, sessions)
    return [
        Person(session.room.token, session.session_id, cookie)
        for session, cookie in zip(sessions, cookies, strict=True)
    ]


def _sign_in(prefix, users, sessions):
    browsers = Browser.objects.bulk_create(
        (
            Browser(
                session_key=f"{prefix}{user.pk:025d}",
                session_data=SessionStore().encode(
                    {
                        SESSION_KEY: str(user.pk),
                        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                        HASH_SESSION_KEY: user.get_session_auth_hash(),
                        HOLDER_KEY: session.holder,
                    }
                ),
                expire_date=timezone.now() + timedelta(days=1),
            )
            for user, session in zip(users, sessions, strict=True)
        ),
        batch_size=_BATCH,
    )
    return [browser.session_key for browser in browsers]
