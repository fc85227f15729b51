"""Tickets of hello 1.0 (signaling.md §1.3)."""

import re

import pytest

from talk.signaling import ticket


def test_a_ticket_reads_as_the_contract_says():
    assert re.fullmatch(r"[A-Za-z0-9]{16}:\d{10}:alice:[0-9a-f]{64}", ticket.issue("alice"))


@pytest.mark.parametrize("user_id", ["alice", "", "a:b", "::", "Zoë 1:2:3"])
def test_a_ticket_names_its_user(user_id):
    assert ticket.user_of(ticket.issue(user_id)) == user_id


def test_no_two_are_the_same():
    assert ticket.issue("alice") != ticket.issue("alice")


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ":",
        ":::",
        "random",
        "random:1:alice",
        "random:1:alice:",
        "random:1:alice:00",
        "random:now:alice:00",
        "\x00:\ud800:é:ü",
    ],
)
def test_what_we_did_not_issue_names_nobody(forged):
    assert ticket.user_of(forged) is None


def test_a_ticket_cannot_be_given_another_name():
    mine = ticket.issue("alice")

    assert ticket.user_of(mine.replace("alice", "admin")) is None


def test_a_ticket_of_a_guest_is_none_of_a_user():
    random, issued, _user, mac = ticket.issue("").split(":")

    assert ticket.user_of(f"{random}:{issued}:alice:{mac}") is None


def test_a_ticket_ends(monkeypatch):
    mine = ticket.issue("alice")
    now = ticket.time.time()

    monkeypatch.setattr(ticket.time, "time", lambda: now + ticket.LIFETIME + 1)

    assert ticket.user_of(mine) is None


def test_another_site_cannot_issue_ours(settings):
    mine = ticket.issue("alice")

    settings.SECRET_KEY = "another site's"

    assert ticket.user_of(mine) is None
