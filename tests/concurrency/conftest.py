"""Real threads, each with its own connection: what happens when everybody comes at once."""

import threading

import pytest
from django.db import connections

PATIENCE = 300
"""Seconds after which threads that still wait for each other count as deadlocked."""


def pytest_collection_modifyitems(items):
    here = str(__file__).rpartition("/")[0]
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.concurrency)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture
def together():
    """Run functions at the same moment, one thread each; what each returned or raised, in order."""

    def run(*jobs):
        outcomes = [None] * len(jobs)
        start = threading.Barrier(len(jobs))

        def work(place, job):
            try:
                start.wait(PATIENCE)
                outcomes[place] = job()
            except Exception as error:
                # Whatever happened is the outcome.
                outcomes[place] = error
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=work, args=pair, daemon=True) for pair in enumerate(jobs)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert [thread for thread in threads if thread.is_alive()] == [], "deadlocked"
        return outcomes

    return run


@pytest.fixture
def count(heard):
    """How often a signal was sent."""

    def times(name):
        return [event for event, _arguments in heard].count(name)

    return times
