"""A call with as many people as one likes."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from talk.constants import CallFlag, RoomType
from talk.models import Attendee, Room, Session

CALLER = "person0000"
PASSWORD = "correct horse battery staple"


def fill_room(size):
    """A room with ``size`` people in its call, among them the caller."""
    room = Room.objects.create(
        token=f"size{size:04d}",
        type=RoomType.GROUP,
        name=f"Room of {size}",
        call_started_at=timezone.now(),
        call_flags=CallFlag.IN_CALL | CallFlag.WITH_AUDIO,
    )
    seats = Attendee.objects.bulk_create(
        Attendee(
            room=room,
            actor_id=user.get_username(),
            user=user,
            display_name=f"{user.first_name} {user.last_name}",
        )
        for user in accounts(size)
    )
    # Pings of thirty seconds, an hour from now: nobody falls silent while we measure. In whole
    # hundredths, as some databases round when they are asked for seconds.
    newest = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    Session.objects.bulk_create(
        Session(
            room=room,
            attendee=seat,
            holder=f"browser-of-{seat.actor_id}",
            in_call=CallFlag.IN_CALL | CallFlag.WITH_AUDIO,
            last_ping=newest - timedelta(milliseconds=3000 * number // size * 10),
        )
        for number, seat in enumerate(seats)
    )
    return room


def caller():
    """Who asks in every measurement: an account with a password, a member of every room."""
    return get_user_model().objects.get(username=CALLER)


def accounts(count):
    """That many accounts, the caller's first; the same ones each time."""
    model = get_user_model()
    known = list(model.objects.order_by("username")[:count])
    new = [
        model(
            username=f"person{number:04d}",
            first_name=f"Zoë {number}",
            last_name="Müller",
            email=f"person{number:04d}@example.org",
        )
        for number in range(len(known), count)
    ]
    for user in new:
        if user.username == CALLER:
            user.set_password(PASSWORD)
        else:
            user.set_unusable_password()
    return known + model.objects.bulk_create(new)
