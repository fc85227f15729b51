"""Scripts and styles under names with hashes: every import leads to a file that is there."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.embedding.conftest import attributes_of
from tests.factories import RoomFactory, UserFactory

MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
WHITENOISE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
REWRITING = "tests.embedding.storages.Rewriting"
REWRITING_WHITENOISE = "tests.embedding.storages.RewritingAndCompressing"

HASHED = re.compile(r"\.[0-9a-f]{12}\.(js|css)$")
IMPORTED = re.compile(
    r"""^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];|await import\(["']([^"']+)["']\)""",
    re.MULTILINE,
)


@pytest.fixture
def collect(settings, tmp_path):
    """Collect the site's files as a deployment does; returns where talk's are."""

    def run(storage, *, keep_only_hashed=False):
        settings.STATIC_ROOT = tmp_path
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
        settings.WHITENOISE_KEEP_ONLY_HASHED_FILES = keep_only_hashed
        others = ["admin", "rest_framework", "project", "drf_spectacular*"]
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=others)
        return tmp_path / "talk"

    return run


def hashed_scripts(folder):
    return [path for path in folder.rglob("*.js") if HASHED.search(path.name)]


def imports_of(script):
    found = IMPORTED.findall(script.read_text())
    return [script.parent / (static or dynamic) for static, dynamic in found]


@pytest.mark.parametrize("storage", [MANIFEST, WHITENOISE])
def test_modules_find_each_other_by_their_own_names(collect, storage):
    scripts = hashed_scripts(collect(storage))

    missing = [path for script in scripts for path in imports_of(script) if not path.is_file()]
    assert (len(scripts) > 3, missing) == (True, [])


@pytest.mark.parametrize(
    ("storage", "keep_only_hashed"),
    [(REWRITING, False), (REWRITING_WHITENOISE, False), (REWRITING_WHITENOISE, True)],
)
def test_modules_find_each_other_by_hashed_names(collect, storage, keep_only_hashed):
    scripts = hashed_scripts(collect(storage, keep_only_hashed=keep_only_hashed))

    imported = [path for script in scripts for path in imports_of(script)]
    assert len(imported) > 3
    assert [path for path in imported if not HASHED.search(path.name)] == []
    assert [path for path in imported if not path.is_file()] == []


def test_every_import_is_one_that_storages_understand():
    """Django rewrites statements that end in a semicolon, and no others."""
    talk = Path("talk/static/talk")

    statements = [
        (path.name, line)
        for path in talk.rglob("*.js")
        for line in re.findall(r"^.*\bfrom ['\"]\..*$|^import ['\"].*$", path.read_text(), re.M)
        if not line.endswith('";')
    ]

    assert statements == []


def test_styles_find_each_other(collect):
    folder = collect(MANIFEST)

    styles = [path for path in folder.rglob("*.css") if HASHED.search(path.name)]
    imported = [
        style.parent / name
        for style in styles
        for name in re.findall(r'@import url\("([^"]+)"\)', style.read_text())
    ]
    assert [path for path in imported if not (HASHED.search(path.name) and path.is_file())] == []


def test_elements_are_told_hashed_names(collect, render):
    folder = collect(REWRITING)

    call = render("talk_call room", room=RoomFactory(public=True))
    incoming = render("talk_incoming_calls", UserFactory())

    named = re.findall(r'"/static/talk/([^"]+)"', call + incoming)
    assert [name for name in named if not HASHED.search(name)] == []
    assert [name for name in named if not (folder / name).is_file()] == []
    assert HASHED.search(attributes_of(incoming, "talk-incoming")["stylesheet"])
