"""What a process remembers of late, without ever growing beyond a size."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(OrderedDict[Key, Value]):
    """Of all entries that were ever set, at most so many: those that were set last.

    Threads may read and set at the same time; nobody finds an entry missing while it is renewed.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._lock = most, threading.Lock()

    def __setitem__(self, key: Key, value: Value) -> None:
        with self._lock:
            super().__setitem__(key, value)
            self.move_to_end(key)
            if len(self) > self._most:
                self.popitem(last=False)
