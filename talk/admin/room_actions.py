"""What can be done to many rooms at once; every act is an operation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from talk import call, lobby
from talk import room as operations
from talk.admin.confirmation import confirmed
from talk.cleanup import clean_up
from talk.models import Room


@confirmed(
    short_description=_("End the call for everyone"),
    question=_("Everybody in the calls of these rooms will be thrown out of them."),
    done=ngettext_lazy("%(count)d call was ended.", "%(count)d calls were ended.", "count"),
)
def end_call(room: Room) -> int:
    return call.end(room)


@confirmed(
    short_description=_("Close the lobby"),
    question=_(
        "Everybody but moderators will wait in front of these rooms until a moderator opens, "
        "and leaves a running call."
    ),
    done=ngettext_lazy("%(count)d lobby was closed.", "%(count)d lobbies were closed.", "count"),
)
def close_lobby(room: Room) -> int:
    if room.has_lobby:
        return False
    lobby.enable(room)
    return True


@confirmed(
    short_description=_("Open the lobby"),
    question=_("Everybody who waits in front of these rooms will be let in."),
    done=ngettext_lazy("%(count)d lobby was opened.", "%(count)d lobbies were opened.", "count"),
)
def open_lobby(room: Room) -> int:
    lobby.disable(room)
    return room.has_lobby


@confirmed(
    short_description=_("Make read-only"),
    question=_("Running calls end, and nobody can start one in these rooms."),
    done=ngettext_lazy(
        "%(count)d room is read-only now.", "%(count)d rooms are read-only now.", "count"
    ),
)
def make_read_only(room: Room) -> int:
    operations.make_read_only(room)
    return not room.read_only


@confirmed(
    short_description=_("Make writable"),
    question=_("Calls will be possible again in these rooms."),
    done=ngettext_lazy(
        "%(count)d room is writable now.", "%(count)d rooms are writable now.", "count"
    ),
)
def make_writable(room: Room) -> int:
    operations.make_writable(room)
    return room.read_only


@confirmed(
    short_description=_("Remove stale sessions"),
    question=_(
        "Sessions that have been silent for too long end, and so do calls that nobody is in any "
        "more or that last longer than this site allows. Guests who gave no name and are gone "
        "are forgotten."
    ),
    done=ngettext_lazy(
        "%(count)d leftover was removed.", "%(count)d leftovers were removed.", "count"
    ),
)
def remove_stale_sessions(room: Room) -> int:
    return sum(clean_up(room).values())


@confirmed(
    short_description=_("Delete"),
    question=_(
        "These rooms will be deleted with everything in them, and whoever is in their calls is "
        "thrown out. This cannot be undone."
    ),
    done=ngettext_lazy("%(count)d room was deleted.", "%(count)d rooms were deleted.", "count"),
    allowed_permissions=("delete",),
    deletes=True,
)
def delete_rooms(room: Room) -> int:
    operations.delete(room)
    return True


ROOM_ACTIONS = [
    end_call,
    close_lobby,
    open_lobby,
    make_read_only,
    make_writable,
    remove_stale_sessions,
    delete_rooms,
]
