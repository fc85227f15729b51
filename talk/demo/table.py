"""How the tour looks: an aligned table of at most 100 columns, with colour or without."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from django.core.management.base import OutputWrapper
from django.core.management.color import Style

WIDTH = 100
EXPECTED, UNEXPECTED = "ok", "!!"
_COLUMNS = (2, 5, 41, 7)
"""Mark, who, request, status; what it means has the rest."""

_MEANING = WIDTH - sum(_COLUMNS) - 2 * len(_COLUMNS)


class Table:
    """Writes lines as they come, so that somebody can follow."""

    def __init__(self, out: OutputWrapper, style: Style) -> None:
        self._out, self._style = out, style

    def heading(self, text: str) -> None:
        """Begin a chapter."""
        self._write("", self._style.MIGRATE_HEADING(text))

    def titles(self) -> None:
        """Name the columns."""
        line = self._line("", "who", "request", "status", "what it means")
        self._write("", self._style.MIGRATE_LABEL(line), "-" * WIDTH)

    def row(self, who: str, request: str, status: str, meaning: str, *, expected: bool) -> None:
        """One request and its answer."""
        mark = EXPECTED if expected else UNEXPECTED
        first, *more = textwrap.wrap(meaning, _MEANING)
        paint = self._style.SUCCESS if expected else self._style.ERROR
        self._write(
            self._line(paint(mark), who, request, paint(f"{status:<{_COLUMNS[3]}}"), first),
            *(self._line("", "", "", "", rest) for rest in more),
        )

    def aside(self, text: str) -> None:
        """Something that happened behind the request of the row above."""
        self._write(self._style.HTTP_NOT_MODIFIED(self._line("", "", text, "", "")))

    def text(self, text: str = "") -> None:
        """A paragraph, broken into lines."""
        self._write(*(textwrap.wrap(text, WIDTH) or [""]))

    def lines(self, *lines: str) -> None:
        """Lines to be copied, exactly as they are."""
        self._write(*lines)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and what belongs to them, aligned."""
        known = list(rows)
        width = max(len(name) for name, _value in known)
        self._write(*(f"   {name:<{width}}  {value}" for name, value in known))

    @staticmethod
    def _line(mark: str, *cells: str) -> str:
        # The mark may carry invisible colour codes, and has its width already.
        padded = [mark or " " * _COLUMNS[0]]
        padded += [f"{cell:<{width}}" for cell, width in zip(cells, _COLUMNS[1:], strict=False)]
        return "  ".join([*padded, *cells[len(_COLUMNS) - 1 :]]).rstrip()

    def _write(self, *lines: str) -> None:
        for line in lines:
            self._out.write(line)
        self._out.flush()
