"""How long to measure: for figures, or only to show that everything runs."""

import asyncio
from dataclasses import dataclass

import uvloop


@dataclass(frozen=True)
class Effort:
    """``over``: seconds in which a crowd sits down; ``turn``: seconds of one measurement."""

    rounds: int
    over: float
    turn: float
    crowd: int


FULL = Effort(rounds=5, over=25.0, turn=3.0, crowd=5000)
QUICK = Effort(rounds=1, over=1.0, turn=1.0, crowd=500)


def in_loop(coroutine):
    """Run what drives the servers."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)
