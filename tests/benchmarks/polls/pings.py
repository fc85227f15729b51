"""That somebody is still there: one UPDATE for each poll, or one for many."""

from time import perf_counter

from django.utils import timezone

from talk.models import Session
from talk.signaling import ping
from tests.benchmarks.polls.people import fill_rooms
from tests.benchmarks.rounds import Spread, ratio_of
from tests.benchmarks.verdict import Verdict

PEOPLE = 100
"""As many as a site with a thousand people hears of in about three seconds."""


def run(effort):
    """In this process: time on the clock, as most of it may be the database's."""
    fill_rooms("pings", people=PEOPLE, per_room=PEOPLE)
    sessions = list(Session.objects.filter(room__token__startswith="pings"))
    # Nobody is new: a session's first ping is written at once.
    _together(sessions)
    each, together = [], []
    for _ in range(5 * effort.rounds):
        each.append(_one_each(sessions) / PEOPLE)
        together.append(_together(sessions) / PEOPLE)
    return [
        Verdict(
            "ping cost per session: one UPDATE each / ours",
            ratio_of(each, together),
            20,
            at_least=True,
            figures=f"{Spread.of(each).middle * 1e6:.0f} µs, "
            f"{Spread.of(together).middle * 1e6:.1f} µs",
        )
    ]


def _one_each(sessions):
    began = perf_counter()
    for session in sessions:
        Session.objects.filter(pk=session.pk).update(last_ping=timezone.now())
    return perf_counter() - began


def _together(sessions):
    began = perf_counter()
    for session in sessions:
        ping.note(session)
    ping.flush()
    return perf_counter() - began
