"""docs/contract: every row of the contract has a test, and every test named there exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "contract"
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")

SECTIONS = {
    "ocs": "1 2 3 4 5 6 7 8 9 10 11 12 13",
    "call": "0 1 2 3 3.1 3.2 3.3 3.4 3.5 3.6 3.7 4 5 5.1 5.2 6 7 8 9 10 11",
    "participants": "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
    "rooms": "0 1.1 1.2 1.3 1.4 1.5 1.6 2 3 4 5 5.1 6 7 8",
    "constants": "Conversation Participants Call Times Other",
    "capabilities": "1 2 3 4",
    "notifications": "1 2 3 4 4.1 4.2 5",
    "signaling": "1 1.1 1.2 1.3 1.4 2.1 2.2 3.1 3.2 4 4.1",
}
"""The pages, and their sections that ask something of a server."""

TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
NOT_BUILT = re.compile(r"not built: \w")


def text_of(page):
    return (FOLDER / f"{page}.md").read_text(encoding="utf-8")


def rows_of(page):
    """What is asked, and the tests, of each row of a page's tables."""
    found = re.findall(r"^\| (.+) \| ([^|]*) \|$", text_of(page), re.MULTILINE)
    return [row for row in found if row not in {("what is asked", "tests"), ("---", "---")}]


def test_every_page_is_in_the_index():
    assert {path.stem for path in FOLDER.glob("*.md")} == {"README", *SECTIONS}
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", INDEX, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("page", SECTIONS)
def test_every_section_is_there(page):
    found = re.findall(r"^## ([\w.]*\w)", text_of(page), re.MULTILINE)

    assert " ".join(found) == SECTIONS[page]


@pytest.mark.parametrize("page", SECTIONS)
def test_every_row_has_a_test_or_a_reason(page):
    bare = [
        asked
        for asked, tests in rows_of(page)
        if not all(TEST.fullmatch(test) for test in tests.split("<br>"))
        and not NOT_BUILT.match(tests)
    ]

    assert (bare, len(rows_of(page)) > 0) == ([], True)


@pytest.mark.parametrize("page", SECTIONS)
def test_every_test_that_is_named_exists(page):
    missing = [
        (file, name)
        for file, name in sorted(set(TEST.findall(text_of(page))))
        if not (path := ROOT / file).is_file()
        or not re.search(rf"^def {name}\(", path.read_text("utf-8"), re.MULTILINE)
    ]

    assert missing == []
