"""How fields of a room are written, and that is told."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from talk import signals
from talk.models import Room


def change(room: Room, **values: Any) -> Room:
    """Write fields of a locked room and tell; nothing happens when nothing changes.

    For operations that hold the room's lock already.
    """
    changes = {
        field: getattr(room, field)
        for field, value in values.items()
        if getattr(room, field) != value
    }
    if not changes:
        return room
    for field in changes:
        setattr(room, field, values[field])
    room.last_activity = timezone.now()
    room.save(update_fields=[*changes, "last_activity"])
    changes.update({"password": "…"} if "password" in changes else {})
    signals.send_after_commit(signals.room_changed, room=room, changes=changes)
    return room
