"""When polls without news end: together, where that saves work (docs/deployment.md).

Waits that begin one after another end in bursts, and their clients ask again in bursts: what the
first of them has to fetch from memory, or from the database, is at hand for the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from dataclasses import dataclass

from talk.recent import Recent

PLENTY = 160
"""How many waits would end in a second where it no longer matters whether they do so together."""

LEEWAY = 1 / 10
"""By what part of its time a wait may be too short, so that it ends together with others."""

CROWD = 50
"""From how many waits on it is worth more that those of one room end together."""

LEEWAY_IN_A_CROWD = 1 / 2
"""The same for the sake of others in the room, with whom all later ones end in time."""

AT_ONCE = 20
"""How many of a room end together at most; a burst is in the way of whatever comes meanwhile."""

REMEMBERED = 4096
"""Of how many rooms it is known when their last waits end."""


@dataclass(slots=True)
class _Burst:
    ends: float
    size: int


class Bursts:
    """The waits of one process; to be asked by its event loop alone."""

    def __init__(self) -> None:
        # Those of different processes differ.
        self._offset = secrets.randbelow(10_000) / 1000
        self._of_room: Recent[Hashable, _Burst] = Recent(REMEMBERED)

    def seconds(self, most: float, *, room: Hashable, now: float, waiting: int) -> float:
        """How long to wait, up to ``most``, for news of a room, of as many as are waiting."""
        if most <= 0:
            return 0
        if waiting < CROWD:
            return self._until_next(most, now, waiting)
        burst = self._of_room.get(room)
        if burst is None or not self._takes_one_more(burst, most, now):
            burst = _Burst(now + self._until_next(most, now, waiting), size=0)
            self._of_room[room] = burst
        burst.size += 1
        return burst.ends - now

    def _until_next(self, most: float, now: float, waiting: int) -> float:
        """The more wait, the more is at hand in any case, and the smaller are the bursts."""
        step = min(PLENTY * (most / max(waiting, 1)) ** 2, LEEWAY * most)
        return most - (now + self._offset + most) % step

    @staticmethod
    def _takes_one_more(burst: _Burst, most: float, now: float) -> bool:
        is_in_time = (1 - LEEWAY_IN_A_CROWD) * most <= burst.ends - now <= most
        return is_in_time and burst.size < AT_ONCE
