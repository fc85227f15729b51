"""The words of talk's scripts, ``/call/-/words/<language>.js``."""

import pytest
from django.test import Client


def test_words_are_a_script_that_may_be_kept():
    answer = Client().get("/call/-/words/de.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert "django.gettext" in answer.text


def test_words_that_are_known_are_not_sent_again():
    etag = Client().get("/call/-/words/de.js")["ETag"]

    again = Client().get("/call/-/words/de.js", headers={"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("language", ["de-at", "de"])
def test_the_url_says_the_language_and_nothing_else_does(language):
    answer = Client().get(f"/call/-/words/{language}.js", headers={"accept-language": "fr"})

    assert answer["ETag"] == Client().get("/call/-/words/de.js")["ETag"]


@pytest.mark.parametrize("language", ["xx", "klingon", "de_DE", "a" * 600])
def test_unknown_languages_are_not_found(language):
    assert Client().get(f"/call/-/words/{language}.js").status_code == 404
