"""A listener as a host site would write it: told what happens in the rooms of the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal

from talk import signals


@contextmanager
def listening() -> Iterator[list[str]]:
    """A list to which the name of each signal is added when it is sent."""
    heard: list[str] = []
    receivers = [
        (signal, _receiver(name, heard))
        for name, signal in vars(signals).items()
        if isinstance(signal, Signal)
    ]
    for signal, receive in receivers:
        signal.connect(receive, weak=False)
    try:
        yield heard
    finally:
        for signal, receive in receivers:
            signal.disconnect(receive)


def _receiver(name: str, heard: list[str]) -> Callable[..., None]:
    def receive(**arguments: Any) -> None:
        heard.append(name)

    return receive
