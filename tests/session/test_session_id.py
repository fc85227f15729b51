"""Session ids: 512 random characters (participants.md §13)."""

import re

import pytest

from talk.models import Session
from talk.models.session import new_session_id
from tests.factories import SessionFactory


def test_a_session_id_has_512_characters_of_the_alphabet():
    assert re.fullmatch(r"[A-Za-z0-9+/]{512}", new_session_id())


def test_every_character_of_the_alphabet_occurs():
    seen = {character for _ in range(8) for character in new_session_id()}

    assert len(seen) == 64


def test_session_ids_differ():
    assert len({new_session_id() for _ in range(100)}) == 100


@pytest.mark.django_db
def test_a_session_is_stored_with_its_whole_id():
    session = SessionFactory()

    session.refresh_from_db()

    assert len(session.session_id) == 512


def test_a_session_reads_as_the_beginning_of_its_id():
    assert str(Session(session_id="abcdefghijkl")) == "abcdefgh…"
