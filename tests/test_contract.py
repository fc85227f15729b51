"""docs/contract.md: every section of the contract has a test, and every test named there exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAP = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")

SECTIONS = {
    "ocs": "1 2 3 4 5 6 7 8 9 10 11 12 13",
    "call": "0 1 2 3 3.1 3.2 3.3 3.4 3.5 3.6 3.7 4 5 5.1 5.2 6 7 8 9 10 11",
    "participants": "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
    "rooms": "0 1.1 1.2 1.3 1.4 1.5 1.6 2 3 4 5 5.1 6 7 8",
    "constants": "Conversation Participants Call Times Other limits",
    "capabilities": "1 2 3 4",
    "notifications": "1 2 3 4 4.1 4.2 5",
    "signaling": "1 1.1 1.2 1.3 1.4 2.1 2.2 3.1 3.2 4 4.1",
}
"""The pages, and their sections that ask something of a server."""

NAMED = sorted(set(re.findall(r"`([\w/]+\.py)(?:::(test_\w+))?`", MAP)))


def rows(page):
    """The first cells of a page's table, and what each row says."""
    table = MAP.partition(f"## {page}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| ([^|]+) \| (.*) \|$", table, re.MULTILINE))


@pytest.mark.parametrize("page", SECTIONS)
def test_every_section_has_a_test(page):
    found = {section: row for section, row in rows(page).items() if section not in {"§", "---"}}

    assert " ".join(found) == SECTIONS[page]
    assert [section for section, row in found.items() if ".py" not in row] == []


def test_every_test_that_is_named_exists():
    missing = [
        (file, name)
        for file, name in NAMED
        if not (path := ROOT / "tests" / file).is_file()
        or (name and not re.search(rf"^def {name}\(", path.read_text("utf-8"), re.MULTILINE))
    ]

    assert (missing, len(NAMED) > 200) == ([], True)
