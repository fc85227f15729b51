"""docs/contract: every row of the contract has a test, and every test named there exists."""

import re
from functools import cache
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
    "signaling": "1 1.1 1.2 1.3 1.4 2 2.1 2.2 2.3 2.4 3.1 3.2 4 4.1",
}
"""The pages, and their sections that ask something of a server."""

TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
SCRIPT_TEST = re.compile(r'`(tests/js/\w+\.test\.js)` "([^"]+)"')
NOT_BUILT = re.compile(r"not built: \w")


def text_of(page):
    return (FOLDER / f"{page}.md").read_text(encoding="utf-8")


def rows_of(page):
    """What is asked, and the tests, of each row of a page's tables."""
    found = re.findall(r"^\| (.+) \| ([^|]*) \|$", text_of(page), re.MULTILINE)
    return [row for row in found if row not in {("what is asked", "tests"), ("---", "---")}]


def is_a_test(name):
    return TEST.fullmatch(name) or SCRIPT_TEST.fullmatch(name)


@cache
def code_of(file):
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


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
        if not all(map(is_a_test, tests.split("<br>"))) and not NOT_BUILT.match(tests)
    ]

    assert (bare, len(rows_of(page)) > 0) == ([], True)


@pytest.mark.parametrize("page", SECTIONS)
def test_every_test_that_is_named_exists(page):
    functions = [(file, f"\ndef {name}(") for file, name in TEST.findall(text_of(page))]
    sentences = [(file, f'\ntest("{name}", ') for file, name in SCRIPT_TEST.findall(text_of(page))]

    named = [*functions, *sentences]
    assert [(file, start) for file, start in named if start not in code_of(file)] == []
