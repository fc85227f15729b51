"""Objects for tests, without surprises: every value is fixed or counted."""

from datetime import UTC, datetime, timedelta

import factory
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from talk.constants import ActorType, CallFlag, ParticipantType, RoomType
from talk.models import Attendee, Room, Session


def utc(*parts):
    """A moment in UTC, as this site keeps moments: with a zone, or without one."""
    moment = datetime(*parts, tzinfo=UTC)
    if settings.USE_TZ:
        return moment
    return timezone.make_naive(moment, timezone.get_default_timezone())


class UserFactory(factory.django.DjangoModelFactory):
    """user1, user2, … with the password "secret"."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = "Last"
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password("secret")


class RoomFactory(factory.django.DjangoModelFactory):
    """A group room that nobody is in."""

    class Meta:
        model = Room

    token = factory.Sequence(lambda n: f"room{n:04d}")
    type = RoomType.GROUP
    name = factory.Sequence(lambda n: f"Room {n}")

    class Params:
        public = factory.Trait(type=RoomType.PUBLIC)
        with_call = factory.Trait(
            call_started_at=factory.LazyFunction(timezone.now),
            call_flags=CallFlag.IN_CALL | CallFlag.WITH_AUDIO | CallFlag.WITH_VIDEO,
        )


class AttendeeFactory(factory.django.DjangoModelFactory):
    """A user's seat in a group room; ``guest=True`` for a guest of a public one."""

    class Meta:
        model = Attendee

    room = factory.SubFactory(RoomFactory)
    user = factory.SubFactory(UserFactory)
    actor_type = ActorType.USERS
    actor_id = factory.LazyAttribute(lambda seat: seat.user.get_username())
    display_name = factory.LazyAttribute(lambda seat: seat.user.get_full_name())
    participant_type = ParticipantType.USER

    class Params:
        owner = factory.Trait(participant_type=ParticipantType.OWNER)
        moderator = factory.Trait(participant_type=ParticipantType.MODERATOR)
        guest = factory.Trait(
            room=factory.SubFactory(RoomFactory, public=True),
            user=None,
            actor_type=ActorType.GUESTS,
            actor_id=factory.Sequence(lambda n: f"{n:040x}"),
            holder=factory.Sequence(lambda n: f"guest-browser-{n}"),
            display_name="",
            participant_type=ParticipantType.GUEST,
        )


class SessionFactory(factory.django.DjangoModelFactory):
    """A fresh session; ``age`` makes its last ping that many seconds old, ``calling`` puts it
    into the call with all flags."""

    class Meta:
        model = Session
        exclude = ["age"]

    age = 0
    attendee = factory.SubFactory(AttendeeFactory)
    room = factory.SelfAttribute("attendee.room")
    holder = factory.LazyAttribute(
        lambda session: session.attendee.holder or f"browser-of-{session.attendee.actor_id}"
    )
    last_ping = factory.LazyAttribute(
        lambda session: timezone.now() - timedelta(seconds=session.age)
    )

    class Params:
        calling = factory.Trait(
            in_call=CallFlag.IN_CALL | CallFlag.WITH_AUDIO | CallFlag.WITH_VIDEO
        )
