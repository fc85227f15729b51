"""German, French and Spanish: complete, in step with the sources, and compiled."""

import os
import re
import shutil
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from tests.translations import read

TALK = Path(__file__).resolve().parents[1] / "talk"
LANGUAGES = ["de", "es", "fr"]
DOMAINS = ["django", "djangojs"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")

each_file = pytest.mark.parametrize(
    "path",
    [TALK / f"locale/{each}/LC_MESSAGES/{domain}.po" for each in LANGUAGES for domain in DOMAINS],
    ids=lambda path: f"{path.parts[-3]}-{path.stem}",
)


@each_file
def test_every_message_is_translated(path):
    missing = [each.id for each in read(path) if each.is_fuzzy or not all(each.texts)]

    assert missing == []


@each_file
def test_placeholders_stay_what_they_are(path):
    """A form for one may leave its number out, and nothing may be added."""

    def differs(message):
        wanted = set(PLACEHOLDER.findall(message.plural or message.id))
        return set(PLACEHOLDER.findall(message.texts[-1])) != wanted

    assert [each.id for each in read(path) if differs(each)] == []


@each_file
def test_what_is_compiled_is_what_is_written(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)._catalog

    written = {}
    for each in read(path):
        if each.plural:
            written.update({(each.key, number): text for number, text in enumerate(each.texts)})
        else:
            written[each.key] = each.texts[0]
    assert {key: text for key, text in compiled.items() if key != ""} == written


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Messages of the sources now, as makemessages finds them."""
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is not installed")
    copy = tmp_path_factory.mktemp("sources") / "talk"
    shutil.copytree(TALK, copy, ignore=shutil.ignore_patterns("locale", "__pycache__"))
    (copy / "locale").mkdir()
    for domain in DOMAINS:
        command = [sys.executable, "-m", "django", "makemessages", "-l", "de", "-d", domain]
        subprocess.run(
            [*command, "-v", "0"], cwd=copy, check=True, env={"PATH": os.environ["PATH"]}
        )
    return copy / "locale/de/LC_MESSAGES"


@each_file
def test_files_hold_the_messages_of_the_sources(extracted, path):
    wanted = {each.key for each in read(extracted / path.name)}

    assert {each.key for each in read(path)} == wanted


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Kamera"), ("fr", "Caméra"), ("es", "Cámara"), ("en", None)]
)
def test_scripts_get_their_words(language, word):
    script = Client().get(f"/call/-/words/{language}.js").text

    found = re.search(r'"Camera": "(.*?)"', script)
    assert (found and found[1].encode().decode("unicode_escape")) == word


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Anrufen"), ("fr", "Appeler"), ("es", "Llamar")]
)
def test_a_verb_is_no_noun(language, word):
    with translation.override(language):
        assert translation.pgettext("verb", "Call") == word
